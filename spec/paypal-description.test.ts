import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import {
  CheckoutPaymentIntent,
  Client,
  OrdersController,
  PaymentsController,
  ResponseValidationError,
  TransactionSearchController,
  VaultController,
} from '@paypal/paypal-server-sdk';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';

// PayPal's library reads every answer by schemas that PayPal generates from the public description of its API. They let pass
// what they do not know; so each field is spoilt in turn, and the library must notice.

/** What an answer is read by, for each operation of which the library has a schema. */
const readers: [operation: RegExp, read: (client: Client) => Promise<unknown>][] = [
  [/^POST \/v2\/checkout\/orders$/, (client) => new OrdersController(client).createOrder({ body: anyOrder })],
  [/^GET \/v2\/checkout\/orders\/\w+$/, (client) => new OrdersController(client).getOrder({ id: 'x' })],
  [/^POST \/v2\/checkout\/orders\/\w+\/capture$/, (client) => new OrdersController(client).captureOrder({ id: 'x' })],
  [
    /^GET \/v2\/payments\/captures\/\w+$/,
    (client) => new PaymentsController(client).getCapturedPayment({ captureId: 'x' }),
  ],
  [
    /^POST \/v2\/payments\/captures\/\w+\/refund$/,
    (client) => new PaymentsController(client).refundCapturedPayment({ captureId: 'x' }),
  ],
  [/^POST \/v3\/vault\/setup-tokens$/, (client) => new VaultController(client).createSetupToken(anySource)],
  [/^GET \/v3\/vault\/setup-tokens\/\w+$/, (client) => new VaultController(client).getSetupToken('x')],
  [/^POST \/v3\/vault\/payment-tokens$/, (client) => new VaultController(client).createPaymentToken(anySource)],
  [
    /^GET \/v3\/vault\/payment-tokens$/,
    (client) => new VaultController(client).listCustomerPaymentTokens({ customerId: 'x' }),
  ],
  [/^GET \/v3\/vault\/payment-tokens\/[\w-]+$/, (client) => new VaultController(client).getPaymentToken('x')],
  [
    /^GET \/v1\/reporting\/transactions$/,
    (client) => new TransactionSearchController(client).searchTransactions({ startDate: 'x', endDate: 'x' }),
  ],
];

const anyOrder = { intent: CheckoutPaymentIntent.Capture, purchaseUnits: [] };
const anySource = { paypalRequestId: 'x', body: { paymentSource: {} } };

// The fake tells here what PayPal promises for the capture alone; nobody reads it.
const beyond = '.purchase_units[].payments.captures[].supplementary_data.related_ids.order_id';
const toldBeyond = ['GET /v2/checkout/orders/…', 'POST /v2/checkout/orders/…/capture'].map((at) => `${at} ${beyond}`);

type Answer = { operation: string; body: unknown };

/** Whether the library takes this answer to this operation. */
async function takes({ operation, body }: Answer): Promise<boolean> {
  const read = readers.find(([pattern]) => pattern.test(operation))?.[1];
  assert.ok(read, operation);
  const adapter = async (sent: { url?: string }) => {
    const isToken = sent.url?.endsWith('/v1/oauth2/token');
    const token = { access_token: 'x', token_type: 'Bearer', expires_in: 3600 };
    const data = JSON.stringify(isToken ? token : body);
    return { data, status: 200, statusText: 'OK', headers: {}, config: sent, request: {} };
  };
  const keys = { oAuthClientId: 'x', oAuthClientSecret: 'x' };
  const client = new Client({
    clientCredentialsAuthCredentials: keys,
    unstable_httpClientOptions: { adapter },
  });
  try {
    await read(client);
    return true;
  } catch (error) {
    if (error instanceof ResponseValidationError) return false;
    throw error;
  }
}

/** The answer with one field after the other made into something that no field of PayPal's is. */
function* spoilt(value: unknown, path = ''): Generator<[path: string, value: unknown]> {
  if (Array.isArray(value)) {
    for (const [i, each] of value.entries()) {
      for (const [where, other] of spoilt(each, `${path}[]`)) yield [where, value.with(i, other)];
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value)) {
      for (const [where, other] of spoilt(each, `${path}.${name}`)) yield [where, { ...value, [name]: other }];
    }
  } else yield [path, { spoilt: true }];
}

test('every answer of the fake PayPal, and every field in it, is of PayPal’s own description', async () => {
  const now = () => Temporal.Instant.from('2027-03-01T08:00:00Z');
  const paypal = await startFakePaypal({ now });
  after(() => paypal.close());
  const answers: Answer[] = [];
  const posts: string[] = [];
  const listen: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const text = await response.clone().text();
    if (init?.method === 'POST' && !String(input).endsWith('/oauth2/token')) {
      const id = new Headers(init.headers).get('paypal-request-id');
      posts.push(`${id}`);
    }
    const operation = `${init?.method} ${new URL(String(input)).pathname}`;
    const isMeant = response.ok && text !== '' && !/oauth2|disputes/.test(operation);
    if (isMeant) answers.push({ operation, body: JSON.parse(text) });
    return response;
  };
  const { clientId, clientSecret, url: baseUrl } = paypal;
  const keys = { clientId, clientSecret, environment: 'sandbox', baseUrl, fetch: listen } as const;
  const provider = createPaypalProvider({ ...keys, now });
  await liveThrough(provider, paypal);
  const operations = readers.filter(([pattern]) => answers.some(({ operation }) => pattern.test(operation)));
  assert.equal(operations.length, readers.length, 'each operation was answered at least once');
  assert.ok(posts.length > 10 && !posts.includes('null'), 'every POST has its PayPal-Request-Id');
  const strangers = new Set<string>();
  let fields = 0;
  for (const { operation, body } of answers) {
    assert.ok(await takes({ operation, body }), `${operation}: ${JSON.stringify(body)}`);
    for (const [path, other] of spoilt(body)) {
      fields++;
      if (await takes({ operation, body: other })) strangers.add(`${operation.replace(/\/[\w-]{12,}/, '/…')} ${path}`);
    }
  }
  assert.deepEqual([...strangers].sort(), toldBeyond);
  assert.ok(fields > 300, `${fields} fields`);
});

const request = (token: string | null) => ({
  ...{ key: `charge-${randomUUID()}`, amount: 36_48n, currency: 'EUR', token, description: 'Fattura 2027/17' },
  ...{ owner: 'customer-7', returnUrl: 'https://portal.example/done' },
});

type Provider = ReturnType<typeof createPaypalProvider>;
type Paypal = Awaited<ReturnType<typeof startFakePaypal>>;

async function liveThrough(provider: Provider, paypal: Paypal): Promise<void> {
  const returnUrl = 'https://portal.example/m';
  const method = await provider.startMethod({ customerId: 7n, methodId: 1n, kind: 'paypal', returnUrl });
  await provider.getMethod(method.ref);
  await paypal.visit(method.url);
  const { token } = await provider.getMethod(method.ref);
  for (const payer of ['pays', 'pays_by_echeck', 'is_risky', 'is_refunded_late'] as const) {
    const { ref } = await provider.createCharge(request(paypal.save(payer)));
    await provider.confirmCharge(ref);
    await provider.getCharge(ref);
    const refund = { key: randomUUID(), chargeRef: ref, amount: 1_00n, currency: 'EUR' };
    await provider.refund(refund).catch(() => {});
    await provider.chargeOfCapture?.(paypal.state.orders.get(ref)?.captures[0]?.id ?? '');
    await provider.getCharge(ref);
  }
  const page = await provider.createCharge(request(null));
  await paypal.visit(page.url ?? '');
  await provider.getCharge(page.ref);
  const cancelled = await provider.createCharge(request(token));
  await provider.cancelCharge(cancelled.ref);
  paypal.withdraw(1_00n, 'EUR');
  const at = Temporal.Instant.from('2027-03-01T08:00:00Z');
  for await (const line of provider.listMovements(at.subtract({ hours: 1 }), at.add({ hours: 1 }))) assert.ok(line.ref);
  await provider.removeMethod(token);
}
