import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import type { Refund } from '#domain/payments/_refunds.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import type { RefundOutcome } from '#domain/payments/refund.ts';
import type { Db } from '#kit/db.ts';

type Known = Refund & { state: 'created' | 'succeeded'; ref: string };

/**
 * Somebody said that refunds have changed: of one reference, or of the charge that has it. Those not given yet are asked
 * about by the worker, now; those given are asked about here, outside any transaction, because a bank may send money
 * back days later. Answers those that failed, to be concluded.
 */
export async function followRefunds(
  db: Db,
  act: Act,
  { provider, ref }: { provider: PaymentProvider; ref: string },
): Promise<RefundOutcome[]> {
  const { rows } = await sql<Known>`
    select r.customer_id as "customerId", r.refund_id as "refundId", r.payment_id as "paymentId", r.amount, r.currency,
           p.provider, p.provider_ref as "chargeRef", r.provider_ref as ref, r.state
      from refunds r join payments p on p.customer_id = r.customer_id and p.payment_id = r.payment_id
     where p.provider = ${provider.name} and r.state <> 'failed' and r.reason <> 'chargeback'
       and (r.customer_id, r.payment_id) in (
             select customer_id, payment_id from refunds where provider_ref = ${ref}
              union select customer_id, payment_id from payments where provider_ref = ${ref})`.execute(db);
  const failed: RefundOutcome[] = [];
  for (const refund of rows) {
    if (refund.state === 'created') await hintRefund(db, act, refund);
    else if ((await provider.getRefund(refund)).state === 'failed')
      failed.push({ refund, state: 'failed', ref: refund.ref });
  }
  return failed;
}

async function hintRefund(db: Db, { at }: Act, { customerId, refundId }: Refund): Promise<void> {
  await sql`
    update refunds set next_check_at = ${at}
     where customer_id = ${customerId} and refund_id = ${refundId} and next_check_at > ${at}::timestamptz`.execute(db);
}
