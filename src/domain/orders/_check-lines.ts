import { sql } from 'kysely';
import type { Catalog } from '#domain/catalog/list.ts';
import type { Plan } from '#domain/catalog/types.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import type { LineRequest } from '#domain/orders/types.ts';
import { findTaken } from '#domain/platforms/addresses.ts';
import type { TermMode } from '#domain/platforms/types.ts';
import { isAddress, sameMailbox } from '#kit/address.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

export type CheckedLine = { mailboxId: bigint | null; platformId: bigint; plan: Plan; address: string; mode: TermMode };

const mostLines = 1_000;

/** The lines of an order, ready to be priced. Refuses `bad_order` with every bad line, its field and the rule (R38). */
export async function checkLines(
  tx: Tx,
  { customerId, lines }: { customerId: bigint; lines: readonly LineRequest[] },
  catalog: Catalog,
): Promise<CheckedLine[]> {
  if (lines.length === 0 || lines.length > mostLines) {
    throw refuseOrder('bad_order', { fields: [{ name: 'lines', rule: `R10: 1 to ${mostLines} mailboxes` }] });
  }
  const plans = new Map([...catalog.plans.values()].map((plan) => [plan.code, plan]));
  const platforms = await readPlatforms(tx, customerId);
  const mailboxes = await readMailboxes(tx, customerId, lines);
  const taken = await findTaken(
    tx,
    lines.flatMap((line) => ('address' in line ? [line.address] : [])),
  );
  const shop: Shop = { catalog, plans, platforms, mailboxes, taken, seen: new Set() };
  const wrong: Field[] = [];
  const checked = lines.flatMap((line, i) => {
    const result = 'mailboxId' in line ? checkBuyBack(line, shop) : checkNew(line, shop);
    if (!('field' in result)) return [result];
    wrong.push({ name: `lines[${i}].${result.field}`, rule: result.rule });
    return [];
  });
  if (wrong.length > 0) throw refuseOrder('bad_order', { fields: wrong });
  return checked;
}

type Platform = { platformId: bigint; productId: bigint; open: boolean };
type Mailbox = {
  mailboxId: bigint;
  platformId: bigint;
  planId: bigint;
  address: string;
  suspendedFor: string | null;
};

type Shop = {
  catalog: Catalog;
  plans: ReadonlyMap<string, Plan>;
  platforms: ReadonlyMap<bigint, Platform>;
  /** Those to be bought back. */
  mailboxes: readonly Mailbox[];
  /** The addresses that have a mailbox, at whichever customer. */
  taken: ReadonlySet<string>;
  /** The addresses earlier lines of the same order ask for. */
  seen: Set<string>;
};

type Wrong = { field: string; rule: string };

function checkNew(line: Extract<LineRequest, { plan: string }>, shop: Shop): CheckedLine | Wrong {
  const { platformId, mode } = line;
  const platform = shop.platforms.get(platformId);
  if (!platform) return { field: 'platform_id', rule: 'R10: one of your platforms' };
  if (!platform.open) return { field: 'platform_id', rule: 'R22: this platform ends and takes no new mailboxes' };
  const plan = shop.plans.get(line.plan);
  if (plan?.productId !== platform.productId) return { field: 'plan', rule: 'R10: a plan of the platform’s product' };
  if (!isAddress(line.address)) return { field: 'address', rule: 'R10: an e-mail address' };
  const address = sameMailbox(line.address);
  if (shop.seen.has(address)) return { field: 'address', rule: 'R10: each address once' };
  shop.seen.add(address);
  if (shop.taken.has(address)) return { field: 'address', rule: 'R10: this address has a mailbox already' };
  return { mailboxId: null, platformId, plan, address, mode };
}

function checkBuyBack(
  { mailboxId, mode }: Extract<LineRequest, { mailboxId: bigint }>,
  shop: Shop,
): CheckedLine | Wrong {
  const mailbox = shop.mailboxes.find((each) => each.mailboxId === mailboxId);
  if (mailbox?.suspendedFor !== 'expiry') return { field: 'mailbox_id', rule: 'R21: a mailbox within its retention' };
  const { platformId, address } = mailbox;
  if (!shop.platforms.get(platformId)?.open) return { field: 'mailbox_id', rule: 'R22: its platform ends' };
  if (shop.seen.has(address)) return { field: 'mailbox_id', rule: 'R10: each mailbox once' };
  shop.seen.add(address);
  const plan = shop.catalog.plans.get(mailbox.planId);
  if (!plan) return { field: 'mailbox_id', rule: 'R10: its plan is not sold' };
  return { mailboxId, platformId, plan, address, mode };
}

async function readPlatforms(tx: Tx, customerId: bigint): Promise<Map<bigint, Platform>> {
  const { rows } = await sql<Platform>`
    select platform_id as "platformId", product_id as "productId", state = 'open' and terminated_at is null as open
      from platforms where customer_id = ${customerId}`.execute(tx);
  return new Map(rows.map((row) => [row.platformId, row]));
}

async function readMailboxes(tx: Tx, customerId: bigint, lines: readonly LineRequest[]): Promise<Mailbox[]> {
  const ids = lines.flatMap((line) => ('mailboxId' in line ? [line.mailboxId] : []));
  const { rows } = await sql<Mailbox>`
    select mailbox_id as "mailboxId", platform_id as "platformId", plan_id as "planId", lower(address) as address,
           suspended_for as "suspendedFor"
      from mailboxes
     where customer_id = ${customerId} and mailbox_id = any(${ids}::bigint[])`.execute(tx);
  return rows;
}
