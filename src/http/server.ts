import { randomUUID } from 'node:crypto';
import Fastify, { LogController } from 'fastify';
import { forgetSessions } from '#domain/identity/sessions.ts';
import { forgetAttempts } from '#domain/identity/throttle.ts';
import { forgetWebhooks } from '#domain/payments/webhooks.ts';
import { guardRoutes } from '#http/access.ts';
import { apiRoutes } from '#http/api/routes.ts';
import { readAddress } from '#http/coerce.ts';
import type { App, HttpContext } from '#http/context.ts';
import { describeApi, serveReference } from '#http/docs.ts';
import { healthRoutes } from '#http/health.ts';
import { forgetKeys } from '#http/idempotency.ts';
import { Problem, refuseRequest, sendProblem } from '#http/problems.ts';
import { sandboxRoutes } from '#http/sandbox.ts';
import { limitRequests, protectAnswers } from '#http/security.ts';
import { settleTelling } from '#http/tell.ts';
import { webRoutes } from '#http/web.ts';
import { webhookRoutes } from '#http/webhooks.ts';

export type RunningServer = { address: string; close(): Promise<void> };

/** Serves the API, its reference, health, metrics and (in the sandbox) the faces of the world outside. */
export async function startServer(context: HttpContext): Promise<RunningServer> {
  const app = await buildServer(context);
  const address = await app.listen({ host: context.settings.host, port: context.settings.port });
  const housekeeping = setInterval(() => void forget(context), 3_600_000).unref();
  const close = async () => {
    clearInterval(housekeeping);
    // Who takes a list slower than that, or not at all, keeps nobody from stopping.
    const patience = setTimeout(() => app.server.closeAllConnections(), 10_000).unref();
    await app.close();
    clearTimeout(patience);
  };
  return { address, close };
}

/** The same server without a socket, as specs ask it. */
export async function buildServer(context: HttpContext): Promise<App> {
  const app: App = Fastify({
    loggerInstance: context.log,
    // Addresses carry the tokens of order links: a request is told about by its route.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: ['loopback', ...context.settings.trustedProxies],
    bodyLimit: 2_000_000,
    forceCloseConnections: 'idle',
    ajv: {
      customOptions: {
        removeAdditional: false,
        allErrors: true,
        coerceTypes: false,
        useDefaults: true,
        discriminator: true,
      },
    },
  });
  app.decorate('context', context);
  app.addHook('onClose', settleTelling);
  app.setErrorHandler((error, request, reply) => sendProblem(error as Error, request, reply));
  app.addSchema(Problem);
  await protectAnswers(app, context);
  guardRoutes(app, context);
  await limitRequests(app);
  app.addHook('preValidation', async (request) => readAddress(request));
  app.setNotFoundHandler({ preHandler: app.rateLimit() as never }, () => {
    throw refuseRequest('not_found');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url;
    request.log.debug(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  await describeApi(app, context);
  healthRoutes(app, context);
  await webRoutes(app);
  await sandboxRoutes(app, context);
  await webhookRoutes(app, context);
  apiRoutes(app, context);
  await serveReference(app);
  return app;
}

async function forget({ database, log, now }: HttpContext): Promise<void> {
  try {
    await forgetSessions(database.system, now());
    await forgetAttempts(database.system, now());
    await forgetKeys(database.system, now());
    await forgetWebhooks(database.system, now());
  } catch (error) {
    log.warn({ err: error }, 'what is over could not be forgotten');
  }
}
