import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { getSeller } from '#domain/customers/sellers.ts';
import { read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { plain } from '#http/plain.ts';
import { refuseRequest } from '#http/problems.ts';
import { Day, Instant, Strict } from '#http/schemas.ts';
import { readMoment } from '#kit/clock.ts';

/** The sandbox's clock; it does not exist elsewhere. */
export function clockRoutes(app: App, context: HttpContext): void {
  const Clock = Type.Object({ at: Instant, on: Day });
  app.get(
    '/v1/clock',
    { config: { access: 'public' }, schema: { summary: 'The sandbox’s clock', response: { 200: Clock } } },
    (request) => read(request, async (tx) => readMoment(tx, (await getSeller(tx)).timeZone)),
  );
  app.put(
    '/v1/clock',
    {
      config: { access: 'person' },
      schema: {
        summary: 'Set the sandbox’s clock forward, running every day in between',
        body: Strict({ on: Day }),
        response: { 200: Clock },
      },
    },
    async (request) => {
      if (!context.setClock) throw refuseRequest('sandbox_only');
      return plain(await context.setClock(Temporal.PlainDate.from(request.body.on)));
    },
  );
}
