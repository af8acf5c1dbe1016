import type Stripe from 'stripe';
import { inFull, isNo, listAll, refusal, type StripeDesk, send } from '#adapters/payments/_stripe-desk.ts';
import { outcomeOfPage } from '#adapters/payments/_stripe-outcomes.ts';
import type { Outcome } from '#domain/payments/provider.ts';

/** A payment to be made by a payer in front of the screen. `forIntent`: the off-session payment it replaces. */
export type PageRequest = {
  /** Decides identity: the same key, the same page. */
  idempotencyKey: string;
  key: string;
  owner: string;
  amount: number;
  currency: string;
  description: string;
  returnUrl: string;
  forIntent: string | null;
};

/** A payment page with the intent behind it, which exists once a payer has tried. */
export type PaymentPage = { session: Stripe.Checkout.Session; intent: Stripe.PaymentIntent | null };

/** Opens a page of Stripe's for one payment by card that is not saved. It lives for 24 hours, the longest Stripe allows. */
export function openPage({ stripe }: StripeDesk, request: PageRequest): Promise<Stripe.Checkout.Session> {
  const { key, owner, amount, currency, description, returnUrl, forIntent } = request;
  const metadata = { rinnovo_key: key, rinnovo_owner: owner, ...(forIntent && { rinnovo_intent: forIntent }) };
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    allowed_payment_method_types: ['card'],
    adaptive_pricing: { enabled: false },
    line_items: [
      { quantity: 1, price_data: { currency, unit_amount: amount, product_data: { name: description || key } } },
    ],
    payment_intent_data: { capture_method: 'automatic', description, metadata: { ...metadata, rinnovo_page: 'yes' } },
    metadata,
    success_url: returnUrl,
    cancel_url: returnUrl,
  };
  return send(() => stripe.checkout.sessions.create(params, { idempotencyKey: request.idempotencyKey }));
}

/** The page with this reference; refuses an unknown one. */
export async function readPage({ stripe }: StripeDesk, ref: string): Promise<PaymentPage> {
  const params = { expand: ['payment_intent.latest_charge'] };
  const session = await send(() => stripe.checkout.sessions.retrieve(ref, params)).catch((error: unknown) => {
    throw refusal(error, `payment page ${ref}`);
  });
  return { session, intent: inFull(session.payment_intent) };
}

/** Closes a page for ever, unless it was paid; answers what it came to. */
export async function closePage(desk: StripeDesk, ref: string): Promise<Outcome> {
  try {
    await send(() => desk.stripe.checkout.sessions.expire(ref));
  } catch (error) {
    // Closed or paid already; what it is now is read below.
    if (!isNo(error)) throw error;
  }
  const { session, intent } = await readPage(desk, ref);
  return outcomeOfPage(session, intent);
}

/** The page made in the last day with this key, or for this intent. The list knows at once what was made; older pages are closed. */
export async function findPage(
  { stripe, now }: StripeDesk,
  wanted: { key: string } | { forIntent: string },
): Promise<Stripe.Checkout.Session | null> {
  const created = { gte: Math.floor(now().epochMilliseconds / 1000) - longestLife };
  for await (const session of listAll((cursor) => stripe.checkout.sessions.list({ ...cursor, created }))) {
    const { rinnovo_key, rinnovo_intent } = session.metadata ?? {};
    const found = 'key' in wanted ? rinnovo_key === wanted.key && !rinnovo_intent : rinnovo_intent === wanted.forIntent;
    if (session.mode === 'payment' && found) return session;
  }
  return null;
}

/** Which payment intents were made by which page, for pages opened up to a day before `from` and before `to` (seconds). */
export async function pagesByIntent({ stripe }: StripeDesk, from: number, to: number): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  const created = { gte: from - longestLife, lt: to };
  for await (const session of listAll((cursor) => stripe.checkout.sessions.list({ ...cursor, created }))) {
    if (typeof session.payment_intent === 'string') pages.set(session.payment_intent, session.id);
  }
  return pages;
}

// A day, and an hour for clocks that differ.
const longestLife = 25 * 3600;
