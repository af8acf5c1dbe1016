import { type RawBuilder, sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { refuseRequest } from '#http/problems.ts';
import { readCursor, toPage } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

export type PlatformLine = {
  platform_id: bigint;
  name: string;
  product: { code: string; name: string };
  state: 'open' | 'closed';
  terminated_at: Temporal.Instant | null;
  termination_reason: string | null;
  created_at: Temporal.Instant;
  closed_at: Temporal.Instant | null;
  mailboxes: { active: number; suspended: number; ended: number };
  modes: { monthly: number; yearly: number; none: number };
  next_expiry_on: Temporal.PlainDate | null;
  last_expiry_on: Temporal.PlainDate | null;
};

export async function listPlatformLines(tx: Tx, customerId: bigint, query: { cursor?: string; limit: number }) {
  const after = readCursor(query.cursor, ['string']);
  const filter = after ? sql`and p.name > ${after[0]}` : sql``;
  const rows = await select(tx, { customerId, filter, limit: query.limit + 1 });
  return toPage(rows, query.limit, (row) => [row.name]);
}

export async function getPlatformLine(tx: Tx, key: { customerId: bigint; platformId: bigint }): Promise<PlatformLine> {
  const filter = sql`and p.platform_id = ${key.platformId}`;
  const [row] = await select(tx, { customerId: key.customerId, filter, limit: 1 });
  if (!row) throw refuseRequest('not_found');
  return row;
}

type Selection = { customerId: bigint; filter: RawBuilder<unknown>; limit: number };

async function select(tx: Tx, { customerId, filter, limit }: Selection): Promise<PlatformLine[]> {
  const { rows } = await sql<PlatformLine>`
    select p.platform_id, p.name, json_build_object('code', r.code, 'name', r.name) as product, p.state, p.terminated_at,
           p.termination_reason, p.created_at, p.closed_at, n.next_expiry_on, n.last_expiry_on,
           json_build_object('active', n.active, 'suspended', n.suspended, 'ended', n.ended) as mailboxes,
           json_build_object('monthly', n.monthly, 'yearly', n.yearly, 'none', n.none) as modes
      from platforms p
      join products r on r.product_id = p.product_id
     cross join lateral (
       select count(*) filter (where m.state = 'active') as active,
              count(*) filter (where m.state = 'suspended') as suspended,
              count(*) filter (where m.state = 'ended') as ended,
              count(*) filter (where m.state <> 'ended' and m.mode = 'monthly') as monthly,
              count(*) filter (where m.state <> 'ended' and m.mode = 'yearly') as yearly,
              count(*) filter (where m.state <> 'ended' and m.mode = 'none') as none,
              min(m.expires_on) filter (where m.state = 'active') as next_expiry_on,
              max(m.expires_on) filter (where m.state = 'active') as last_expiry_on
         from mailboxes m where m.customer_id = p.customer_id and m.platform_id = p.platform_id) n
     where p.customer_id = ${customerId} ${filter}
     order by p.name limit ${limit}`.execute(tx);
  return rows;
}
