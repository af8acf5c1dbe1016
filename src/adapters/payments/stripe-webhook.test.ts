import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { readStripeWebhook, type StripeWebhookSettings } from '#adapters/payments/stripe-webhook.ts';

const now = Temporal.Instant.from('2027-03-01T08:00:00Z');
const seconds = now.epochMilliseconds / 1000;
const settings: StripeWebhookSettings = { secrets: ['whsec_new', 'whsec_old'], mode: 'test', now };

const event = (object: object, change: object = {}) => ({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: seconds - 60,
  livemode: false,
  data: { object },
  ...change,
});
const intent = { id: 'pi_1', object: 'payment_intent', amount: 999_99, metadata: { rinnovo_key: 'charge-17' } };

const post = (payload: string, { secret = 'whsec_new', timestamp = seconds } = {}) => ({
  body: Buffer.from(payload),
  signature: Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
});
const read = (payload: object, how: { secret?: string; timestamp?: number } = {}) =>
  readStripeWebhook(post(JSON.stringify(payload), how), settings);
const subject = (object: object, change: object = {}) => {
  const hint = read(event(object, change));
  return 'subject' in hint ? hint.subject : hint;
};

test('a signed event is a hint: where to look, and neither amount nor state (P12)', () => {
  assert.deepEqual(read(event(intent)), {
    eventId: 'evt_1',
    type: 'payment_intent.succeeded',
    at: now.subtract({ seconds: 60 }),
    subject: { kind: 'charge', chargeRef: 'pi_1', key: 'charge-17' },
  });
});

test('while a secret is replaced both count, and no other', () => {
  assert.ok('eventId' in read(event(intent), { secret: 'whsec_old' }));
  assert.deepEqual(read(event(intent), { secret: 'whsec_stranger' }), { refused: 'forged' });
  const nobody = { ...settings, secrets: [] };
  assert.deepEqual(readStripeWebhook(post(JSON.stringify(event(intent))), nobody), { refused: 'forged' });
});

describe('what is not Stripe’s word is refused', () => {
  const payload = JSON.stringify(event(intent));

  test('no signature, or none that can be read', () => {
    const { body } = post(payload);
    for (const signature of [undefined, '', 'v1=abc', 't=,v1=abc', 't=now,v1=abc']) {
      assert.deepEqual(readStripeWebhook({ body, signature }, settings), { refused: 'unsigned' });
    }
    const unsigned = readStripeWebhook({ body, signature: `t=${seconds}` }, settings);
    assert.deepEqual(unsigned, { refused: 'forged' });
  });

  test('one byte changed, even one that means the same', () => {
    const { body, signature } = post(payload);
    for (const changed of [payload.replace('99999', '1'), `${payload} `, payload.replace(':', ': ')]) {
      assert.deepEqual(readStripeWebhook({ body: Buffer.from(changed), signature }, settings), { refused: 'forged' });
    }
    assert.ok('eventId' in readStripeWebhook({ body, signature }, settings));
  });

  test('older than five minutes, or from the future', () => {
    for (const timestamp of [seconds - 300, seconds + 300]) assert.ok('eventId' in read(event(intent), { timestamp }));
    for (const timestamp of [seconds - 301, seconds + 301]) {
      assert.deepEqual(read(event(intent), { timestamp }), { refused: 'too_old' });
    }
  });

  test('an old signature with a new time beside it', () => {
    const { body, signature } = post(payload, { timestamp: seconds - 86_400 });
    for (const mixed of [`t=${seconds},${signature}`, `${signature},t=${seconds}`]) {
      assert.deepEqual(readStripeWebhook({ body, signature: mixed }, settings), { refused: 'unsigned' });
    }
    const moved = String(signature).replace(/^t=\d+/, `t=${seconds}`);
    assert.deepEqual(readStripeWebhook({ body, signature: moved }, settings), { refused: 'forged' });
  });

  test('real money in the sandbox, play money in production', () => {
    assert.deepEqual(read(event(intent, { livemode: true })), { refused: 'wrong_mode' });
    const live = { ...settings, mode: 'live' as const };
    assert.deepEqual(readStripeWebhook(post(payload), live), { refused: 'wrong_mode' });
  });

  test('signed, and no event', () => {
    const texts = ['', 'null', '[]', '"evt_1"', '{"object":"event"}', '{'];
    const shapes = [{ id: 'ev_1' }, { object: 'v2.core.event' }, { created: 'today' }, { livemode: 1 }, { data: null }];
    for (const text of [...texts, ...shapes.map((change) => JSON.stringify(event(intent, change)))]) {
      assert.deepEqual(readStripeWebhook(post(text), settings), { refused: 'not_an_event' }, text);
    }
  });

  test('half a megabyte and more, without looking at it', () => {
    const large = JSON.stringify(event({ ...intent, description: 'x'.repeat(512 * 1024) }));
    assert.deepEqual(readStripeWebhook(post(large), settings), { refused: 'too_large' });
  });
});

test('an event posted again has the same number, so that it can be stored once', () => {
  const [first, second] = [read(event(intent)), read(event(intent), { timestamp: seconds + 200 })];
  assert.deepEqual(first, second);
});

test('each object leads to what we know it by', () => {
  const own = { rinnovo_key: 'charge-17', rinnovo_owner: '7' };
  assert.deepEqual(subject({ ...intent, metadata: { ...own, rinnovo_intent: 'pi_0' } }), {
    kind: 'charge',
    chargeRef: 'pi_0',
    key: 'charge-17',
  });
  assert.deepEqual(subject({ id: 'ch_1', object: 'charge', payment_intent: 'pi_1', metadata: own }), {
    kind: 'charge',
    chargeRef: 'pi_1',
    key: 'charge-17',
  });
  const page = { id: 'cs_1', object: 'checkout.session', metadata: own };
  assert.deepEqual(subject({ ...page, mode: 'payment' }), { kind: 'charge', chargeRef: 'cs_1', key: 'charge-17' });
  assert.deepEqual(subject({ ...page, mode: 'setup' }), { kind: 'method', methodRef: 'cs_1' });
  const card = { id: 'pm_1', object: 'payment_method', customer: 'cus_1' };
  assert.deepEqual(subject(card), { kind: 'method', token: 'cus_1:pm_1' });
  const detached = event({ ...card, customer: null });
  const told = { ...detached, data: { ...detached.data, previous_attributes: { customer: 'cus_1' } } };
  const hint = read(told);
  assert.deepEqual('subject' in hint && hint.subject, { kind: 'method', token: 'cus_1:pm_1' });
  assert.deepEqual(subject({ id: 're_1', object: 'refund', metadata: { rinnovo_key: 'refund-3' } }), {
    kind: 'refund',
    refundRef: 're_1',
    key: 'refund-3',
  });
  assert.deepEqual(subject({ id: 'dp_1', object: 'dispute' }), { kind: 'dispute', disputeRef: 'dp_1' });
  assert.deepEqual(subject({ id: 'prod_1', object: 'product' }), { kind: 'other' });
});
