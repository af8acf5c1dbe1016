import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  chargesOf,
  hintAll,
  openShop,
  payOnPage,
  type Shop,
  splitPaypal,
  takenBy,
  verifyShop,
} from '#spec/shop.ts';
import { acting, offer, placeTopUp } from '#spec/shop-orders.ts';

/** A provider that says no to every cancellation, and leaves its pages open. */
function keepPagesOpen({ provider, providers }: Shop): void {
  providers.sandbox = { ...provider, cancelCharge: async (ref) => (await provider.getCharge(ref)).outcome };
}

test('a page that its provider does not close is not withdrawn: whoever pays on it is heard', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  keepPagesOpen(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  const page = await offer(shop, customer, order);
  await acting(shop, customer, (tx) => withdrawOrder(tx, shop.act(), { ...order, reason: 'not wanted' }));
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['offered']);
  await payOnPage(shop, page.url);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['succeeded']);
  assert.equal(await balanceOf(shop, customer.customerId), 2000n);
  await verifyShop(shop);
});

test('R26 a charge that wants its owner is not told as over while its own page can still be paid', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['authentication_required']);
  await addMailbox(shop, customer, '2027-03-01');
  keepPagesOpen(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['submitted']);
  shop.providers.sandbox = shop.provider;
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['action_required']);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 0, amount: 0n });
  await verifyShop(shop);
});

const silent = async () => {
  throw new ProviderUnavailable('no answer');
};

/** An order of a customer who has opened PayPal's page for it. */
async function openPaypal(owner: Parameters<typeof openShop>[0]) {
  const shop = await openShop(owner);
  const customer = await addCustomer(shop);
  splitPaypal(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  return { shop, customer, order, page: await offer(shop, customer, order, 'paypal') };
}

test('P2 whoever comes back from one page may pay on another one, and only there', async (t) => {
  const { shop, customer, order, page } = await openPaypal(t);
  const card = await offer(shop, customer, order, 'card');
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn', 'offered']);
  await payOnPage(shop, page.url);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 0, amount: 0n });
  const again = await offer(shop, customer, order, 'paypal');
  await payOnPage(shop, card.url);
  await payOnPage(shop, again.url);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 1, amount: 2000n });
  assert.equal(await balanceOf(shop, customer.customerId), 2000n);
  await verifyShop(shop);
});

test('P2 who has paid on one page is given no other', async (t) => {
  const { shop, customer, order, page } = await openPaypal(t);
  await payOnPage(shop, page.url);
  await assert.rejects(offer(shop, customer, order, 'card'), { code: 'charge_under_way' });
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['succeeded'], 'its provider was asked at once');
  await verifyShop(shop);
});

test('P2 while a provider cannot be told to close its page, no other page is opened', async (t) => {
  const { shop, customer, order, page } = await openPaypal(t);
  splitPaypal(shop, { cancelCharge: silent });
  await assert.rejects(offer(shop, customer, order, 'card'), { code: 'page_open' });
  await assert.rejects(offer(shop, customer, order, 'paypal'), { code: 'page_open' });
  keepPagesOpen(shop);
  shop.providers.paypal = {
    ...shop.provider,
    cancelCharge: async (ref) => (await shop.provider.getCharge(ref)).outcome,
  };
  await assert.rejects(offer(shop, customer, order, 'card'), { code: 'page_open' });
  splitPaypal(shop);
  const card = await offer(shop, customer, order, 'card');
  await payOnPage(shop, page.url);
  await payOnPage(shop, card.url);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 1, amount: 2000n });
});

test('a provider that never gave a page keeps nobody from another one', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  const createCharge: typeof shop.provider.createCharge = async (request) => {
    await shop.provider.createCharge(request);
    return silent();
  };
  splitPaypal(shop, { createCharge, cancelCharge: silent, findCharge: silent });
  await assert.rejects(offer(shop, customer, order, 'paypal'), { code: 'provider_unavailable' });
  const card = await offer(shop, customer, order, 'card');
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn', 'offered']);
  await payOnPage(shop, card.url);
  await hintAll(shop);
  await shop.work();
  assert.equal(await balanceOf(shop, customer.customerId), 2000n);
  await verifyShop(shop);
});

test('an offer that its provider does not accept is over at once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  const createCharge = async () => {
    throw new ProviderRefused('bad_request', 'not like this');
  };
  splitPaypal(shop, { createCharge });
  await assert.rejects(offer(shop, customer, order, 'paypal'), { code: 'provider_refused' });
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn']);
  await verifyShop(shop);
});

test('a page is given again as long as there is time to pay on it, then another one', async (t) => {
  const { shop, customer, order, page } = await openPaypal(t);
  shop.providers.paypal = { ...shop.provider, name: 'paypal', kinds: ['paypal'], pageHours: 3 };
  const { at } = shop.moment();
  shop.setTime(at.add({ minutes: 119 }));
  assert.equal((await offer(shop, customer, order, 'paypal')).url, page.url);
  shop.setTime(at.add({ minutes: 121 }));
  assert.notEqual((await offer(shop, customer, order, 'paypal')).url, page.url);
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn', 'offered']);
});

test('of many pages asked for at the same moment one can be paid', async (t) => {
  const { shop, customer, order } = await openPaypal(t);
  const asked = await Promise.allSettled(
    Array.from({ length: 12 }, (_, i) => offer(shop, customer, order, i % 2 === 0 ? 'card' : 'paypal')),
  );
  const given = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value.url] : []));
  assert.ok(given.length > 0);
  for (const url of new Set(given)) await payOnPage(shop, url);
  await hintAll(shop);
  await shop.work();
  const { count } = await takenBy(shop, customer.customerId);
  assert.ok(count <= 1, `${count} pages were paid`);
  await verifyShop(shop);
});

test('an open page is asked about every half hour for six hours, then rarely', async (t) => {
  const { shop, customer } = await openPaypal(t);
  let asked = 0;
  const getCharge: typeof shop.provider.getCharge = async (ref) => {
    asked++;
    return shop.provider.getCharge(ref);
  };
  splitPaypal(shop, { getCharge });
  const opened = shop.moment().at;
  for (let minutes = 5; minutes <= 360; minutes += 5) {
    shop.setTime(opened.add({ minutes }));
    await shop.work();
  }
  assert.equal(asked, 13);
  shop.setTime(opened.add({ hours: 20 }));
  await shop.work();
  shop.setTime(opened.add({ hours: 43 }));
  await shop.work();
  assert.equal(asked, 14);
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['offered']);
});
