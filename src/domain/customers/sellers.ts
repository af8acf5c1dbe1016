import { checkSeller } from '#domain/customers/_check.ts';
import { refuse } from '#domain/customers/_refusals.ts';
import { insertSeller, lockSeller, selectSeller, updateSeller } from '#domain/customers/_store.ts';
import { traced } from '#domain/customers/_trace.ts';
import { policyOf } from '#domain/customers/policy.ts';
import type { NewSeller, Seller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { type Clock, readClock } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';

/** The company that sells and invoices, with its policy. Refuses `no_seller` before the first is registered. */
export async function getSeller(tx: Db | Tx): Promise<Seller> {
  const seller = await findSeller(tx);
  if (!seller) throw refuse('no_seller');
  return seller;
}

/** The same, or null in a new installation. */
export async function findSeller(tx: Db | Tx): Promise<Seller | null> {
  const row = await selectSeller(tx);
  return row ? { ...row, policy: policyOf(row.policy) } : null;
}

/**
 * The clock of the business on the seller's wall. Who runs for long reads it again: the seller may have moved to another
 * time zone, and in the sandbox the clock may have been set. Refuses `no_seller`.
 */
export async function readSellerClock(tx: Db | Tx): Promise<Clock> {
  return readClock(tx, (await getSeller(tx)).timeZone);
}

/** Registers the company that sells. Refuses `bad_seller` (R38). */
export async function registerSeller(tx: Tx, act: Act, seller: NewSeller): Promise<Seller> {
  refuseBad(seller);
  await insertSeller(tx, act, seller);
  await recordSellerEvent(tx, act, { type: 'sellers.registered', data: traced(seller) });
  return getSeller(tx);
}

/**
 * Changes the seller's name, address, bank or time zone, from the next document or business day on; a reason is due
 * (R37). Refuses `bad_seller`, `no_seller`.
 */
export async function changeSeller(
  tx: Tx,
  act: Act,
  { patch, reason }: { patch: Partial<NewSeller>; reason: string },
): Promise<Seller> {
  await lockSeller(tx);
  const before = await getSeller(tx);
  const after = { ...before, ...patch };
  refuseBad(after);
  await updateSeller(tx, before.sellerId, after);
  await recordSellerEvent(tx, act, { type: 'sellers.changed', data: { patch: traced(patch), reason } });
  return after;
}

function refuseBad(seller: NewSeller): void {
  const wrong = checkSeller(seller);
  if (wrong.length > 0) throw refuse('bad_seller', { fields: wrong });
}
