import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { AccountName } from '#domain/ledger/accounts.ts';
import { postEntries } from '#domain/ledger/post.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import { columns, type Tx } from '#kit/db.ts';

/** Money that came in. `providerRef`: the provider's charge, or the bank's reference of a transfer. `amount` minor units, above zero. */
export type PaymentDraft = {
  customerId: bigint;
  provider: ProviderName | 'bank';
  providerRef: string;
  chargeId: bigint | null;
  orderId: bigint | null;
  amount: bigint;
  currency: string;
  note: string;
};

export type Payment = PaymentDraft & { paymentId: bigint };

/**
 * Takes money in: to the customer's account from where it lies, with its receipt. What was received before, by provider
 * and reference, is left out of the answer and moves nothing: outcomes may be heard twice (rule 7). The accounts must be
 * locked; what the money is spent on is the caller's next step, in the same transaction (R4).
 */
export async function receivePayments(tx: Tx, act: Act, drafts: readonly PaymentDraft[]): Promise<Payment[]> {
  if (drafts.length === 0) return [];
  const payments = await insertPayments(tx, act, drafts);
  await postEntries(
    tx,
    act,
    payments.map((payment) => ({
      customerId: payment.customerId,
      cause: 'payment',
      reference: `payment-${payment.paymentId}`,
      currency: payment.currency,
      transfers: [{ part: 'received', debit: liesAt(payment.provider), credit: 'customer', amount: payment.amount }],
    })),
  );
  await recordEvents(tx, act, payments.map(receivedEvent));
  return payments;
}

/** The account where money of a provider lies until it is paid out to the bank. */
export function liesAt(provider: Payment['provider']): AccountName {
  return provider === 'bank' ? 'bank' : `clearing:${provider}`;
}

async function insertPayments(tx: Tx, act: Act, drafts: readonly PaymentDraft[]): Promise<Payment[]> {
  const { rows } = await sql<Payment>`
    insert into payments (customer_id, provider, provider_ref, charge_id, order_id, amount, currency, received_at,
                          received_on, recorded_by, note)
    select u.customer_id, u.provider, u.provider_ref, u.charge_id, u.order_id, u.amount, u.currency, ${act.at}::timestamptz,
           ${act.on}::date, ${act.actor}, u.note
      from ${columns(drafts, {
        customer_id: ['bigint', (draft) => draft.customerId],
        provider: ['text', (draft) => draft.provider],
        provider_ref: ['text', (draft) => draft.providerRef],
        charge_id: ['bigint', (draft) => draft.chargeId],
        order_id: ['bigint', (draft) => draft.orderId],
        amount: ['bigint', (draft) => draft.amount],
        currency: ['text', (draft) => draft.currency],
        note: ['text', (draft) => draft.note],
      })}
    on conflict (customer_id, provider, provider_ref) do nothing
    returning customer_id as "customerId", payment_id as "paymentId", provider, provider_ref as "providerRef",
              charge_id as "chargeId", order_id as "orderId", amount, currency, note`.execute(tx);
  return rows;
}

function receivedEvent(payment: Payment) {
  const { customerId, paymentId, provider, amount, currency, chargeId, orderId } = payment;
  const data = { payment_id: paymentId, provider, amount, currency, charge_id: chargeId, order_id: orderId };
  return { customerId, type: 'payments.received' as const, data };
}
