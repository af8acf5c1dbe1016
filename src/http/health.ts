import { sql } from 'kysely';
import Type from 'typebox';
import { operatorMay } from '#domain/identity/roles.ts';
import type { App, HttpContext } from '#http/context.ts';
import { collectMetrics } from '#http/metrics.ts';
import { refuseRequest } from '#http/problems.ts';

/** Whether the process lives, whether it can serve, and what there is to watch. */
export function healthRoutes(app: App, context: HttpContext): void {
  const Status = Type.Object({ status: Type.String() });
  const open = { access: 'public', rateLimit: false } as const;
  app.get('/healthz', { config: open, schema: { response: { 200: Status } } }, async () => ({ status: 'ok' }));

  app.get('/readyz', { config: open, schema: { response: { 200: Status } } }, async () => {
    try {
      await Promise.all([sql`select 1`.execute(context.database.system), sql`select 1`.execute(context.database.api)]);
    } catch {
      throw refuseRequest('busy', { detail: 'The database does not answer.' });
    }
    return { status: 'ready' };
  });

  const metrics = collectMetrics(app, context);
  app.get('/metrics', { config: open }, async (request, reply) => {
    // Business figures: for who stands at the machine, and for operators.
    const { principal } = request;
    const operator = principal.kind === 'operator' && operatorMay(principal.role, 'runs:read');
    if (!operator && !isLoopback(request.ip)) throw refuseRequest('not_found');
    return reply.type(metrics.contentType).send(await metrics.metrics());
  });
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
