import type Stripe from 'stripe';
import {
  idOf,
  inFull,
  isKeyReused,
  isNo,
  listAll,
  type StripeDesk,
  type StripeNo,
  send,
} from '#adapters/payments/_stripe-desk.ts';
import { limitsAtStripe } from '#adapters/payments/_stripe-limits.ts';
import { isAttached, readToken, splitToken } from '#adapters/payments/_stripe-methods.ts';
import { outcomeOfPage } from '#adapters/payments/_stripe-outcomes.ts';
import { findPage, openPage, readPage } from '#adapters/payments/_stripe-pages.ts';
import { readIntent, settleIntent } from '#adapters/payments/_stripe-settle.ts';
import { type ChargeDetails, type ChargeRequest, ProviderRefused } from '#domain/payments/provider.ts';

/** Whether a reference is a payment page's; otherwise it is a payment intent's, or nobody's. */
export function isPage(ref: string): boolean {
  if (!/^(cs|pi)_/.test(ref)) throw new ProviderRefused('unknown_reference', `no charge ${ref}`);
  return ref.startsWith('cs_');
}

/**
 * Makes a charge known to Stripe without moving money: a payment intent for a registered card, a payment page otherwise. The
 * key is Stripe's idempotency key, so that for a day a repeated request gives the same object, however many are sent at once.
 */
export async function createCharge(
  desk: StripeDesk,
  request: ChargeRequest,
): Promise<{ ref: string; url: string | null }> {
  checkCharge(request);
  try {
    const made = request.token === null ? await createPage(desk, request) : await createIntent(desk, request);
    return { ref: made.id, url: pageUrl(made) };
  } catch (error) {
    if (!isNo(error)) throw error;
    if (isKeyReused(error)) return sameCharge(desk, request);
    throw await explain(desk, request, error);
  }
}

/**
 * The reference of the charge made with this key. Asked of Stripe's lists, which know at once what was made, and not of its
 * search, which may lag behind: the payments of the one customer the token belongs to, or the pages of the last day.
 */
export async function findCharge(desk: StripeDesk, key: string, token: string | null): Promise<string | null> {
  return (await findByKey(desk, key, token))?.id ?? null;
}

/** A charge as Stripe tells it. */
export async function getCharge(desk: StripeDesk, ref: string): Promise<ChargeDetails> {
  if (isPage(ref)) {
    const { session, intent } = await readPage(desk, ref);
    const { amount_total, currency, metadata } = session;
    return {
      outcome: outcomeOfPage(session, intent),
      amount: BigInt(amount_total ?? 0),
      currency: (currency ?? '').toUpperCase(),
      owner: metadata?.['rinnovo_owner'] ?? '',
      refunded: refundedOf(intent),
    };
  }
  const intent = await readIntent(desk, ref);
  const { outcome, paidBy } = await settleIntent(desk, intent);
  return {
    outcome,
    amount: BigInt(intent.amount),
    currency: intent.currency.toUpperCase(),
    owner: intent.metadata['rinnovo_owner'] ?? '',
    refunded: refundedOf(paidBy),
  };
}

function createIntent({ stripe }: StripeDesk, request: ChargeRequest): Promise<Stripe.PaymentIntent> {
  const { customer, method } = readToken(request.token ?? '');
  const params: Stripe.PaymentIntentCreateParams = {
    amount: Number(request.amount),
    currency: request.currency.toLowerCase(),
    customer,
    payment_method: method,
    allowed_payment_method_types: ['card'],
    capture_method: 'automatic',
    description: request.description,
    metadata: { rinnovo_key: request.key, rinnovo_owner: request.owner },
  };
  return send(() => stripe.paymentIntents.create(params, { idempotencyKey: request.key }));
}

function createPage(desk: StripeDesk, request: ChargeRequest): Promise<Stripe.Checkout.Session> {
  const { key, owner, description, returnUrl = desk.portalUrl } = request;
  const [amount, currency] = [Number(request.amount), request.currency.toLowerCase()];
  return openPage(desk, { idempotencyKey: key, key, owner, amount, currency, description, returnUrl, forIntent: null });
}

/** The key is known with other parameters: the same money for the same owner is the same charge, anything else a mistake. */
async function sameCharge(desk: StripeDesk, request: ChargeRequest): Promise<{ ref: string; url: string | null }> {
  const found = await findByKey(desk, request.key, request.token);
  if (found && isSame(found, request)) return { ref: found.id, url: pageUrl(found) };
  throw new ProviderRefused('key_reused', `key ${request.key} belongs to another charge`);
}

function isSame(found: Stripe.PaymentIntent | Stripe.Checkout.Session, request: ChargeRequest): boolean {
  const [amount, method] =
    found.object === 'payment_intent' ? [found.amount, idOf(found.payment_method)] : [found.amount_total, null];
  return (
    amount === Number(request.amount) &&
    found.currency === request.currency.toLowerCase() &&
    found.metadata?.['rinnovo_owner'] === request.owner &&
    method === (request.token === null ? null : readToken(request.token).method)
  );
}

async function findByKey(desk: StripeDesk, key: string, token: string | null) {
  if (token === null) return findPage(desk, { key });
  const customer = splitToken(token)?.customer;
  if (customer === undefined) return null;
  const { stripe } = desk;
  try {
    for await (const intent of listAll((cursor) => stripe.paymentIntents.list({ ...cursor, customer }))) {
      const { rinnovo_key, rinnovo_page } = intent.metadata;
      if (rinnovo_key === key && rinnovo_page === undefined) return intent;
    }
  } catch (error) {
    // A customer Stripe does not know has paid nothing.
    if (!isNo(error)) throw error;
  }
  return null;
}

async function explain(desk: StripeDesk, request: ChargeRequest, error: StripeNo): Promise<Error> {
  if (request.token !== null && !(await isAttached(desk, request.token))) {
    return new ProviderRefused('unknown_token', 'nobody registered this method, or it was removed');
  }
  return new ProviderRefused('bad_request', error.message);
}

function pageUrl(made: Stripe.PaymentIntent | Stripe.Checkout.Session): string | null {
  return made.object === 'checkout.session' ? made.url : null;
}

function refundedOf(intent: Stripe.PaymentIntent | null): bigint {
  return BigInt(inFull(intent?.latest_charge)?.amount_refunded ?? 0);
}

function checkCharge({ key, amount, currency, returnUrl }: ChargeRequest): void {
  const limits = limitsAtStripe(currency);
  const wrong =
    limits === null
      ? `payments in ${currency} are not possible`
      : amount <= 0n || amount > limits.most
        ? 'the amount must be above 0 and below 1,000,000.00'
        : key === '' || key.length > 255
          ? 'the key is empty or too long'
          : returnUrl !== undefined && !isWebAddress(returnUrl)
            ? 'the return address must be an http address'
            : null;
  if (wrong !== null) throw new ProviderRefused('bad_request', wrong);
}

/** Whether a browser can be sent there. */
export function isWebAddress(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '');
}
