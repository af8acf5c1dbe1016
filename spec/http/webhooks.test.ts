import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import Stripe from 'stripe';
import { createWebhookReaders } from '#cli/webhook-readers.ts';
import { readSettings } from '#kit/settings.ts';
import { testServer } from '#spec/http/server.ts';

const secret = 'whsec_test';
const settings = readSettings({
  RINNOVO_SECRET: 'a secret',
  RINNOVO_STRIPE_KEY: 'sk_test_1',
  RINNOVO_STRIPE_WEBHOOK_SECRETS: `whsec_old, ${secret}`,
});
const server = await testServer({ after });
Object.assign(server.context, { webhooks: await createWebhookReaders(settings) });

const event = (id: string, over: object = {}) =>
  JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: { object: { object: 'payment_intent', id: 'pi_1', metadata: {}, amount: 1 } },
    ...over,
  });

type Signing = { secret?: string; at?: number };

async function post(payload: string, signing: Signing | null = {}): Promise<number> {
  const timestamp = signing?.at ?? Math.floor(Date.now() / 1000);
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: signing?.secret ?? secret, timestamp });
  const headers = { 'content-type': 'application/json', ...(signing ? { 'stripe-signature': header } : {}) };
  const answer = await server.app.inject({ method: 'POST', url: '/webhooks/stripe', headers, payload });
  return answer.statusCode;
}

async function stored(): Promise<{ event_id: string; kind: string; ref: string }[]> {
  return server.database.system
    .selectFrom('webhooks')
    .select(['event_id', 'kind', 'ref'])
    .orderBy('event_id')
    .execute();
}

test('P12: a signed message is kept once, however often it comes, with either of two secrets', async () => {
  assert.equal(await post(event('evt_1')), 200);
  assert.equal(await post(event('evt_1')), 200);
  assert.equal(await post(event('evt_2'), { secret: 'whsec_old' }), 200);
  assert.deepEqual(await stored(), [
    { event_id: 'evt_1', kind: 'charge', ref: 'pi_1' },
    { event_id: 'evt_2', kind: 'charge', ref: 'pi_1' },
  ]);
});

test('P12: unsigned, forged, old, foreign and oversized messages are refused and leave nothing', async () => {
  const before = await stored();
  assert.equal(await post(event('evt_3'), null), 400);
  assert.equal(await post(event('evt_3'), { secret: 'whsec_other' }), 400);
  assert.equal(await post(event('evt_3'), { at: Math.floor(Date.now() / 1000) - 3600 }), 400);
  assert.equal(await post(event('evt_3', { livemode: true })), 400);
  assert.equal(await post('not json'), 400);
  assert.equal(await post(event('evt_3', { padding: 'x'.repeat(600_000) })), 413);
  const paypal = await server.app.inject({ method: 'POST', url: '/webhooks/paypal', payload: '{}' });
  assert.equal(paypal.statusCode, 404, 'a provider that is not used here hears nothing');
  assert.deepEqual(await stored(), before);
});
