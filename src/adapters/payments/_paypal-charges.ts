import {
  CheckoutPaymentIntent,
  type Order,
  PaypalExperienceUserAction,
  PaypalWalletContextShippingPreference,
} from '@paypal/paypal-server-sdk';
import type { Temporal } from 'temporal-polyfill';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import { once, type PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { fromPaypal, toPaypal } from '#adapters/payments/_paypal-money.ts';
import { isReady, outcomeOf, pageOf, sourceReference, tokenOf, unitOf } from '#adapters/payments/_paypal-outcomes.ts';
import { findPaid } from '#adapters/payments/_paypal-paid.ts';
import { confirmOrder, getOrder } from '#adapters/payments/_paypal-settle.ts';
import { type ChargeDetails, type ChargeRequest, ProviderRefused } from '#domain/payments/provider.ts';

const remembered = 10_000;

// How long PayPal knows the PayPal-Request-Id of an order (developer.paypal.com/api/rest/reference/idempotency).
const hoursOfRequestIds = 6;

/**
 * Makes an order at PayPal without a payment source, which moves nothing: with a saved account in it PayPal would take
 * the money at once. The account waits in the order's reference until it is confirmed.
 */
export async function createCharge(desk: PaypalDesk, request: ChargeRequest) {
  check(request);
  const order = await once(desk, `create ${fingerprint(request)}`, async () => {
    if (request.token !== null) await checkToken(desk, request.token);
    return sendOrder(desk, request);
  });
  const ref = order.id;
  if (ref === undefined) throw new Error('PayPal made an order without an id');
  if (!isSame(order, request)) throw new ProviderRefused('key_reused', `key ${request.key} belongs to order ${ref}`);
  remember(desk.keys, request.key, ref);
  return { ref, url: request.token === null ? pageOf(order.links) : null };
}

/**
 * What PayPal knows of an order. One that its payer agreed to on PayPal's page is captured first: PayPal leaves that to
 * the seller, and whoever asks first does it.
 */
export async function describeCharge(desk: PaypalDesk, ref: string): Promise<ChargeDetails> {
  let order = await getOrder(desk, ref);
  if (isReady(order) && order.status === 'APPROVED') {
    await confirmOrder(desk, ref);
    order = await getOrder(desk, ref);
  }
  const unit = unitOf(order);
  const refunds = unit?.payments?.refunds ?? [];
  const refunded = refunds
    .filter((each) => each.status === 'COMPLETED' || each.status === 'PENDING')
    .reduce((sum, each) => sum + fromPaypal(each.amount).amount, 0n);
  return { outcome: outcomeOf(order), ...fromPaypal(unit?.amount), owner: unit?.customId ?? '', refunded };
}

/**
 * The order made with this key. PayPal cannot be asked by our key, but this process remembers; for six hours the same
 * request gives the same order again; and after that the statement, three hours late at worst, names the invoice of what was
 * paid. Null is safe: an order whose number got lost was never confirmed and its page never shown, so it can take no money.
 */
export async function findCharge(
  desk: PaypalDesk,
  key: string,
  since: Temporal.Instant | undefined,
): Promise<string | null> {
  const known = desk.keys.get(key);
  if (known !== undefined || since === undefined) return known ?? null;
  const isRepeatable = desk.now().since(since).total('hours') < hoursOfRequestIds - 1;
  return isRepeatable ? null : findPaid(desk, key, since);
}

async function checkToken({ call }: PaypalDesk, token: string): Promise<void> {
  try {
    await call(({ vault }) => vault.getPaymentToken(token));
  } catch (error) {
    if (error instanceof PaypalNo) throw new ProviderRefused('unknown_token', 'PayPal does not know this account');
    throw error;
  }
}

async function sendOrder({ call }: PaypalDesk, request: ChargeRequest): Promise<Order> {
  try {
    return await call(({ orders }) =>
      orders.createOrder({ paypalRequestId: request.key, prefer: 'return=representation', body: orderOf(request) }),
    );
  } catch (error) {
    if (!(error instanceof PaypalNo)) throw error;
    const reused = error.issue.includes('REQUEST_ID');
    throw new ProviderRefused(reused ? 'key_reused' : 'bad_request', error.message);
  }
}

// The invoice number is ours alone: PayPal refuses a second payment with it, long after it has forgotten the key.
function orderOf(request: ChargeRequest) {
  const { key, amount, currency, token, description, owner, returnUrl = '' } = request;
  const unit = {
    referenceId: sourceReference(token),
    amount: toPaypal(amount, currency),
    description: description.slice(0, 127),
    customId: owner,
    invoiceId: key,
  };
  const order = { intent: CheckoutPaymentIntent.Capture, purchaseUnits: [unit] };
  if (token !== null) return order;
  const experienceContext = {
    returnUrl,
    cancelUrl: returnUrl,
    userAction: PaypalExperienceUserAction.PayNow,
    shippingPreference: PaypalWalletContextShippingPreference.NoShipping,
  };
  return { ...order, paymentSource: { paypal: { experienceContext } } };
}

function check({ key, amount, currency, token, description, owner, returnUrl }: ChargeRequest): void {
  toPaypal(amount, currency);
  if (key === '' || key.length > 108) throw new ProviderRefused('bad_request', 'a key has 1 to 108 characters');
  if (owner.length > 255 || description === '') {
    throw new ProviderRefused('bad_request', 'the owner is too long or the description empty');
  }
  if (token !== null && !/^[0-9A-Za-z_-]{1,200}$/.test(token)) {
    throw new ProviderRefused('unknown_token', 'this is no account saved at PayPal');
  }
  if (token === null && !/^https?:$/.test(URL.parse(returnUrl ?? '')?.protocol ?? '')) {
    throw new ProviderRefused('bad_request', 'the payer needs an http address to come back to');
  }
}

function fingerprint({ key, amount, currency, token, owner }: ChargeRequest): string {
  return JSON.stringify([key, String(amount), currency, token, owner]);
}

/** PayPal answers a known key with the order it made then, without a look at what is asked now. */
function isSame(order: Order, request: ChargeRequest): boolean {
  const unit = unitOf(order);
  const { amount, currency } = fromPaypal(unit?.amount);
  return (
    amount === request.amount &&
    currency === request.currency &&
    unit?.customId === request.owner &&
    unit.invoiceId === request.key &&
    tokenOf(order) === request.token
  );
}

function remember(keys: Map<string, string>, key: string, ref: string): void {
  keys.set(key, ref);
  if (keys.size <= remembered) return;
  for (const oldest of keys.keys()) {
    keys.delete(oldest);
    return;
  }
}
