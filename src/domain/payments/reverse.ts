import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { insertRefunds, readRefundable } from '#domain/payments/_refunds.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { liesAt, type Payment } from '#domain/payments/receive.ts';
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

/**
 * The payer's bank gave back what it had taken (the dispute was won): the chargeback is undone by its opposite (R5). Answers
 * the amount that came back, 0 when nothing had been taken or it is back already. The account must be locked; what the
 * money pays is the caller's next step (R4).
 */
export async function returnReversal(
  tx: Tx,
  act: Act,
  won: { customerId: bigint; reference: string },
): Promise<bigint> {
  const { customerId, reference } = won;
  const { rows } = await sql<{ refundId: bigint; amount: bigint; currency: string; provider: Payment['provider'] }>`
    update refunds r set state = 'failed', finished_at = ${act.at} from payments p
     where r.customer_id = ${customerId} and r.provider_ref = ${reference} and r.reason = 'chargeback' and r.state = 'succeeded'
       and p.customer_id = r.customer_id and p.payment_id = r.payment_id
    returning r.refund_id as "refundId", r.amount, r.currency, p.provider`.execute(tx);
  const [back] = rows;
  if (!back) return 0n;
  const { refundId, amount, currency, provider } = back;
  const transfers = [{ part: 'back', debit: liesAt(provider), credit: 'customer' as const, amount }];
  await postEntries(tx, act, [
    { customerId, cause: 'reversal', reference: `chargeback-${refundId}-failed`, currency, transfers },
  ]);
  const data = { refund_id: refundId, amount, currency, reference };
  await recordEvents(tx, act, [{ customerId, type: 'payments.reversal_won', data }]);
  return amount;
}
