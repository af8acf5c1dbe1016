import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { customerOf, read } from '#http/act.ts';
import type { App, HttpContext } from '#http/context.ts';
import { Id, Instant, Maybe, Page, PageQuery, readCursor, Strict, Text, toPage } from '#http/schemas.ts';
import type { Db, Tx } from '#kit/db.ts';

const Event = Type.Object({
  event_id: Id,
  type: Type.String(),
  at: Instant,
  actor: Type.String({ description: 'user:7, operator:3, token:9, provider:sandbox or system' }),
  actor_name: Maybe(Type.String()),
  data: Type.Any(),
  names: Type.Object(
    { mailboxes: Type.Array(Type.String()), invoices: Type.Array(Type.String()), person: Maybe(Type.String()) },
    { description: 'Of what the data has the numbers of: the first ten of each.' },
  ),
});

/** Who changed what and when (P8). */
export function eventRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/v1/events',
    {
      config: { access: { customer: 'events:read' } },
      schema: {
        summary: 'Events, newest first',
        description: '`type` is one type, or its first word for all of them: `mailboxes.suspended`, `mailboxes`.',
        querystring: Strict({ ...PageQuery, type: Type.Optional(Text(60, 0)) }),
        response: { 200: Page(Event) },
      },
    },
    async (request) => {
      const customerId = customerOf(request);
      const { page, told } = await read(request, async (tx) => {
        const found = await listEvents(tx, customerId, request.query);
        return { page: found, told: await namesOfThings(tx, customerId, found.items) };
      });
      const people = page.items.flatMap(({ actor, data }) => [actor, personIn(data)]);
      const names = await namesOfPeople(database.system, people);
      const items = page.items.map((event, at) => ({
        ...event,
        actor_name: names.get(event.actor) ?? null,
        names: { mailboxes: [], invoices: [], ...told[at], person: names.get(personIn(event.data)) ?? null },
      }));
      return { ...page, items };
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
       and (${query.type ?? null}::text is null or type = ${query.type ?? null}
            or split_part(type, '.', 1) = ${query.type ?? null})
     order by event_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.event_id]);
}

type Things = { mailboxes: string[]; invoices: string[] };

/** The addresses and invoice numbers that belong to the numbers in the data of each event. */
async function namesOfThings(tx: Tx, customerId: bigint, events: readonly EventLine[]): Promise<Things[]> {
  const ids = events.map(({ data }) => ({ mailboxes: mailboxesIn(data), invoices: invoicesIn(data) }));
  const wanted = { mailboxes: ids.flatMap((one) => one.mailboxes), invoices: ids.flatMap((one) => one.invoices) };
  const { rows } = await sql<{ id: bigint; name: string }>`
    select mailbox_id as id, address as name from mailboxes
     where customer_id = ${customerId} and mailbox_id = any(${wanted.mailboxes}::bigint[])
    union all
    select invoice_id, number from invoices
     where customer_id = ${customerId} and invoice_id = any(${wanted.invoices}::bigint[])`.execute(tx);
  const names = new Map(rows.map((row) => [Number(row.id), row.name]));
  const named = (list: readonly number[]) => list.flatMap((id) => names.get(id) ?? []);
  return ids.map((one) => ({ mailboxes: named(one.mailboxes), invoices: named(one.invoices) }));
}

function mailboxesIn(data: Json): number[] {
  const { mailbox_id, mailbox_ids, changes, mailboxes } = fieldsOf(data);
  const listed = [changes, mailboxes].flatMap((list) => (Array.isArray(list) ? list.slice(0, most) : []));
  return numbersIn([mailbox_id, mailbox_ids, listed.map((one) => fieldsOf(one)['mailbox_id'])]);
}

function invoicesIn(data: Json): number[] {
  const { invoice_id, invoice_ids } = fieldsOf(data);
  return numbersIn([invoice_id, invoice_ids]);
}

function personIn(data: Json): string {
  return `user:${fieldsOf(data)['user_id'] ?? ''}`;
}

const most = 10;

function numbersIn(values: readonly unknown[]): number[] {
  return values
    .flat(2)
    .filter((value) => typeof value === 'number')
    .slice(0, most);
}

function fieldsOf(data: Json | undefined): { [key: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
}

/** The names of people, who stand outside row-level security; our staff is named by its number alone. */
async function namesOfPeople(db: Db, actors: readonly string[]): Promise<Map<string, string>> {
  const ids = new Set(actors.filter((actor) => /^user:\d+$/.test(actor)).map((actor) => BigInt(actor.slice(5))));
  if (ids.size === 0) return new Map();
  const { rows } = await sql<{ user_id: bigint; name: string }>`
    select user_id, name from users where user_id = any(${[...ids]}::bigint[])`.execute(db);
  return new Map(rows.map((row) => [`user:${row.user_id}`, row.name]));
}
