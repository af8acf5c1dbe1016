import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import { getOrder } from '#domain/orders/get.ts';
import { spendPayments } from '#domain/orders/pay.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/** A line of the bank's statement. `reference` is the bank's own, once per customer; `reason` stands in the audit trail (R37). */
export type Transfer = {
  customerId: bigint;
  orderId: bigint | null;
  amount: bigint;
  reference: string;
  reason: string;
};

/**
 * Records a bank transfer by an operator's hand (R11, R37): it pays its order when it covers it, else debts, else it is free
 * credit. The same reference with the same money a second time changes nothing and says so. Refuses `bad_transfer`,
 * `order_unknown`, `reference_used`.
 */
export async function recordTransfer(tx: Tx, act: Act, transfer: Transfer): Promise<{ recorded: boolean }> {
  const { customerId, orderId, amount, reason } = transfer;
  const reference = transfer.reference.trim();
  refuseBad({ ...transfer, reference });
  const { currency } = await lockAccount(tx, customerId);
  if (orderId !== null) await getOrder(tx, { customerId, orderId });
  const draft = {
    customerId,
    provider: 'bank' as const,
    providerRef: reference,
    chargeId: null,
    orderId,
    amount,
    currency,
    note: reason,
  };
  const payments = await receivePayments(tx, act, [draft]);
  if (payments.length === 0) await refuseOther(tx, draft);
  await spendPayments(tx, act, payments);
  return { recorded: payments.length > 0 };
}

function refuseBad({ amount, reference, reason }: Transfer): void {
  const fields: Field[] = [];
  if (amount <= 0n) fields.push({ name: 'amount', rule: 'above zero' });
  if (reference === '') fields.push({ name: 'reference', rule: 'the bank’s reference' });
  if (reason.trim() === '') fields.push({ name: 'reason', rule: 'R37: a reason' });
  if (fields.length > 0) throw refuseOrder('bad_transfer', { fields });
}

async function refuseOther(tx: Tx, draft: { customerId: bigint; providerRef: string; amount: bigint }): Promise<void> {
  const { rows } = await sql<{ amount: bigint }>`
    select amount from payments
     where customer_id = ${draft.customerId} and provider = 'bank' and provider_ref = ${draft.providerRef}`.execute(tx);
  if (rows[0]?.amount !== draft.amount)
    throw refuseOrder('reference_used', { fields: [{ name: 'reference', rule: 'once' }] });
}
