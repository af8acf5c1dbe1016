import type Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { idOf, inFull, isKeyReused, isNo, refusal, type StripeDesk, send } from '#adapters/payments/_stripe-desk.ts';
import { type MethodDetails, type MethodRequest, ProviderRefused } from '#domain/payments/provider.ts';

/** What a charge needs to know of a registered card, both worthless to others: Stripe's customer and the payment method. */
export type StripeToken = { customer: string; method: string };

/** Reads a token; undefined when it cannot be one of Stripe's. */
export function splitToken(token: string): StripeToken | undefined {
  const [, customer, method] = /^(cus_\w+):(pm_\w+)$/.exec(token) ?? [];
  return customer && method ? { customer, method } : undefined;
}

/** Reads a token; refuses what cannot be one. */
export function readToken(token: string): StripeToken {
  const parts = splitToken(token);
  if (!parts) throw new ProviderRefused('unknown_token', 'nobody registered this method');
  return parts;
}

/** The token of a payment method that belongs to a customer. */
export function writeToken({ customer, method }: StripeToken): string {
  return `${customer}:${method}`;
}

/**
 * Opens a page of Stripe's on which a card is registered for later charges without its owner (R31). Stripe asks the bank and
 * records the mandate. Our customer is one customer at Stripe.
 */
export async function startMethod(desk: StripeDesk, request: MethodRequest): Promise<{ ref: string; url: string }> {
  const { customerId, methodId, returnUrl } = request;
  const metadata = { rinnovo_customer: String(customerId), rinnovo_method: String(methodId) };
  try {
    const customer = await findOrMakeCustomer(desk, customerId);
    const params: Stripe.Checkout.SessionCreateParams = {
      mode: 'setup',
      allowed_payment_method_types: ['card'],
      customer,
      metadata,
      setup_intent_data: { metadata },
      success_url: returnUrl,
      cancel_url: returnUrl,
    };
    const idempotencyKey = `method-${methodId}`;
    const session = await send(() => desk.stripe.checkout.sessions.create(params, { idempotencyKey }));
    if (!session.url) throw new ProviderRefused('bad_request', 'this registration is closed');
    return { ref: session.id, url: session.url };
  } catch (error) {
    if (isNo(error) && isKeyReused(error))
      throw new ProviderRefused('key_reused', `method ${methodId} was started before`);
    throw refusal(error, `customer ${customerId}`);
  }
}

/** A registration and what became of its card, as it is today: card networks renew expired cards at Stripe without us. */
export async function getMethod({ stripe, now }: StripeDesk, ref: string): Promise<MethodDetails> {
  const expand = ['setup_intent.payment_method'];
  const session = await send(() => stripe.checkout.sessions.retrieve(ref, { expand })).catch((error: unknown) => {
    throw refusal(error, `method ${ref}`);
  });
  const intent = inFull(session.setup_intent);
  const nothing = { kind: 'card' as const, brand: '', lastFour: '', expiresOn: null, token: '' };
  if (session.status === 'open') return { ...nothing, state: 'pending' };
  if (intent?.status === 'processing') return { ...nothing, state: 'pending' };
  const method = inFull(intent?.payment_method);
  if (intent?.status !== 'succeeded' || !method?.card) return { ...nothing, state: 'failed' };
  return describeCard(method, { owner: idOf(session.customer) ?? '', now: now() });
}

/** Forgets a card. Already gone is as good. */
export async function removeMethod(desk: StripeDesk, token: string): Promise<void> {
  const { method } = readToken(token);
  try {
    await send(() => desk.stripe.paymentMethods.detach(method));
  } catch (error) {
    if (!isNo(error)) throw error;
    if (await isAttached(desk, token)) throw refusal(error, `method ${method}`);
  }
}

/** Whether the card behind a token, or behind a payment intent, still belongs to its customer. */
export async function isAttached({ stripe }: StripeDesk, subject: string | Stripe.PaymentIntent): Promise<boolean> {
  const owned =
    typeof subject === 'string'
      ? readToken(subject)
      : { customer: idOf(subject.customer), method: idOf(subject.payment_method) };
  const { customer, method } = owned;
  if (!method) return false;
  try {
    const found = await send(() => stripe.paymentMethods.retrieve(method));
    return found.customer !== null && idOf(found.customer) === customer;
  } catch (error) {
    if (isNo(error) && error.statusCode === 404) return false;
    throw error;
  }
}

function describeCard(
  { id, card, customer }: Stripe.PaymentMethod,
  { owner, now }: { owner: string; now: Temporal.Instant },
): MethodDetails {
  if (!card) throw new Error(`${id} is not a card`);
  const expiresOn = lastDay(card.exp_year, card.exp_month);
  const over = Temporal.PlainDate.compare(expiresOn, now.toZonedDateTimeISO('UTC').toPlainDate()) < 0;
  return {
    state: customer === null ? 'removed' : over ? 'expired' : 'valid',
    kind: 'card',
    brand: brandName(card.display_brand ?? card.brand),
    lastFour: card.last4,
    expiresOn,
    token: writeToken({ customer: owner, method: id }),
  };
}

function lastDay(year: number, month: number): Temporal.PlainDate {
  const whole = Temporal.PlainYearMonth.from({ year, month });
  return whole.toPlainDate({ day: whole.daysInMonth });
}

const brands: Record<string, string> = {
  american_express: 'American Express',
  amex: 'American Express',
  cartes_bancaires: 'Cartes Bancaires',
  diners: 'Diners Club',
  diners_club: 'Diners Club',
  eftpos_australia: 'eftpos',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  union_pay: 'UnionPay',
};

function brandName(brand: string): string {
  return brands[brand] ?? brand.charAt(0).toUpperCase() + brand.slice(1);
}

/**
 * Our customer at Stripe. Search may lag some minutes, an hour at worst, behind what was made; the idempotency key lasts a day:
 * together they find the same customer always.
 */
async function findOrMakeCustomer({ stripe }: StripeDesk, customerId: bigint): Promise<string> {
  const query = `metadata['rinnovo_customer']:'${customerId}'`;
  const { data } = await send(() => stripe.customers.search({ query, limit: 1 }));
  const [known] = data;
  if (known) return known.id;
  const params = { metadata: { rinnovo_customer: String(customerId) } };
  const made = await send(() => stripe.customers.create(params, { idempotencyKey: `customer-${customerId}` }));
  return made.id;
}
