import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import type { Payment } from '#domain/payments/receive.ts';
import { columns, type Tx } from '#kit/db.ts';

/** A row of refunds; a chargeback is one that was forced on us. */
export type Refund = {
  customerId: bigint;
  refundId: bigint;
  paymentId: bigint;
  amount: bigint;
  currency: string;
  provider: Payment['provider'];
  /** The provider's reference of the charge the money came with. */
  chargeRef: string;
};

export type RefundDraft = {
  customerId: bigint;
  refundId: bigint;
  paymentId: bigint;
  amount: bigint;
  currency: string;
  reason: string;
  /** Null while the provider has yet to be asked. */
  done: { ref: string } | null;
};

/** A payment with what is left of it after refunds and chargebacks, in minor units. */
export type Refundable = Pick<Payment, 'customerId' | 'paymentId' | 'provider' | 'amount' | 'currency'> & {
  left: bigint;
};

/** The customer's payments of which something is left, newest first. */
export async function readRefundable(tx: Tx, customerId: bigint): Promise<Refundable[]> {
  const { rows } = await sql<Refundable>`
    select p.customer_id as "customerId", p.payment_id as "paymentId", p.provider, p.amount, p.currency,
           (p.amount - coalesce(sum(r.amount) filter (where r.state <> 'failed'), 0))::bigint as left
      from payments p
      left join refunds r on r.customer_id = p.customer_id and r.payment_id = p.payment_id
     where p.customer_id = ${customerId}
     group by p.customer_id, p.payment_id
    having p.amount > coalesce(sum(r.amount) filter (where r.state <> 'failed'), 0)
     order by p.received_at desc, p.payment_id desc`.execute(tx);
  return rows;
}

export async function insertRefunds(tx: Tx, act: Act, drafts: readonly RefundDraft[]): Promise<void> {
  await sql`
    insert into refunds (customer_id, refund_id, payment_id, amount, currency, state, reason, requested_by, provider_ref,
                         created_at, next_check_at, finished_at)
    select u.customer_id, u.refund_id, u.payment_id, u.amount, u.currency,
           case when u.provider_ref is null then 'created' else 'succeeded' end, u.reason, ${act.actor}, u.provider_ref,
           ${act.at}::timestamptz, case when u.provider_ref is null then ${act.at}::timestamptz end,
           case when u.provider_ref is not null then ${act.at}::timestamptz end
      from ${columns(drafts, {
        customer_id: ['bigint', (draft) => draft.customerId],
        refund_id: ['bigint', (draft) => draft.refundId],
        payment_id: ['bigint', (draft) => draft.paymentId],
        amount: ['bigint', (draft) => draft.amount],
        currency: ['text', (draft) => draft.currency],
        reason: ['text', (draft) => draft.reason],
        provider_ref: ['text', (draft) => draft.done?.ref ?? null],
      })}`.execute(tx);
}

/** Takes a batch of due refunds until `until`: nobody else touches them meanwhile. */
export async function leaseRefunds(tx: Tx, at: Temporal.Instant, until: Temporal.Instant): Promise<Refund[]> {
  const due = await sql<{ customerId: bigint; refundId: bigint }>`
    select customer_id as "customerId", refund_id as "refundId" from refunds
     where next_check_at <= ${at} order by next_check_at limit 200`.execute(tx);
  if (due.rows.length === 0) return [];
  const { rows } = await sql<Refund>`
    update refunds r set next_check_at = ${until}
      from ${columns(due.rows, {
        customer_id: ['bigint', (row) => row.customerId],
        refund_id: ['bigint', (row) => row.refundId],
      })}, payments p
     where r.customer_id = u.customer_id and r.refund_id = u.refund_id and r.next_check_at <= ${at}
       and p.customer_id = r.customer_id and p.payment_id = r.payment_id
    returning r.customer_id as "customerId", r.refund_id as "refundId", r.payment_id as "paymentId", r.amount, r.currency,
              p.provider, p.provider_ref as "chargeRef"`.execute(tx);
  return rows;
}
