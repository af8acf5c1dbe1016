import Type from 'typebox';
import { listTroubled, releaseWebhook } from '#domain/payments/webhooks.ts';
import { change, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { refuseRequest } from '#http/problems.ts';
import { DryRun, Id, IdParams, Instant, Page, PageQuery, Reason, readCursor, Strict, toPage } from '#http/schemas.ts';

const Message = Type.Object({
  message_id: Id,
  provider: Type.String(),
  event_id: Type.String({ description: 'The provider’s own id.' }),
  type: Type.String(),
  kind: Type.String(),
  ref: Type.String({ description: 'What it is about, at the provider.' }),
  problem: Type.String({ description: 'What broke while it was followed.' }),
  set_aside: Type.Boolean({ description: 'It was tried three times and is not tried any more.' }),
  received_at: Instant,
});

/** Providers' messages that broke what follows them, and their release by hand (R16, R37). */
export function providerMessageRoutes(app: App): void {
  app.get(
    '/v1/provider-messages',
    {
      config: { access: { operator: 'customers:read' } },
      schema: {
        summary: 'Messages of payment providers that could not be followed, newest first',
        querystring: Strict(PageQuery),
        response: { 200: Page(Message) },
      },
    },
    (request) =>
      read(request, async (tx) => {
        const { cursor, limit } = request.query;
        const before = readCursor(cursor, ['number'])?.[0];
        const messages = await listTroubled(tx, { before: before ? BigInt(before) : null, limit: limit + 1 });
        const rows = messages.map(({ messageId, eventId, setAside, receivedAt, ...same }) => ({
          ...{ message_id: messageId, event_id: eventId, set_aside: setAside, received_at: receivedAt },
          ...same,
        }));
        return toPage(rows, limit, (row) => [row.message_id]);
      }),
  );

  app.put(
    '/v1/provider-messages/:id/release',
    {
      config: { access: { operator: 'parkings:write' } },
      schema: {
        summary: 'Follow a message again',
        params: IdParams,
        body: Strict({ reason: Reason, dry_run: DryRun }),
        response: { 200: Type.Object({ released: Type.Boolean() }) },
      },
    },
    (request, reply) =>
      change(request, reply, async (tx, act) => {
        const messageId = BigInt(request.params.id);
        const released = await releaseWebhook(tx, act, { messageId, note: request.body.reason });
        if (!released) throw refuseRequest('not_found');
        return { released };
      }),
  );
}
