import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { customerOf, read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Id, Instant, Maybe, Page, PageQuery, readCursor, Strict, toPage } from '#http/schemas.ts';
import type { Db, Tx } from '#kit/db.ts';

const Event = Type.Object({
  event_id: Id,
  type: Type.String(),
  at: Instant,
  actor: Type.String({ description: 'user:7, operator:3, token:9, provider:sandbox or system' }),
  actor_name: Maybe(Type.String()),
  data: Type.Any(),
});

/** Who changed what and when (P8). */
export function eventRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/v1/events',
    {
      config: { access: { customer: 'events:read' } },
      schema: {
        summary: 'Events, newest first',
        querystring: Strict({ ...PageQuery, type: Type.Optional(Type.String({ maxLength: 60 })) }),
        response: { 200: Page(Event) },
      },
    },
    async (request) => {
      const page = await read(request, (tx) => listEvents(tx, customerOf(request), request.query));
      const names = await namesOf(
        database.system,
        page.items.map((event) => event.actor),
      );
      return { ...page, items: page.items.map((event) => ({ ...event, actor_name: names.get(event.actor) ?? null })) };
    },
  );
}

type EventLine = { event_id: bigint; type: string; at: Temporal.Instant; actor: string; data: Json };
type Json = string | number | boolean | null | { [key: string]: Json } | Json[];

async function listEvents(tx: Tx, customerId: bigint, query: { cursor?: string; limit: number; type?: string }) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<EventLine>`
    select event_id, type, at, actor, data from events
     where customer_id = ${customerId} and (${before}::bigint is null or event_id < ${before}::bigint)
       and (${query.type ?? null}::text is null or type = ${query.type ?? null})
     order by event_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.event_id]);
}

/** The names of people, who stand outside row-level security; our staff is named by its number alone. */
async function namesOf(db: Db, actors: readonly string[]): Promise<Map<string, string>> {
  const ids = new Set(actors.filter((actor) => actor.startsWith('user:')).map((actor) => BigInt(actor.slice(5))));
  if (ids.size === 0) return new Map();
  const { rows } = await sql<{ user_id: bigint; name: string }>`
    select user_id, name from users where user_id = any(${[...ids]}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [`user:${row.user_id}`, row.name]));
}
