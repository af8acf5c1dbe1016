import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeOrder } from '#domain/orders/charge.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { addCustomer, chargesOf, openShop, verifyShop } from '#spec/shop.ts';
import { acting, offer, placeMailbox, placeTopUp, stateOf } from '#spec/shop-orders.ts';

test('an order can be paid with a registered method', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success', 'insufficient_funds']);
  const [good = 0n, bad = 0n] = customer.methodIds;
  const order = await placeMailbox(shop, customer, 'a@example.com');
  const charge = (methodId: bigint) =>
    acting(shop, customer, (tx) => chargeOrder(tx, shop.act(), { ...order, methodId }));
  await charge(bad);
  await assert.rejects(charge(good), { code: 'charge_under_way' });
  await shop.work();
  assert.equal(await stateOf(shop, order), 'open');
  await charge(good);
  await shop.work();
  assert.equal(await stateOf(shop, order), 'paid');
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['declined insufficient_funds', 'succeeded']);
  await verifyShop(shop);
});

test('R16 a customer set aside cannot have an order charged, which would wait and keep every page shut', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId, methodIds } = customer;
  const order = await placeTopUp(shop, customer, 2000n);
  await shop.within((tx) => parkCustomer(tx, shop.act(), { customerId, process: 'collect', reason: 'a look first' }));
  const charging = acting(shop, customer, (tx) =>
    chargeOrder(tx, shop.act(), { ...order, methodId: methodIds[0] as bigint }),
  );
  await assert.rejects(charging, { code: 'account_held' });
  assert.ok((await offer(shop, customer, order)).url, 'a page can be had');
});
