import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type App, type HttpContext, isSecure } from '#http/context.ts';
import { actorOf } from '#http/principal.ts';
import { refuseRequest } from '#http/problems.ts';

/** Headers and cookies of every answer: a strict policy for content with a nonce, nothing kept by caches. */
export async function protectAnswers(app: App, context: HttpContext): Promise<void> {
  await app.register(cookie);
  await app.register(helmet, {
    enableCSPNonces: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: isSecure(context) ? { maxAge: 31_536_000 } : false,
  });
  app.addHook('onSend', async (_request, reply) => {
    // Pages and answers are private unless their route says otherwise.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

type Pressure = [request: FastifyRequest, reply: FastifyReply, type: string, delay: number | undefined];

/** How much one caller may ask for, and how full the process may be before it asks callers to come back. */
export async function limitRequests(app: App): Promise<void> {
  await app.register(rateLimit, {
    global: true,
    timeWindow: '1 minute',
    max: (request: FastifyRequest) => (request.principal?.kind === 'anonymous' ? 300 : 1800),
    // A made-up cookie or token is nobody: it counts for the address it comes from.
    keyGenerator: (request: FastifyRequest) =>
      request.principal?.kind === 'anonymous' ? request.ip : actorOf(request.principal),
    errorResponseBuilder: () => refuseRequest('too_many_requests'),
  });
  await app.register(underPressure, {
    maxEventLoopDelay: 3_000,
    pressureHandler: (...[, , , delay]: Pressure) => {
      if (isOverloaded(delay)) throw refuseRequest('busy');
    },
  });
}

/**
 * Whether a delay of the event loop that is above the limit means that there is too much to do. Where not one could be
 * measured in the last second it is told as infinite: a single piece of work took that second, and it is done.
 */
export function isOverloaded(delay: number | undefined): boolean {
  return delay !== Number.POSITIVE_INFINITY;
}
