import type Stripe from 'stripe';
import { isPage } from '#adapters/payments/_stripe-charges.ts';
import {
  idOf,
  inFull,
  isKeyReused,
  isNo,
  listAll,
  refusal,
  type StripeDesk,
  send,
} from '#adapters/payments/_stripe-desk.ts';
import { readPage } from '#adapters/payments/_stripe-pages.ts';
import { readIntent, settleIntent } from '#adapters/payments/_stripe-settle.ts';
import { type DisputeDetails, ProviderRefused, type RefundRequest } from '#domain/payments/provider.ts';

/** What a refund came to. Pending counts as given back: the money has left our balance, and a failure would bring it back. */
export type RefundAnswer = { ref: string; state: 'succeeded' | 'failed' };

/**
 * Gives money back (R11). Stripe forgets keys after a day, so a refund made before is first looked for among the charge's own:
 * however late an answer is asked for again, there is never a second refund.
 */
export async function refund(desk: StripeDesk, request: RefundRequest): Promise<RefundAnswer> {
  const { key, amount, currency } = request;
  if (amount <= 0n || key === '') throw new ProviderRefused('bad_request', 'a refund needs an amount and a key');
  const paidBy = await payingIntent(desk, request.chargeRef);
  if (!paidBy || paidBy.currency !== currency.toLowerCase()) {
    throw new ProviderRefused('not_refundable', 'that much of this charge was not taken');
  }
  const known = await findRefund(desk, paidBy.id, key);
  if (known) return sameRefund(known, request);
  const charge = inFull(paidBy.latest_charge);
  const left = BigInt(paidBy.amount_received) - BigInt(charge?.amount_refunded ?? 0);
  if (amount > left) throw new ProviderRefused('not_refundable', `${left} of this charge are left`);
  const params = { payment_intent: paidBy.id, amount: Number(amount), metadata: { rinnovo_key: key } };
  try {
    return toAnswer(await send(() => desk.stripe.refunds.create(params, { idempotencyKey: key })));
  } catch (error) {
    if (!isNo(error)) throw error;
    if (isKeyReused(error)) throw new ProviderRefused('key_reused', `key ${key} belongs to another refund`);
    throw new ProviderRefused('not_refundable', error.message);
  }
}

/** How a refund stands now; refuses an unknown one. */
export async function getRefund({ stripe }: StripeDesk, ref: string): Promise<Pick<RefundAnswer, 'state'>> {
  try {
    return { state: toAnswer(await send(() => stripe.refunds.retrieve(ref))).state };
  } catch (error) {
    throw refusal(error, `refund ${ref}`);
  }
}

/** A dispute and the charge it is about; refuses an unknown one. */
export async function getDispute(desk: StripeDesk, ref: string): Promise<DisputeDetails> {
  let dispute: Stripe.Dispute;
  try {
    dispute = await send(() => desk.stripe.disputes.retrieve(ref));
  } catch (error) {
    throw refusal(error, `dispute ${ref}`);
  }
  const { amount, balance_transactions, currency, status } = dispute;
  const moved = balance_transactions.reduce((sum, each) => sum + Math.sign(each.amount), 0);
  return {
    chargeRef: await chargeRefOf(desk, idOf(dispute.payment_intent) ?? ''),
    amount: BigInt(amount),
    taken: moved < 0 ? BigInt(amount) : 0n,
    currency: currency.toUpperCase(),
    state: disputeStates[status] ?? 'open',
  };
}

const disputeStates: Record<string, DisputeDetails['state']> = {
  won: 'won',
  prevented: 'won',
  warning_closed: 'won',
  lost: 'lost',
};

/** The reference under which we know a payment, out of the intent that took the money. */
async function chargeRefOf(desk: StripeDesk, intentId: string): Promise<string> {
  const { id, metadata } = await readIntent(desk, intentId);
  const { rinnovo_intent, rinnovo_page } = metadata;
  if (rinnovo_intent) return rinnovo_intent;
  if (!rinnovo_page) return id;
  const { data } = await send(() => desk.stripe.checkout.sessions.list({ payment_intent: id }));
  return data[0]?.id ?? id;
}

async function payingIntent(desk: StripeDesk, chargeRef: string): Promise<Stripe.PaymentIntent | null> {
  if (!isPage(chargeRef)) return (await settleIntent(desk, await readIntent(desk, chargeRef))).paidBy;
  const { intent } = await readPage(desk, chargeRef);
  return intent?.status === 'succeeded' ? intent : null;
}

async function findRefund({ stripe }: StripeDesk, intentId: string, key: string): Promise<Stripe.Refund | null> {
  const all = listAll((cursor) => stripe.refunds.list({ ...cursor, payment_intent: intentId }));
  for await (const each of all) if (each.metadata?.['rinnovo_key'] === key) return each;
  return null;
}

function sameRefund(known: Stripe.Refund, { key, amount }: RefundRequest): RefundAnswer {
  if (BigInt(known.amount) === amount) return toAnswer(known);
  throw new ProviderRefused('key_reused', `key ${key} belongs to another refund`);
}

function toAnswer({ id, status }: Stripe.Refund): RefundAnswer {
  return { ref: id, state: status === 'failed' || status === 'canceled' ? 'failed' : 'succeeded' };
}
