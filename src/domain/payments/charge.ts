import assert from 'node:assert/strict';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { type Charge, chargeColumns, mayGo, readOpenCharges } from '#domain/payments/_charges.ts';
import { isUsable, readMethods } from '#domain/payments/_methods.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { Method } from '#domain/payments/types.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

/** A charge of a registered method to be. `amount` minor units; `collection` says which round of which collection it is. */
export type ChargeDraft = {
  customerId: bigint;
  methodId: bigint;
  provider: ProviderName;
  amount: bigint;
  currency: string;
  orderId: bigint | null;
  collection: { on: Temporal.PlainDate; round: number } | null;
};

/**
 * Whether a charge `c` is with its provider or next to go there: then its outcome decides about its order, however late it is
 * heard (P4). One that waits for a page to be closed is neither.
 */
export const isUnderWay = sql`(c.state in ('submitted', 'unknown') or (c.state = 'created' and ${mayGo}))`;

/**
 * Writes charges down before anybody is asked for money; driveCharges sends them (rule 3). The customers' accounts must be
 * locked. A customer with a charge whose outcome is open breaks the transaction: the caller looks first (R28).
 */
export async function chargeMethods(tx: Tx, act: Act, drafts: readonly ChargeDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const { numAffectedRows } = await sql`
    insert into charges (customer_id, provider, method_id, order_id, amount, currency, state, collection_on, round,
                         created_at, next_check_at)
    select u.customer_id, u.provider, u.method_id, u.order_id, u.amount, u.currency, 'created', u.collection_on, u.round,
           ${act.at}::timestamptz, ${act.at}::timestamptz
      from ${columns(drafts, {
        customer_id: ['bigint', (draft) => draft.customerId],
        provider: ['text', (draft) => draft.provider],
        method_id: ['bigint', (draft) => draft.methodId],
        order_id: ['bigint', (draft) => draft.orderId],
        amount: ['bigint', (draft) => draft.amount],
        currency: ['text', (draft) => draft.currency],
        collection_on: ['date', (draft) => draft.collection?.on ?? null],
        round: ['integer', (draft) => draft.collection?.round ?? null],
      })}`.execute(tx);
  assert.equal(numAffectedRows, BigInt(drafts.length));
}

/** What a collection must know of earlier and running charges: the open ones, live offers for the debt, and its own attempts. */
export type CollectionCharges = { open: Charge | null; offers: Charge[]; attempts: Charge[] };

/** Reads that, for customers with the day their collection began. */
export async function readCollectionCharges(
  tx: Tx,
  collections: readonly { customerId: bigint; startedOn: Temporal.PlainDate }[],
): Promise<Map<bigint, CollectionCharges>> {
  const { rows } = await sql<Charge>`
    select ${chargeColumns}
      from charges c
      join ${columns(collections, {
        customer_id: ['bigint', (collection) => collection.customerId],
        started_on: ['date', (collection) => collection.startedOn],
      })} on c.customer_id = u.customer_id
     where c.state in ('created', 'submitted', 'unknown')
        or (c.collection_on is not null and (c.state = 'offered' or c.collection_on = u.started_on))`.execute(tx);
  const found = new Map<bigint, CollectionCharges>();
  for (const { customerId } of collections) found.set(customerId, { open: null, offers: [], attempts: [] });
  for (const charge of rows) {
    const known = found.get(charge.customerId);
    assert(known);
    if (charge.state === 'offered') known.offers.push(charge);
    else if (isOpen(charge)) known.open = charge;
    else known.attempts.push(charge);
  }
  return found;
}

/** The methods that may be charged on this day, each customer's in order: the default, then the backups, then the rest (R26). */
export async function listUsableMethods(
  tx: Tx,
  on: Temporal.PlainDate,
  customerIds: readonly bigint[],
): Promise<Map<bigint, Method[]>> {
  const methods = await readMethods(tx, customerIds);
  return Map.groupBy(
    methods.filter((method) => isUsable(method, on)),
    (method) => method.customerId,
  );
}

/** The charge of this customer whose outcome is open, if there is one: no other may begin before it is known (R28). */
export async function findOpenCharge(tx: Db | Tx, customerId: bigint): Promise<Charge | null> {
  return (await readOpenCharges(tx, [customerId]))[0] ?? null;
}

function isOpen(charge: Charge): boolean {
  return charge.state === 'created' || charge.state === 'submitted' || charge.state === 'unknown';
}
