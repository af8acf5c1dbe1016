import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { stripeApiVersion } from '#adapters/payments/stripe.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';

/** What the providers say of keys, shown over the wire: docs.stripe.com/api/idempotent_requests, developer.paypal.com/api/rest/reference/idempotency. */

let at = Temporal.Instant.from('2027-03-01T08:00:00Z');
const now = () => at;
const fake = await startFakeStripe({ now });
const paypal = await startFakePaypal({ now });
after(() => Promise.all([fake.close(), paypal.close()]));
const stripe = new Stripe(fake.secretKey, { apiVersion: stripeApiVersion, maxNetworkRetries: 0, ...fake.server });
const [customer, method] = fake.save(1n).token.split(':') as [string, string];

function create(amount: number, idempotencyKey: string) {
  const allowed_payment_method_types = ['card' as const];
  const params = { amount, currency: 'eur', customer, payment_method: method, allowed_payment_method_types };
  return stripe.paymentIntents.create(params, { idempotencyKey });
}

async function order(value: string, requestId: string): Promise<{ status: number; id: string }> {
  const credentials = Buffer.from(`${paypal.clientId}:${paypal.clientSecret}`).toString('base64');
  const signedIn = await fetch(`${paypal.url}/v1/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token } = (await signedIn.json()) as { access_token: string };
  const unit = { reference_id: 'a', amount: { currency_code: 'EUR', value } };
  const answer = await fetch(`${paypal.url}/v2/checkout/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'paypal-request-id': requestId },
    body: JSON.stringify({ intent: 'CAPTURE', purchase_units: [unit] }),
  });
  return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
}

test('Stripe: a key repeats its answer for 24 hours, refuses other parameters, and is new after that', async () => {
  const first = await create(500, 'k');
  assert.equal((await create(500, 'k')).id, first.id);
  await assert.rejects(create(501, 'k'), Stripe.errors.StripeIdempotencyError);
  at = at.add({ hours: 24 }).subtract({ seconds: 1 });
  assert.equal((await create(500, 'k')).id, first.id);
  at = at.add({ seconds: 1 });
  assert.notEqual((await create(500, 'k')).id, first.id);
});

test('Stripe: an error after the work is what the key repeats, though the work is done', async () => {
  const before = fake.intents().length;
  fake.faults.once('payment_intents.create', 'error_after');
  await assert.rejects(create(700, 'e'), Stripe.errors.StripeAPIError);
  await assert.rejects(create(700, 'e'), Stripe.errors.StripeAPIError);
  assert.equal(fake.intents().length, before + 1);
});

test('PayPal: a request id of an order gives the same order for six hours, whatever it asks, and a new one then', async () => {
  const first = await order('5.00', 'r');
  assert.deepEqual(await order('5.00', 'r'), { status: 200, id: first.id });
  assert.deepEqual(await order('6.00', 'r'), { status: 200, id: first.id });
  at = at.add({ hours: 6 });
  const later = await order('5.00', 'r');
  assert.equal(later.status, 201);
  assert.notEqual(later.id, first.id);
});
