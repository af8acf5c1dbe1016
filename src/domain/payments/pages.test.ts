import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  chargesOf,
  hintAll,
  openShop,
  payOnPage,
  type Shop,
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
