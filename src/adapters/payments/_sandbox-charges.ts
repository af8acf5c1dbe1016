import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { cardTraits } from '#adapters/payments/sandbox-cards.ts';
import { type ChargeRequest, ProviderRefused } from '#domain/payments/provider.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** A charge together with the method it draws on, as the provider knows them. */
export type ChargeRow = {
  ref: string;
  state: 'created' | 'action_required' | 'pending' | 'succeeded' | 'declined';
  decline_code: string | null;
  amount: bigint;
  currency: string;
  token: string | null;
  description: string;
  owner: string;
  return_url: string | null;
  attempts: number;
  refunded: bigint;
  confirmed_at: Temporal.Instant | null;
  card: string | null;
  method_state: 'pending' | 'valid' | 'failed' | 'removed' | null;
  expires_on: Temporal.PlainDate | null;
  credit_left: bigint | null;
};

/** A decision about one charge, ready to be written. */
export type Decision = { ref: string; state: ChargeRow['state']; code: string | null };

/** An unguessable reference of the provider's, e.g. `sc_…` for a charge. */
export function newRef(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('base64url')}`;
}

/** Makes many charges known in one statement; the same key gives the charge that exists, or a refusal when its money differs. */
export async function createCharges(
  db: Db,
  requests: ChargeRequest[],
  at: Temporal.Instant,
): Promise<(string | Error)[]> {
  const rows = columns(requests, {
    ref: ['text', () => newRef('sc')],
    key: ['text', (r) => r.key],
    amount: ['bigint', (r) => r.amount],
    currency: ['text', (r) => r.currency],
    token: ['text', (r) => r.token],
    description: ['text', (r) => r.description],
    owner: ['text', (r) => r.owner],
    return_url: ['text', (r) => r.returnUrl ?? null],
  });
  // A token nobody knows leaves its row out here and is found missing below, so that it refuses one caller, not the crowd.
  const made = await sql<Made>`
    insert into sandbox.charges (ref, key, amount, currency, token, description, owner, return_url, state, created_at)
    select u.ref, u.key, u.amount, u.currency, u.token, u.description, u.owner, u.return_url, 'created', ${at}
    from ${rows} left join sandbox.methods m on m.token = u.token
    where u.token is null or m.card is not null
    on conflict (key) do nothing
    returning key, ref, amount, currency, token, owner`.execute(db);
  const byKey = new Map(made.rows.map((row) => [row.key, row]));
  if (byKey.size < requests.length) {
    const missing = requests.map((r) => r.key).filter((key) => !byKey.has(key));
    for (const row of await findByKeys(db, missing)) byKey.set(row.key, row);
  }
  return requests.map((request) => sameCharge(request, byKey.get(request.key)));
}

/** The reference of the charge made with `key`, or null. */
export async function findCharge(db: Db, key: string): Promise<string | null> {
  const [row] = await findByKeys(db, [key]);
  return row?.ref ?? null;
}

/** The charges with these references; unknown ones are left out. */
export async function readCharges(db: Db | Tx, refs: readonly string[]): Promise<Map<string, ChargeRow>> {
  const result = await sql<ChargeRow>`
    select c.ref, c.state, c.decline_code, c.amount, c.currency, c.token, c.description, c.owner, c.return_url,
      c.attempts, c.refunded, c.confirmed_at, m.card, m.state as method_state, m.expires_on, m.credit_left
    from sandbox.charges c left join sandbox.methods m on m.token = c.token
    where c.ref = any(${refs}::text[])`.execute(db);
  return new Map(result.rows.map((row) => [row.ref, row]));
}

/** The charge with this reference; refuses an unknown one. */
export async function readCharge(db: Db | Tx, ref: string): Promise<ChargeRow> {
  const row = (await readCharges(db, [ref])).get(ref);
  if (!row) throw new ProviderRefused('unknown_reference', `no charge ${ref}`);
  return row;
}

/**
 * Writes what was decided about charges, and the money that moved, in one statement. Only a charge still in one of the
 * states `from` is touched: each row is checked again under its lock, so of two confirmations that overlap one writes
 * and the other finds its work done. Answers the references it wrote.
 */
export async function applyDecisions(
  db: Db | Tx,
  decisions: readonly Decision[],
  { at, from }: { at: Temporal.Instant; from: readonly ChargeRow['state'][] },
): Promise<Set<string>> {
  if (decisions.length === 0) return new Set();
  const decided = columns(decisions, {
    ref: ['text', (d) => d.ref],
    state: ['text', (d) => d.state],
    code: ['text', (d) => d.code],
  });
  const result = await sql<{ ref: string }>`
    with decided as materialized (select * from ${decided}),
    moved as (
      update sandbox.charges c
      set state = d.state, decline_code = d.code, attempts = c.attempts + 1, confirmed_at = ${at}::timestamptz
      from decided d
      where c.ref = d.ref and c.state = any(${from}::text[])
      returning c.ref, c.state, c.amount, c.currency, coalesce(c.token, c.ref) as payer
    ),
    booked as (
      insert into sandbox.movements (ref, kind, charge_ref, debit_account, credit_account, amount, currency, at)
      select ref, 'charge', ref, 'payer:' || payer, 'merchant', amount, currency, ${at} from moved where state = 'succeeded'
    )
    select ref from moved`.execute(db);
  return new Set(result.rows.map((row) => row.ref));
}

/** Takes a charge from a card with a credit limit: the credit and the outcome change together, or neither does. */
export async function drawCredit(db: Db, row: ChargeRow, at: Temporal.Instant): Promise<void> {
  await transaction(db, async (tx) => {
    const succeeded = { ref: row.ref, state: 'succeeded' as const, code: null };
    if (!(await applyDecisions(tx, [succeeded], { at, from: ['created'] })).has(row.ref)) return;
    const drawn = await sql`
      update sandbox.methods set credit_left = credit_left - ${row.amount}
      where token = ${row.token} and credit_left >= ${row.amount}`.execute(tx);
    if (drawn.numAffectedRows === 1n) return;
    throw new CreditGone();
  }).catch(async (error: unknown) => {
    if (!(error instanceof CreditGone)) throw error;
    await applyDecisions(db, [{ ref: row.ref, state: 'declined', code: 'insufficient_funds' }], {
      at,
      from: ['created'],
    });
  });
}

/** Counts an attempt that came to nothing. Answers whether it was the first one. */
export async function countAttempt(db: Db, ref: string): Promise<boolean> {
  const result = await sql<{ attempts: number }>`
    update sandbox.charges set attempts = attempts + 1 where ref = ${ref} returning attempts`.execute(db);
  return result.rows[0]?.attempts === 1;
}

/** Lets the charges clear that were waiting since `before` or earlier. */
export async function clearPending(db: Db, before: Temporal.Instant, at: Temporal.Instant): Promise<void> {
  const due = await sql<{ ref: string }>`
    select ref from sandbox.charges where state = 'pending' and confirmed_at <= ${before}`.execute(db);
  const decisions = due.rows.map((row) => ({ ref: row.ref, state: 'succeeded' as const, code: null }));
  await applyDecisions(db, decisions, { at, from: ['pending'] });
}

/** Whether refunds of this charge fail at the payer's bank. */
export function refundFails(row: ChargeRow): boolean {
  return row.card !== null && cardTraits(row.card).refundFails === true;
}

class CreditGone extends Error {}

type Made = Pick<ChargeRow, 'ref' | 'amount' | 'currency' | 'token' | 'owner'> & { key: string };

async function findByKeys(db: Db, keys: readonly string[]): Promise<Made[]> {
  const result = await sql<Made>`
    select key, ref, amount, currency, token, owner from sandbox.charges where key = any(${keys}::text[])`.execute(db);
  return result.rows;
}

function sameCharge(request: ChargeRequest, row: Made | undefined): string | Error {
  if (!row) return new ProviderRefused('unknown_token', 'nobody registered this method');
  const same =
    row.amount === request.amount &&
    row.currency === request.currency &&
    row.token === request.token &&
    row.owner === request.owner;
  return same ? row.ref : new ProviderRefused('key_reused', `key ${request.key} belongs to another charge`);
}
