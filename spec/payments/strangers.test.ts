import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import Stripe from 'stripe';
import { readClock } from '#kit/clock.ts';
import { day, zone } from '#spec/build.ts';
import { signWebhook } from '#spec/fakes/paypal/webhooks.ts';
import { seededRandom } from '#spec/fakes/random.ts';
import { ask } from '#spec/http/server.ts';
import { runDay } from '#worker/run.ts';
import { engineOf } from './_engine.ts';
import { beginLives, type Living } from './_lives.ts';
import { openPaymentsWorld } from './_world.ts';

/** Messages that bear the right signature and lie, come again, or come in crowds; and providers whose own answers are wrong. */

const firstDay = day('2027-03-01');
const world = await openPaymentsWorld({ after }, { firstDay, random: seededRandom(1), timeoutMilliseconds: 30_000 });
const { db, stripe, paypal, server } = world;
await world.setNow(world.now());
// Among them some whose charge stays open for a day, at Stripe and at PayPal.
const people = await beginLives(world, { count: 128, firstDay });
const waiting = (provider: Living['provider']) =>
  people.filter((person) => person.life === 'slow' && person.provider === provider);
const told: string[] = [];
const engine = engineOf(world, (message) => told.push(message));
const work = async () => runDay(engine, await readClock(db, zone));
await work();
for (const bag of [stripe.post, paypal.post]) bag.due();

type Lie = { id: string; amount?: string; currency?: string; owner?: string; type?: string; object?: string };

let events = 0;

function stripePost({ id, amount = '1', currency = 'usd', owner = '1', type, object }: Lie) {
  const payload = JSON.stringify({
    id: `evt_${++events}`,
    object: 'event',
    type: type ?? 'payment_intent.succeeded',
    created: Math.floor(world.now().epochMilliseconds / 1000),
    livemode: false,
    data: {
      object: {
        object: object ?? 'payment_intent',
        id,
        amount: Number(amount),
        currency,
        status: 'succeeded',
        customer: 'cus_of_nobody',
        metadata: { rinnovo_owner: owner },
      },
    },
  });
  const timestamp = Math.floor(world.now().epochMilliseconds / 1000);
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: stripe.webhookSecret, timestamp });
  return { url: '/webhooks/stripe', payload, headers: { 'stripe-signature': header } };
}

function paypalPost({ id, amount = '0.01', currency = 'USD', owner = '1', type = 'PAYMENT.CAPTURE.COMPLETED' }: Lie) {
  const payload = JSON.stringify({
    id: `WH-${++events}`,
    event_type: type,
    create_time: world.now().toString(),
    resource: {
      id,
      dispute_id: id,
      status: 'COMPLETED',
      amount: { value: amount, currency_code: currency },
      custom_id: owner,
      supplementary_data: { related_ids: { order_id: id } },
    },
  });
  const { webhookId, signers } = paypal;
  const headers = signWebhook(payload, { signer: signers.leaf, webhookId, at: world.now() });
  return { url: '/webhooks/paypal', payload, headers };
}

async function post(mail: { url: string; payload: string; headers: Record<string, string> }): Promise<number> {
  return (await server.app.inject({ method: 'POST', ...mail })).statusCode;
}

/** Everything of money and methods, as it stands. */
async function books(): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', 'charge', charge_id, state, amount, provider_ref, decline_code) as line from charges
     union all select concat_ws(' ', 'payment', payment_id, amount, provider_ref) from payments
     union all select concat_ws(' ', 'refund', refund_id, amount, state, provider_ref) from refunds
     union all select concat_ws(' ', 'account', customer_id, balance, movements, parked) from accounts
     union all select concat_ws(' ', 'debt', invoice_id, state, due) from debts
     union all select concat_ws(' ', 'method', method_id, state, last_four, expires_on, is_default) from payment_methods
     order by 1`.execute(db);
  return rows.map(({ line }) => line);
}

async function refOf(person: Living | undefined): Promise<string> {
  const { rows } = await sql<{ ref: string }>`
    select provider_ref as ref from charges where customer_id = ${person?.customerId} and state = 'submitted'`.execute(
    db,
  );
  return rows[0]?.ref ?? assert.fail('no open charge');
}

async function refusedSoFar(): Promise<number> {
  const { body } = await ask(server, 'GET /metrics');
  const counts = String(body).matchAll(/^rinnovo_webhooks_refused_total\{[^}]*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

test('P12 a signed message that lies about amount, currency, owner or outcome changes nothing', async () => {
  const [mine, other] = waiting('stripe');
  const [payer, stranger] = waiting('paypal');
  const [intent, order] = [await refOf(mine), await refOf(payer)];
  const before = await books();
  const lies = [
    stripePost({ id: intent }),
    stripePost({ id: intent, owner: String(other?.customerId), amount: '99999999', currency: 'eur' }),
    stripePost({ id: intent, type: 'payment_intent.payment_failed' }),
    paypalPost({ id: order }),
    paypalPost({ id: order, owner: String(stranger?.customerId), currency: 'EUR', amount: '999999.00' }),
    paypalPost({ id: order, type: 'PAYMENT.CAPTURE.DECLINED' }),
  ];
  for (const lie of lies) assert.equal(await post(lie), 200);
  await work();
  assert.deepEqual(await books(), before);
  assert.deepEqual(told, []);
});

test('P12 a signed message about what nobody here knows is followed to its end and changes nothing', async () => {
  const before = await books();
  const nobodys = [
    stripePost({ id: 'pi_0' }),
    stripePost({ id: 'cs_test_0', object: 'checkout.session' }),
    stripePost({ id: 're_0', object: 'refund', type: 'refund.failed' }),
    stripePost({ id: 'dp_0', object: 'dispute', type: 'charge.dispute.created' }),
    stripePost({ id: 'pm_0', object: 'payment_method', type: 'payment_method.detached' }),
    paypalPost({ id: '0AA00000AA000000A' }),
    paypalPost({ id: 'PP-D-0', type: 'CUSTOMER.DISPUTE.CREATED' }),
    paypalPost({ id: 'token0', type: 'VAULT.PAYMENT-TOKEN.DELETED' }),
  ];
  for (const mail of nobodys) assert.equal(await post(mail), 200);
  await work();
  assert.deepEqual(await books(), before);
  const open = await sql`select from webhooks where look_after is not null`.execute(db);
  assert.equal(open.rows.length, 0);
});

test('P12 a replayed message is kept once and followed once', async () => {
  const mail = stripePost({ id: await refOf(waiting('stripe')[0]) });
  const stored = async () => (await sql`select from webhooks`.execute(db)).rows.length;
  assert.equal(await post(mail), 200);
  await work();
  const [before, count] = [await books(), await stored()];
  const asked = stripe.requests().get('payment_intents.retrieve');
  for (let i = 0; i < 5; i++) assert.equal(await post(mail), 200);
  await work();
  assert.deepEqual([await books(), await stored()], [before, count]);
  assert.equal(stripe.requests().get('payment_intents.retrieve'), asked, 'the provider was asked again');
});

test('P12 a crowd of bad messages is refused one by one and counted; among them a good one is taken', async () => {
  const before = await books();
  const counted = await refusedSoFar();
  const good = stripePost({ id: 'pi_0' });
  const bad = Array.from({ length: 400 }, (_, i) => {
    const payload = i % 2 === 0 ? `{"id":"evt_${i}"` : JSON.stringify({ id: i, object: 'event' });
    const url = `/webhooks/${i % 4 < 2 ? 'stripe' : 'paypal'}`;
    return { url, payload, headers: i % 3 === 0 ? { 'stripe-signature': 't=1,v1=00' } : {} };
  });
  const answers = await Promise.all([...bad.slice(0, 200), good, good, ...bad.slice(200)].map(post));
  assert.deepEqual(Map.groupBy(answers, (status) => status).get(200)?.length, 2);
  assert.equal(answers.filter((status) => status === 400).length, 400);
  assert.equal((await refusedSoFar()) - counted, 400);
  assert.deepEqual(await books(), before);
});

// By a hand at the provider itself: what comes back under our reference is not what we asked for.
const wrongs: [what: string, person: Living | undefined, spoil: (ref: string) => void][] = [
  [
    'amount at Stripe',
    waiting('stripe')[2],
    (ref) => Object.assign(stripe.state.intents.get(ref) ?? {}, { amount: 1 }),
  ],
  [
    'currency at Stripe',
    waiting('stripe')[3],
    (ref) => Object.assign(stripe.state.intents.get(ref) ?? {}, { currency: 'usd' }),
  ],
  [
    'owner at Stripe',
    waiting('stripe')[4],
    (ref) => Object.assign(stripe.state.intents.get(ref)?.metadata ?? {}, { rinnovo_owner: '1' }),
  ],
  [
    'amount at PayPal',
    waiting('paypal')[2],
    (ref) => Object.assign(paypal.state.orders.get(ref) ?? {}, { amount: { currency_code: 'EUR', value: '0.01' } }),
  ],
  [
    'currency at PayPal',
    waiting('paypal')[3],
    (ref) => Object.assign(paypal.state.orders.get(ref) ?? {}, { amount: { currency_code: 'USD', value: '3.65' } }),
  ],
  [
    'owner at PayPal',
    waiting('paypal')[4],
    (ref) => Object.assign(paypal.state.orders.get(ref) ?? {}, { customId: '1' }),
  ],
];

for (const [what, person, spoil] of wrongs) {
  test(`P12 another ${what} than ours is not believed: nothing is booked, the customer is set aside, somebody is told`, async () => {
    const ref = await refOf(person);
    const received = async () =>
      (await sql`select from payments where customer_id = ${person?.customerId}`.execute(db)).rows.length;
    const before = await received();
    spoil(ref);
    told.length = 0;
    assert.equal(await post(person?.provider === 'stripe' ? stripePost({ id: ref }) : paypalPost({ id: ref })), 200);
    await work();
    const { rows } = await sql<{ state: string; parked: boolean }>`
      select c.state, a.parked from charges c join accounts a using (customer_id)
       where c.customer_id = ${person?.customerId} and c.provider_ref = ${ref}`.execute(db);
    assert.deepEqual(rows, [{ state: 'unknown', parked: true }]);
    assert.deepEqual(told, ['customer parked']);
    assert.equal(await received(), before);
  });
}
