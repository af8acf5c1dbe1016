import type Stripe from 'stripe';
import { isNo, refusal, type StripeDesk, send } from '#adapters/payments/_stripe-desk.ts';
import { isAttached } from '#adapters/payments/_stripe-methods.ts';
import { outcomeOfIntent, outcomeOfPage } from '#adapters/payments/_stripe-outcomes.ts';
import { closePage, findPage, openPage, readPage } from '#adapters/payments/_stripe-pages.ts';
import { type Outcome, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';

/** An outcome and the intent that took the money, which is another one when its payer paid on a page. */
export type Settled = { outcome: Outcome; paidBy: Stripe.PaymentIntent | null };

/** The payment intent with this reference and its latest attempt; refuses an unknown one. */
export async function readIntent({ stripe }: StripeDesk, ref: string): Promise<Stripe.PaymentIntent> {
  try {
    return await send(() => stripe.paymentIntents.retrieve(ref, { expand: ['latest_charge'] }));
  } catch (error) {
    throw refusal(error, `charge ${ref}`);
  }
}

/**
 * What an off-session payment came to. Where the bank wants its customer (R26) a page is opened once, noted on the intent,
 * and from then on the page decides: the intent itself has no method any more and can take nothing.
 */
export async function settleIntent(desk: StripeDesk, intent: Stripe.PaymentIntent): Promise<Settled> {
  const page = intent.metadata['rinnovo_page_ref'];
  if (page) return settlePage(desk, page);
  const outcome = outcomeOfIntent(intent);
  if (outcome.state !== 'asks') return { outcome, paidBy: outcome.state === 'succeeded' ? intent : null };
  if (intent.status !== 'requires_action') return settlePage(desk, await openFor(desk, intent));
  // It could still go through at the bank: it is closed first, and noted as the bank's wish by the page.
  const ref = await openFor(desk, intent);
  await putAway(desk, intent.id, 'requested_by_customer');
  const closed = await readIntent(desk, intent.id);
  if (closed.status !== 'succeeded') return settlePage(desk, ref);
  await closePage(desk, ref);
  return { outcome: { state: 'succeeded' }, paidBy: closed };
}

/**
 * Takes the whole amount off-session, or nothing (R23). No key is needed: an intent is confirmed once, whoever asks and however
 * often, and what it came to is then read.
 */
export async function confirmIntent(desk: StripeDesk, ref: string): Promise<Outcome> {
  try {
    const intent = await send(() => desk.stripe.paymentIntents.confirm(ref, { off_session: true }));
    return (await settleIntent(desk, intent)).outcome;
  } catch (error) {
    if (!isNo(error)) throw error;
    const intent = await readIntent(desk, ref);
    if (intent.status !== 'requires_confirmation') return (await settleIntent(desk, intent)).outcome;
    if (await isAttached(desk, intent)) throw new ProviderRefused('bad_request', error.message);
    // Its card was removed in between: closed, so that it stays what it is.
    await putAway(desk, ref, 'abandoned');
    return (await settleIntent(desk, await readIntent(desk, ref))).outcome;
  }
}

/** Makes sure that an off-session payment never takes money, nor its page; answers `succeeded` when it was too late. */
export async function cancelIntent(desk: StripeDesk, ref: string): Promise<Outcome> {
  const intent = (await putAway(desk, ref, 'requested_by_customer')) ?? (await readIntent(desk, ref));
  const page = intent.metadata['rinnovo_page_ref'];
  if (page) return closePage(desk, page);
  const outcome = outcomeOfIntent(intent);
  return outcome.state === 'asks' ? { state: 'pending' } : outcome;
}

async function settlePage(desk: StripeDesk, ref: string): Promise<Settled> {
  const { session, intent } = await readPage(desk, ref);
  const outcome = outcomeOfPage(session, intent);
  // The page closed unused: what the bank said before still holds.
  if (outcome.state === 'declined' && outcome.code === 'cancelled') {
    return { outcome: { state: 'declined', code: 'authentication_required' }, paidBy: null };
  }
  return { outcome, paidBy: outcome.state === 'succeeded' ? intent : null };
}

/** Opens the page that replaces an off-session payment, and notes it on the intent. Answers its reference. */
async function openFor(desk: StripeDesk, intent: Stripe.PaymentIntent): Promise<string> {
  const request = {
    idempotencyKey: `${intent.id}-page`,
    key: intent.metadata['rinnovo_key'] ?? '',
    owner: intent.metadata['rinnovo_owner'] ?? '',
    amount: intent.amount,
    currency: intent.currency,
    description: intent.description ?? '',
    returnUrl: desk.portalUrl,
    forIntent: intent.id,
  };
  const { id } = await openPage(desk, request).catch(async (error: unknown) => {
    // Stripe repeats a 500 for a day, also when the page was made: then it is in the list.
    const made = error instanceof ProviderUnavailable ? await findPage(desk, { forIntent: intent.id }) : null;
    if (!made) throw error;
    return made;
  });
  await send(() => desk.stripe.paymentIntents.update(intent.id, { metadata: { rinnovo_page_ref: id } }));
  return id;
}

/** Cancels an intent for ever; null when it was decided before, or is being decided. */
async function putAway(
  { stripe }: StripeDesk,
  id: string,
  reason: 'abandoned' | 'requested_by_customer',
): Promise<Stripe.PaymentIntent | null> {
  try {
    return await send(() => stripe.paymentIntents.cancel(id, { cancellation_reason: reason }));
  } catch (error) {
    if (!isNo(error)) throw error;
    return null;
  }
}
