import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { insertRefunds, readRefundable } from '#domain/payments/_refunds.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { liesAt } from '#domain/payments/receive.ts';
import type { Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';

/** A payer's bank took money back. `reference` is the provider's dispute; `amount` minor units, at most what is left of the payment. */
export type Reversal = { customerId: bigint; paymentId: bigint; amount: bigint; reference: string };

/**
 * Books a chargeback: the money leaves the customer's account, which may fall below zero by it (R2); that its invoices are
 * owed again is the caller's next step, in the same transaction. The same reference a second time moves nothing and
 * answers false. The account must be locked. Refuses `payment_unknown` when the payment does not hold the amount.
 */
export async function reversePayment(tx: Tx, act: Act, reversal: Reversal): Promise<boolean> {
  const { customerId, paymentId, amount, reference } = reversal;
  const known = await sql`
    select 1 from refunds where customer_id = ${customerId} and payment_id = ${paymentId} and provider_ref = ${reference}`.execute(
    tx,
  );
  if (known.rows.length > 0) return false;
  const payment = (await readRefundable(tx, customerId)).find((each) => each.paymentId === paymentId);
  if (!payment || payment.left < amount) throw refusePayment('payment_unknown');
  const { currency, provider } = payment;
  const [refundId = 0n] = await nextIds(tx, 1);
  const draft = { customerId, refundId, paymentId, amount, currency, reason: 'chargeback', done: { ref: reference } };
  await insertRefunds(tx, act, [draft]);
  const transfers = [{ part: 'taken', debit: 'customer' as const, credit: liesAt(provider), amount }];
  await postEntries(tx, act, [
    { customerId, cause: 'chargeback', reference: `chargeback-${refundId}`, currency, transfers },
  ]);
  const data = { payment_id: paymentId, refund_id: refundId, amount, currency, reference };
  await recordEvents(tx, act, [{ customerId, type: 'payments.reversed', data }]);
  return true;
}
