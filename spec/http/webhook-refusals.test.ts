import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { pino } from 'pino';
import Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { createWebhookReaders } from '#cli/webhook-readers.ts';
import { createSigners, signWebhook } from '#spec/fakes/paypal/webhooks.ts';
import { ask, testServer } from '#spec/http/server.ts';

const now = Temporal.Now.instant();
const signers = createSigners(now);
const stripe = { secretKey: 'sk_test_1', webhookSecrets: ['whsec_1'] };
const paypal = { clientId: 'client', clientSecret: 'shh', webhookIds: ['5GP028458E2496506'] };
let certificates = 200;
const world = {
  now: () => now,
  roots: [signers.root.pem],
  fetch: async () => new Response(signers.leaf.pem + signers.middle.pem, { status: certificates }),
};

const server = await testServer({ after });
const log: { provider?: string; reason?: string; msg: string }[] = [];
Object.assign(server.context, {
  webhooks: await createWebhookReaders({ mode: 'sandbox', stripe, paypal }, world),
  log: pino({ level: 'warn' }, { write: (line: string) => log.push(JSON.parse(line)) }),
});

type Post = { payload?: string; headers?: Record<string, string> };

const event = (livemode: boolean) =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'payment_intent.succeeded',
    created: now.epochMilliseconds / 1000,
    livemode,
    data: { object: { object: 'payment_intent', id: 'pi_1', metadata: {} } },
  });

function fromStripe(payload: string, { secret = 'whsec_1', secondsAgo = 0 } = {}): Post {
  const timestamp = Math.floor(now.epochMilliseconds / 1000) - secondsAgo;
  return {
    payload,
    headers: { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) },
  };
}

function fromPaypal(
  payload: string,
  { webhookId = '5GP028458E2496506', hoursAgo = 0, signer = signers.leaf } = {},
): Post {
  return { payload, headers: signWebhook(payload, { signer, webhookId, at: now.subtract({ hours: hoursAgo }) }) };
}

async function post(provider: string, { payload, headers = {} }: Post): Promise<number> {
  const request: InjectOptions = { method: 'POST', url: `/webhooks/${provider}`, headers, ...(payload && { payload }) };
  return (await server.app.inject(request)).statusCode;
}

async function counted(provider: string, reason: string): Promise<number> {
  const { body } = await ask(server, 'GET /metrics');
  const line = new RegExp(
    `^rinnovo_webhooks_refused_total\\{provider="${provider}",reason="${reason}"\\} (\\d+)$`,
    'm',
  );
  return Number(line.exec(body)?.[1] ?? 0);
}

const large = 'x'.repeat(600_000);
const paypalEvent = '{"id":"WH-1","event_type":"X","create_time":"2027-03-01T10:00:00Z"}';
const refusals: [provider: string, reason: string, status: number, sent: Post][] = [
  ['stripe', 'unsigned', 400, { payload: event(false) }],
  ['stripe', 'unsigned', 400, {}],
  ['stripe', 'forged', 400, fromStripe(event(false), { secret: 'whsec_2' })],
  ['stripe', 'too_old', 400, fromStripe(event(false), { secondsAgo: 301 })],
  ['stripe', 'not_an_event', 400, fromStripe('{}')],
  ['stripe', 'wrong_mode', 400, fromStripe(event(true))],
  ['stripe', 'too_large', 413, fromStripe(large)],
  ['paypal', 'unsigned', 400, { payload: paypalEvent }],
  ['paypal', 'unsigned', 400, {}],
  ['paypal', 'forged', 400, fromPaypal(paypalEvent, { webhookId: 'ANOTHER' })],
  ['paypal', 'too_old', 400, fromPaypal(paypalEvent, { hoursAgo: 74 })],
  ['paypal', 'not_an_event', 400, fromPaypal('{}')],
  ['paypal', 'too_large', 413, fromPaypal(large)],
];

for (const [provider, reason, status, sent] of refusals) {
  const what = sent.payload === undefined ? 'an empty message' : 'a message';
  test(`${what} to ${provider} that is ${reason} is refused with ${status}, counted and logged`, async () => {
    const before = await counted(provider, reason);
    log.length = 0;
    assert.equal(await post(provider, sent), status);
    assert.equal(await counted(provider, reason), before + 1);
    assert.deepEqual(
      log.map(({ msg, ...line }) => [msg, line.provider, line.reason]),
      [['webhook refused', provider, reason]],
    );
    assert.deepEqual(await server.database.system.selectFrom('webhooks').selectAll().execute(), []);
  });
}

test('without PayPal’s certificate nothing is decided: PayPal is asked to come again, and then taken', async () => {
  const good = fromPaypal(paypalEvent);
  certificates = 503;
  Object.assign(server.context, { webhooks: await createWebhookReaders({ mode: 'sandbox', stripe, paypal }, world) });
  assert.equal(await post('paypal', good), 503);
  assert.equal(await counted('paypal', 'not_checked'), 1);
  certificates = 200;
  assert.equal(await post('paypal', good), 200);
});

test('test-mode events are refused in production, and so are PayPal’s with a certificate of its sandbox', async () => {
  Object.assign(server.context, {
    webhooks: await createWebhookReaders({ mode: 'production', stripe, paypal }, world),
  });
  assert.equal(await post('stripe', fromStripe(event(false))), 400);
  assert.equal(await counted('stripe', 'wrong_mode'), 2);
  assert.equal(await post('stripe', fromStripe(event(true))), 200);
  assert.equal(await post('paypal', fromPaypal(paypalEvent)), 400);
  assert.equal(await counted('paypal', 'foreign_certificate'), 1);
});

test('a provider that is not used here hears nothing, and is counted', async () => {
  Object.assign(server.context, {
    webhooks: await createWebhookReaders({ mode: 'sandbox', stripe, paypal: undefined }, world),
  });
  assert.equal(await post('paypal', fromPaypal(paypalEvent)), 404);
  assert.equal(await counted('paypal', 'not_set_up'), 1);
});
