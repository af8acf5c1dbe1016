import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import { concludeRefunds, concludeReversal } from '#domain/orders/conclude.ts';
import { askRegistration } from '#domain/payments/complete-method.ts';
import { hintCharges } from '#domain/payments/hint.ts';
import { followRefunds } from '#domain/payments/late-refunds.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { refreshMethod } from '#domain/payments/refresh-method.ts';
import type { StoredWebhook } from '#domain/payments/webhooks.ts';
import { type Db, transaction } from '#kit/db.ts';

/** `ref`: what the message is about, in its provider's words. */
export type Following = {
  db: Db;
  providers: Providers;
  provider: PaymentProvider;
  act: Act;
  ref: string;
  tell(message: string, details: object): void;
};

/**
 * What is asked of the provider for each kind of message, and how its answer is applied. Each answers whether that was
 * all; what comes before its time is followed again later.
 */
export const followers: Record<StoredWebhook['kind'], (following: Following) => Promise<boolean>> = {
  charge: async (following) => {
    const states = await hintCharge(following, following.ref);
    // PayPal speaks of the capture that took an order's money.
    const chargeRef = states.length > 0 ? following.ref : await following.provider.chargeOfCapture?.(following.ref);
    if (!chargeRef) return true;
    if (chargeRef !== following.ref) await hintCharge(following, chargeRef);
    return takeBackFailed(following, chargeRef);
  },
  refund: (following) => takeBackFailed(following, following.ref),
  method: async ({ db, providers, provider, act, ref }) => {
    const { rows } = await sql<{ customerId: bigint; methodId: bigint; state: string; ref: string }>`
      select customer_id as "customerId", method_id as "methodId", state, provider_ref as ref from payment_methods
       where provider = ${provider.name} and (provider_ref = ${ref} or token = ${ref}) and state in ('pending', 'valid', 'expired')`.execute(
      db,
    );
    for (const method of rows) {
      const desk = { transact: <T>(work: Parameters<typeof transaction<T>>[1]) => transaction(db, work), providers };
      if (method.state === 'pending') await askRegistration(desk, act, method);
      else {
        const details = await provider.getMethod(method.ref);
        await transaction(db, (tx) => refreshMethod(tx, act, { provider: provider.name, ref: method.ref, details }));
      }
    }
    return true;
  },
  dispute: async (following) => {
    const { db, provider, act, ref } = following;
    const dispute = await provider.getDispute?.(ref);
    if (!dispute) return true;
    const { rows } = await sql<{ customerId: bigint; paymentId: bigint }>`
      select customer_id as "customerId", payment_id as "paymentId" from payments
       where provider = ${provider.name} and provider_ref = ${dispute.chargeRef}`.execute(db);
    const [payment] = rows;
    // Heard of before the payment itself: that is asked about first.
    if (!payment) return (await hintCharge(following, dispute.chargeRef)).every((state) => unpaid.has(state));
    const reversal = { ...payment, taken: dispute.taken, reference: ref };
    const beyond = await transaction(db, (tx) => concludeReversal(tx, act, reversal));
    // What is booked stays booked; of the rest a person is told, and it is tried again.
    if (beyond > 0n) throw new Error(`${beyond} of dispute ${ref} are more than can be taken back of its payment`);
    return true;
  },
  other: async () => true,
};

const unpaid = new Set(['declined', 'action_required', 'withdrawn']);

/** Has a charge asked about now if it is open; answers its state, or nothing when none of ours has this reference. */
function hintCharge({ db, provider, act }: Following, ref: string): Promise<string[]> {
  return hintCharges(db, act.at, { provider: provider.name, ref });
}

async function takeBackFailed({ db, provider, act, tell }: Following, ref: string): Promise<true> {
  const failed = await followRefunds(db, act, { provider, ref });
  if (failed.length === 0) return true;
  await transaction(db, (tx) => concludeRefunds(tx, act, failed));
  for (const { refund } of failed) tell('refund failed after it was given', { ...refund });
  return true;
}
