import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import { spendPayments } from '#domain/orders/pay.ts';
import type { PaymentProvider, ProviderName } from '#domain/payments/provider.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { reconcile } from '#domain/payments/reconcile.ts';
import { reconciliationEffect } from '#domain/payments/reconcile-nightly.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { asCustomer } from '#kit/db.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { addCustomer, addMailbox, balanceOf, day, eventsOf, openShop, type Shop, verifyShop } from '#spec/shop.ts';

/** A shop with a provider whose messages are followed and whose statement is compared. */
function connect(shop: Shop, provider: PaymentProvider) {
  Object.assign(shop.providers, { [provider.name]: provider });
  const { db, engine } = shop;
  const desk = { db, providers: { [provider.name]: provider }, tell: engine.tell };
  engine.effects = [...engine.effects, ...webhooksEffects({ ...desk, leaseSeconds: 30 }), reconciliationEffect(desk)];
}

/** 20.00 were paid and are free credit. Answers the provider's reference. */
async function pay(shop: Shop, provider: PaymentProvider, paid: { customerId: bigint; token: string }) {
  const { customerId, token } = paid;
  const money = { amount: 20_00n, currency: 'EUR' };
  const asked = { ...money, key: `paid-${customerId}`, token, description: 'x', owner: String(customerId) };
  const { ref: providerRef } = await provider.createCharge(asked);
  assert.deepEqual(await provider.confirmCharge(providerRef), { state: 'succeeded' });
  await shop.within(async (tx) => {
    await sql`update accounts set lock_version = lock_version + 1 where customer_id = ${customerId}`.execute(tx);
    const draft = {
      customerId,
      provider: provider.name,
      providerRef,
      chargeId: null,
      orderId: null,
      ...money,
      note: '',
    };
    await spendPayments(tx, shop.act(), await receivePayments(tx, shop.act(), [draft]));
  });
  return providerRef;
}

/** 15.00 of it go back, and the provider has said so. Answers the refund's reference. */
async function giveBack(shop: Shop, customerId: bigint): Promise<string> {
  const withdrawal = { customerId, amount: 15_00n, reason: 'back' };
  await asCustomer(shop.api, customerId, (tx) => withdrawCredit(tx, shop.act(), withdrawal));
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 5_00n);
  const { rows } = await sql<{ ref: string }>`
    select provider_ref as ref from refunds where customer_id = ${customerId} and state = 'succeeded'`.execute(shop.db);
  return rows[0]?.ref ?? '';
}

async function stripeShop(t: Parameters<typeof openShop>[0]) {
  const shop = await openShop(t);
  const now = () => shop.moment().at;
  const stripe = await startFakeStripe({ now, webhooks: false });
  t.after(() => stripe.close());
  const { secretKey, server } = stripe;
  const provider = createStripeProvider({ secretKey, server, now, portalUrl: 'https://portal.example/' });
  connect(shop, provider);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await pay(shop, provider, { customerId, token: stripe.save(customerId).token });
  const ref = await giveBack(shop, customerId);
  return { shop, stripe, provider, customer, customerId, ref };
}

const hint = (shop: Shop, provider: ProviderName, message: { kind: 'refund' | 'charge'; ref: string; id?: string }) => {
  const { kind, ref, id = 'evt_1' } = message;
  return storeWebhook(shop.db, provider, { eventId: id, type: 'x', kind, ref, at: shop.moment().at });
};

test('a refund that fails after it was given is taken back once a message says so, however often', async (t) => {
  const { shop, stripe, customerId, ref } = await stripeShop(t);
  stripe.failRefund(ref);
  for (const id of ['evt_1', 'evt_2']) {
    await hint(shop, 'stripe', { kind: 'refund', ref, id });
    await shop.work();
  }
  assert.equal(await balanceOf(shop, customerId), 20_00n);
  const [told, ...more] = await eventsOf(shop, customerId, 'refunds.failed');
  assert.deepEqual([told?.data['amount'], more], [15_00, []]);
  assert.deepEqual(
    shop.told.map(({ message }) => message),
    ['refund failed after it was given'],
  );
  await verifyShop(shop);
});

test('what came back pays the debt there is by then, and may be given back again', async (t) => {
  const { shop, stripe, customer, customerId, ref } = await stripeShop(t);
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), -7_20n);
  stripe.failRefund(ref);
  await hint(shop, 'stripe', { kind: 'refund', ref });
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 7_80n);
  const debts = await shop.db.selectFrom('debts').select(['state', 'due']).execute();
  assert.deepEqual(debts, [{ state: 'settled', due: 0n }]);
  const again = { customerId, amount: 7_80n, reason: 'again' };
  await asCustomer(shop.api, customerId, (tx) => withdrawCredit(tx, shop.act(), again));
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 0n);
  await verifyShop(shop);
});

test('without any message the next night’s comparison finds it, and then nothing differs', async (t) => {
  const { shop, stripe, provider, customerId, ref } = await stripeShop(t);
  shop.setTime(shop.moment().at.add({ hours: 3 }));
  stripe.failRefund(ref);
  shop.setTime('2027-03-02');
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 20_00n);
  const period = { fromOn: day('2027-03-01'), toOn: day('2027-03-03'), timeZone: 'Europe/Rome' };
  const { differences } = await reconcile(shop.db, provider, { period, now: shop.moment() });
  assert.deepEqual(
    differences.filter(({ kind }) => kind === 'refund'),
    [],
  );
  await verifyShop(shop);
});

test('PayPal speaks of the capture when a refund fails: its order’s refunds are asked about', async (t) => {
  const shop = await openShop(t);
  const now = () => shop.moment().at;
  const paypal = await startFakePaypal({ now });
  t.after(() => paypal.close());
  const { clientId, clientSecret, url: baseUrl } = paypal;
  const provider = createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now });
  connect(shop, provider);
  const { customerId } = await addCustomer(shop);
  const orderId = await pay(shop, provider, { customerId, token: paypal.save('pays') });
  const refund = paypal.state.refunds.get(await giveBack(shop, customerId));
  assert.ok(refund);
  const captureId = paypal.state.orders.get(orderId)?.captures[0]?.id ?? '';
  await hint(shop, 'paypal', { kind: 'charge', ref: captureId });
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 5_00n, 'it has not failed');
  refund.status = 'FAILED';
  await hint(shop, 'paypal', { kind: 'charge', ref: captureId, id: 'evt_2' });
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 20_00n);
  await verifyShop(shop);
});
