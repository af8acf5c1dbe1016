import { type RawBuilder, sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { getCatalog } from '#domain/catalog/list.ts';
import type { DueMailbox } from '#domain/platforms/due.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { decideRenewal } from '#domain/renewals/decide.ts';
import { readCursor, toPage } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

/** Which mailboxes are meant; the same words filter a list and a change of mode. */
export type MailboxFilter = {
  platform_id?: number;
  mode?: 'monthly' | 'yearly' | 'none';
  state?: 'active' | 'suspended' | 'ended';
  plan?: string;
  text?: string;
};
export type MailboxSort = 'address' | '-address' | 'expires_on' | '-expires_on';
type Query = MailboxFilter & { sort: MailboxSort; cursor?: string; limit: number };

export type MailboxRow = DueMailbox & {
  platform: string;
  plan: string;
  planName: string;
  previousMode: TermMode | null;
  deleteOn: Temporal.PlainDate | null;
  currency: string;
};

/** A page of mailboxes with what happens next to each; the first page also counts them all. */
export async function listMailboxLines(tx: Tx, customerId: bigint, query: Query) {
  const filter = whereOf(customerId, query);
  const rows = await selectMailboxes(tx, {
    filter: sql`${filter} ${after(query)}`,
    order: orderOf(query.sort),
    limit: query.limit + 1,
  });
  const byExpiry = query.sort.endsWith('expires_on');
  const page = toPage(rows, query.limit, (row) => [byExpiry ? String(row.expiresOn) : row.address, row.mailboxId]);
  const total = query.cursor === undefined ? await countMailboxes(tx, filter) : null;
  const items = await describe(tx, page.items);
  return { items, next: page.next, total };
}

/** One mailbox, or undefined. */
export async function findMailboxLine(tx: Tx, key: { customerId: bigint; mailboxId: bigint }) {
  const filter = sql`m.customer_id = ${key.customerId} and m.mailbox_id = ${key.mailboxId}`;
  const rows = await selectMailboxes(tx, { filter, order: sql`m.mailbox_id`, limit: 1 });
  return (await describe(tx, rows))[0];
}

/** The ids of all mailboxes a filter means, so that "all that match" is decided here and not in a browser. */
export async function matchingMailboxIds(tx: Tx, customerId: bigint, filter: MailboxFilter): Promise<bigint[]> {
  const { rows } = await sql<{ mailbox_id: bigint }>`
    select m.mailbox_id from mailboxes m where ${whereOf(customerId, filter)}`.execute(tx);
  return rows.map((row) => row.mailbox_id);
}

function whereOf(customerId: bigint, { platform_id, mode, state, plan, text }: MailboxFilter): RawBuilder<unknown> {
  const parts = [sql`m.customer_id = ${customerId}`];
  if (platform_id !== undefined) parts.push(sql`m.platform_id = ${BigInt(platform_id)}`);
  if (mode !== undefined) parts.push(sql`coalesce(m.later_mode, m.mode) = ${mode}`);
  // What has ended is history; without it the index of live addresses serves filter and order.
  parts.push(state === undefined ? sql`m.state <> 'ended'` : sql`m.state = ${state}`);
  if (plan !== undefined) parts.push(sql`m.plan_id = (select plan_id from plans where code = ${plan})`);
  if (text !== undefined) parts.push(sql`position(lower(${text}) in lower(m.address)) > 0`);
  return sql.join(parts, sql` and `);
}

function after({ sort, cursor }: Query): RawBuilder<unknown> {
  const byAddress = sort.endsWith('address');
  const key = readCursor(cursor, [byAddress ? 'string' : 'day', 'number']);
  if (!key) return sql``;
  const column = byAddress ? sql`m.address` : sql`m.expires_on`;
  const value = byAddress ? sql`${key[0]}` : sql`${key[0]}::date`;
  return sql`and (${column}, m.mailbox_id) ${sql.raw(sort.startsWith('-') ? '<' : '>')} (${value}, ${key[1]}::bigint)`;
}

function orderOf(sort: MailboxSort): RawBuilder<unknown> {
  const direction = sql.raw(sort.startsWith('-') ? 'desc' : 'asc');
  return sql`${sort.endsWith('address') ? sql`m.address` : sql`m.expires_on`} ${direction}, m.mailbox_id ${direction}`;
}

async function countMailboxes(tx: Tx, filter: RawBuilder<unknown>): Promise<bigint> {
  const { rows } = await sql<{ total: bigint }>`select count(*) as total from mailboxes m where ${filter}`.execute(tx);
  return rows[0]?.total ?? 0n;
}

type Selection = { filter: RawBuilder<unknown>; order: RawBuilder<unknown>; limit: number };

async function selectMailboxes(tx: Tx, { filter, order, limit }: Selection): Promise<MailboxRow[]> {
  // The page is cut before anything is joined to it: a platform may have 50,000 mailboxes.
  const { rows } = await sql<MailboxRow>`
    with page as (select m.* from mailboxes m where ${filter} order by ${order} limit ${limit})
    select m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.platform_id as "platformId",
           m.plan_id as "planId", m.address, m.state, m.suspended_for as "suspendedFor", m.mode,
           m.later_mode as "laterMode", m.previous_mode as "previousMode", m.anchor_on as "anchorOn", m.chain,
           m.expires_on as "expiresOn", m.delete_on as "deleteOn", p.terminated_at is not null as terminated,
           p.name as platform, plans.code as plan, plans.name as "planName", a.currency
      from page m
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join accounts a on a.customer_id = m.customer_id
      join plans on plans.plan_id = m.plan_id
     order by ${order}`.execute(tx);
  return rows;
}

async function describe(tx: Tx, rows: readonly MailboxRow[]) {
  const catalog = await getCatalog(tx);
  return rows.map((row) => {
    // The very decision that will renew it, asked for the day it expires.
    const decision = decideRenewal(row, { catalog, currency: row.currency, today: row.expiresOn });
    const renews = decision.do === 'renew' ? decision : null;
    return {
      mailbox_id: row.mailboxId,
      platform_id: row.platformId,
      platform: row.platform,
      plan: row.plan,
      plan_name: row.planName,
      address: row.address,
      state: row.state,
      suspended_for: row.suspendedFor,
      mode: row.mode,
      later_mode: row.laterMode,
      previous_mode: row.previousMode,
      expires_on: row.expiresOn,
      delete_on: row.deleteOn,
      platform_terminated: row.terminated,
      currency: row.currency,
      next: {
        what: nextWord(decision.do),
        on: row.state === 'ended' ? null : row.expiresOn,
        until: renews?.endsOn ?? null,
        mode: renews?.mode ?? null,
        net: renews?.net ?? null,
      },
    };
  });
}

function nextWord(decision: ReturnType<typeof decideRenewal>['do']) {
  const words = {
    renew: 'renews',
    expire: 'ends',
    await_payment: 'waits_for_payment',
    park: 'has_no_price',
    nothing: 'nothing',
  } as const;
  return words[decision];
}
