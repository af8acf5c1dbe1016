import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createPaypalWebhookReader, type PaypalPost } from '#adapters/payments/paypal-webhook.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { createIdentity, type Identity } from '#spec/fakes/paypal/certificates.ts';
import { certificateUrl, createSigners, signWebhook } from '#spec/fakes/paypal/webhooks.ts';

const now = Temporal.Instant.from('2027-03-01T10:00:00Z');
const { root, middle, leaf } = createSigners(now);
const webhookId = '5GP028458E2496506';
const event = JSON.stringify({
  id: 'WH-58D329510W468432D-8HN650336L201105X',
  create_time: '2027-03-01T09:59:58Z',
  event_type: 'PAYMENT.CAPTURE.COMPLETED',
  resource: { id: '3C679366HH908993F', supplementary_data: { related_ids: { order_id: '5O190127TN364715T' } } },
});

type Change = { body?: string; signed?: string; signer?: Identity; id?: string; at?: Temporal.Instant; url?: string };

function post({ body = event, signed = body, signer = leaf, id = webhookId, at = now, url }: Change = {}): PaypalPost {
  const headers = signWebhook(signed, { signer, webhookId: id, at, ...(url ? { certUrl: url } : {}) });
  return { body: Buffer.from(body), headers };
}

let fetched: string[] = [];

function reader({
  bundle = leaf.pem + middle.pem,
  roots = [root.pem],
  environment = 'sandbox',
  at = now,
}: {
  bundle?: string;
  roots?: string[];
  environment?: 'live' | 'sandbox';
  at?: Temporal.Instant;
} = {}) {
  fetched = [];
  return createPaypalWebhookReader({
    environment,
    webhookIds: ['OLD000000000000000', webhookId],
    roots,
    now: () => at,
    fetch: async (url) => {
      fetched.push(String(url));
      return new Response(bundle);
    },
  });
}

const refused = async (read: ReturnType<typeof reader>, sent: PaypalPost) => {
  const answer = await read(sent);
  return 'refused' in answer ? answer.refused : 'accepted';
};

test('a webhook signed by PayPal is a hint about a charge and nothing more (P12)', async () => {
  const answer = await reader()(post());
  assert.deepEqual(answer, {
    eventId: 'WH-58D329510W468432D-8HN650336L201105X',
    type: 'PAYMENT.CAPTURE.COMPLETED',
    at: Temporal.Instant.from('2027-03-01T09:59:58Z'),
    subject: { kind: 'charge', chargeRef: '5O190127TN364715T' },
  });
});

test('whatever was not signed so by PayPal is refused', async () => {
  const stranger = createSigners(now);
  const changed = event.replace('5O190127TN364715T', '9O190127TN364715T');
  const read = reader();
  assert.equal(await refused(read, post({ body: changed, signed: event })), 'forged');
  assert.equal(await refused(read, post({ signer: stranger.leaf })), 'forged');
  assert.equal(await refused(read, post({ id: 'SOMEBODYELSES00000' })), 'forged');
  const headers = post().headers;
  for (const name of ['id', 'time', 'sig'].map((part) => `paypal-transmission-${part}`).concat('paypal-auth-algo')) {
    assert.equal(
      await refused(read, { body: Buffer.from(event), headers: { ...headers, [name]: undefined } }),
      'unsigned',
    );
  }
  for (const time of ['2027-02-30T99:00:00Z', '2027-13-01T00:00:00Z', 'T', '1772359200', '2027-03-01T10:00:00|x']) {
    const odd = { ...headers, 'paypal-transmission-time': time };
    assert.equal(await refused(read, { body: Buffer.from(event), headers: odd }), 'unsigned', time);
  }
  const md5 = { ...headers, 'paypal-auth-algo': 'MD5withRSA' };
  assert.equal(await refused(read, { body: Buffer.from(event), headers: md5 }), 'unsigned');
  const shifted = { ...headers, 'paypal-transmission-time': '2027-03-01T10:00:01Z' };
  assert.equal(await refused(read, { body: Buffer.from(event), headers: shifted }), 'forged');
});

test('a certificate counts only from PayPal’s own host, and nothing else is ever fetched', async () => {
  const read = reader();
  for (const url of [
    'https://api.sandbox.paypal.com.attacker.example/v1/notifications/certs/CERT-1',
    'https://attacker.example/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com@attacker.example/v1/notifications/certs/CERT-1',
    'http://api.sandbox.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://api.sandbox.paypal.com/v1/notifications/certs/../../x',
    'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-1?to=https://attacker.example',
    'https://api.paypal.com/v1/notifications/certs/CERT-1',
    'not an address',
  ]) {
    assert.equal(await refused(read, post({ url })), 'foreign_certificate', url);
  }
  assert.deepEqual(fetched, []);
  assert.equal(await refused(reader({ environment: 'live' }), post()), 'foreign_certificate');
});

test('a certificate nobody we believe vouches for is refused, also from the right host', async () => {
  const stranger = createSigners(now);
  const nobody = createSigners(now, 'webhooks.attacker.example');
  const long = { from: now.subtract({ hours: 100 }), to: now.add({ hours: 100 }) };
  const fromLeaf = createIdentity({ name: 'x.paypal.com', issuer: leaf, ...long });
  const over = createIdentity({
    name: 'y.paypal.com',
    issuer: middle,
    from: long.from,
    to: now.subtract({ hours: 1 }),
  });
  const cases: [string, Identity, Parameters<typeof reader>[0]][] = [
    ['another root', stranger.leaf, { bundle: stranger.leaf.pem + stranger.middle.pem }],
    ['another name', nobody.leaf, { bundle: nobody.leaf.pem + nobody.middle.pem, roots: [nobody.root.pem] }],
    ['no link to the root', leaf, { bundle: leaf.pem }],
    ['vouched for by no authority', fromLeaf, { bundle: fromLeaf.pem + leaf.pem + middle.pem }],
    ['run out', over, { bundle: over.pem + middle.pem }],
    ['nothing', leaf, { bundle: 'nothing' }],
  ];
  for (const [name, signer, setting] of cases) {
    assert.equal(await refused(reader(setting), post({ signer })), 'foreign_certificate', name);
  }
  const withNodesRoots = createPaypalWebhookReader({
    environment: 'sandbox',
    webhookIds: [webhookId],
    now: () => now,
    fetch: async () => new Response(leaf.pem + middle.pem + root.pem),
  });
  assert.equal(await refused(withNodesRoots, post()), 'foreign_certificate');
});

test('an old webhook is refused, one that PayPal repeated for three days is not', async () => {
  const read = reader();
  assert.equal(await refused(read, post({ at: now.subtract({ hours: 72 }) })), 'accepted');
  assert.equal(await refused(read, post({ at: now.subtract({ hours: 74 }) })), 'too_old');
  assert.equal(await refused(read, post({ at: now.add({ minutes: 6 }) })), 'too_old');
});

test('a replayed webhook bears the same event id, whatever the thief changes around it', async () => {
  const read = reader();
  const [first, second] = [await read(post()), await read(post())];
  assert.ok('eventId' in first && 'eventId' in second);
  assert.equal(first.eventId, second.eventId);
});

test('the certificate is fetched once; one that cannot be had refuses nothing and is asked for again', async () => {
  const read = reader();
  for (let i = 0; i < 3; i++) await read(post());
  assert.deepEqual(fetched, [certificateUrl]);
  let answers = [new Response('later', { status: 503 }), new Response(leaf.pem + middle.pem)];
  const patient = createPaypalWebhookReader({
    environment: 'sandbox',
    webhookIds: [webhookId],
    roots: [root.pem],
    now: () => now,
    fetch: async () => {
      const [answer, ...rest] = answers;
      answers = rest;
      return answer as Response;
    },
  });
  await assert.rejects(patient(post()), ProviderUnavailable);
  assert.ok('eventId' in (await patient(post())));
});

test('what is signed but no event, or too large to be one, is refused', async () => {
  const read = reader();
  for (const body of ['', 'null', '[]', '{}', '{"id":"WH-1"}', '{"id":"WH-1","event_type":"X","create_time":"soon"}']) {
    assert.equal(await refused(read, post({ body })), 'not_an_event', body);
  }
  assert.equal(await refused(read, post({ body: `"${'x'.repeat(600_000)}"` })), 'too_large');
});

test('each kind of event says where to look', async () => {
  const read = reader();
  const subject = async (event_type: string, resource: object) => {
    const answer = await read(
      post({ body: JSON.stringify({ id: 'WH-1', create_time: '2027-03-01T10:00:00Z', event_type, resource }) }),
    );
    return 'subject' in answer ? answer.subject : answer;
  };
  const links = [{ rel: 'up', href: 'https://api.sandbox.paypal.com/v2/payments/captures/3C679366HH908993F' }];
  assert.deepEqual(await subject('CHECKOUT.ORDER.APPROVED', { id: 'ORDER1' }), { kind: 'charge', chargeRef: 'ORDER1' });
  assert.deepEqual(await subject('PAYMENT.CAPTURE.REFUNDED', { id: 'R1', links }), {
    kind: 'charge',
    chargeRef: '3C679366HH908993F',
  });
  assert.deepEqual(await subject('VAULT.PAYMENT-TOKEN.DELETED', { id: 'tok', customer: { id: 'c1' } }), {
    kind: 'method',
    token: 'tok',
    customerId: 'c1',
  });
  const disputed_transactions = [{ seller_transaction_id: '3C679366HH908993F' }];
  assert.deepEqual(await subject('CUSTOMER.DISPUTE.CREATED', { dispute_id: 'PP-D-1', disputed_transactions }), {
    kind: 'dispute',
    disputeId: 'PP-D-1',
    captureId: '3C679366HH908993F',
  });
  assert.deepEqual(await subject('BILLING.PLAN.CREATED', { id: 'P-1' }), { kind: 'other' });
  assert.deepEqual(await subject('PAYMENT.CAPTURE.COMPLETED', {}), { kind: 'other' });
});
