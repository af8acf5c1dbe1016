import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { newRef, readCharge, refundFails } from '#adapters/payments/_sandbox-charges.ts';
import { type ProviderMovement, ProviderRefused, type RefundRequest } from '#domain/payments/provider.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';

export type RefundRow = { ref: string; state: 'succeeded' | 'failed' };

/** Gives back part or all of a charge, once per key, never more than is left of it. */
export async function makeRefund(db: Db, request: RefundRequest, at: Temporal.Instant): Promise<RefundRow> {
  return transaction(db, async (tx) => {
    const charge = await readCharge(tx, request.chargeRef);
    const state = refundFails(charge) ? 'failed' : 'succeeded';
    const inserted = await sql<RefundRow>`
      insert into sandbox.refunds (ref, key, charge_ref, amount, currency, state, created_at)
      values (${newRef('sr')}, ${request.key}, ${request.chargeRef}, ${request.amount}, ${request.currency}, ${state}, ${at})
      on conflict (key) do nothing returning ref, state`.execute(tx);
    const refund = inserted.rows[0];
    if (!refund) return sameRefund(tx, request);
    const left = await sql<{ payer: string }>`
      update sandbox.charges set refunded = refunded + ${state === 'succeeded' ? request.amount : 0n}
      where ref = ${request.chargeRef} and state = 'succeeded' and currency = ${request.currency}
        and refunded + disputed + ${request.amount} <= amount
      returning coalesce(token, ref) as payer`.execute(tx);
    const payer = left.rows[0]?.payer;
    // Thrown inside the transaction: the refund row above goes with it.
    if (payer === undefined) throw new ProviderRefused('not_refundable', 'that much of this charge was not taken');
    if (state === 'succeeded') await bookBack(tx, { kind: 'refund', ref: refund.ref, payer, ...request }, at);
    return refund;
  });
}

/** How a refund stands. Refuses an unknown one. */
export async function readRefund(db: Db, ref: string): Promise<RefundRow['state']> {
  const { rows } = await sql<RefundRow>`select ref, state from sandbox.refunds where ref = ${ref}`.execute(db);
  if (!rows[0]) throw new ProviderRefused('unknown_reference', `no refund ${ref}`);
  return rows[0].state;
}

/** The payer's bank takes back what is left of a charge. Answers the dispute's reference. */
export async function makeDispute(db: Db, chargeRef: string, at: Temporal.Instant): Promise<string> {
  return transaction(db, async (tx) => {
    const taken = await sql<{ payer: string; amount: bigint; currency: string }>`
      update sandbox.charges set disputed = amount - refunded
      where ref = ${chargeRef} and state = 'succeeded' and disputed = 0 and refunded < amount
      returning coalesce(token, ref) as payer, disputed as amount, currency`.execute(tx);
    const back = taken.rows[0];
    if (!back) throw new ProviderRefused('not_refundable', 'nothing to take back');
    const ref = newRef('sd');
    await bookBack(tx, { kind: 'dispute', ref, chargeRef, ...back }, at);
    return ref;
  });
}

/** The book from `from` to before `to`, oldest first, read in pages so that a year of it is no memory. */
export async function* readMovements(
  db: Db,
  from: Temporal.Instant,
  to: Temporal.Instant,
): AsyncGenerator<ProviderMovement> {
  let after: { at: Temporal.Instant; ref: string } = { at: from, ref: '' };
  for (;;) {
    const page = await sql<ProviderMovement>`
      select ref, kind, case kind when 'charge' then amount else -amount end as amount, currency, at
      from sandbox.movements
      where (at, ref) > (${after.at}::timestamptz, ${after.ref}::text) and at < ${to}::timestamptz
      order by at, ref limit ${pageSize}`.execute(db);
    yield* page.rows;
    const last = page.rows.at(-1);
    if (!last || page.rows.length < pageSize) return;
    after = last;
  }
}

const pageSize = 1000;

type Back = {
  kind: 'refund' | 'dispute';
  ref: string;
  payer: string;
  chargeRef: string;
  amount: bigint;
  currency: string;
};

async function bookBack(tx: Tx, back: Back, at: Temporal.Instant): Promise<void> {
  await sql`
    insert into sandbox.movements (ref, kind, charge_ref, debit_account, credit_account, amount, currency, at)
    values (${back.ref}, ${back.kind}, ${back.chargeRef}, 'merchant', ${`payer:${back.payer}`}, ${back.amount},
      ${back.currency}, ${at})`.execute(tx);
}

async function sameRefund(tx: Tx, request: RefundRequest): Promise<RefundRow> {
  const known = await sql<RefundRow & { charge_ref: string; amount: bigint; currency: string }>`
    select ref, state, charge_ref, amount, currency from sandbox.refunds where key = ${request.key}`.execute(tx);
  const row = known.rows[0];
  const same =
    row?.charge_ref === request.chargeRef && row.amount === request.amount && row.currency === request.currency;
  if (!same) throw new ProviderRefused('key_reused', `key ${request.key} belongs to another refund`);
  return { ref: row.ref, state: row.state };
}
