import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SandboxCard } from '#adapters/payments/sandbox-cards.ts';
import { chargeOrder } from '#domain/orders/charge.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import {
  addCustomer,
  balanceOf,
  chargesOf,
  hintAll,
  openShop,
  payOnPage,
  splitPaypal,
  takenBy,
  verifyShop,
} from '#spec/shop.ts';
import { acting, offer, placeMailbox, placeTopUp, stateOf } from '#spec/shop-orders.ts';
import { runDay } from '#worker/run.ts';

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

/** An order with an open page at a provider that has stopped answering, charged to a card at another one. */
async function chargeBesidePage(owner: Parameters<typeof openShop>[0]) {
  const shop = await openShop(owner);
  const customer = await addCustomer(shop, ['success']);
  const order = await placeTopUp(shop, customer, 2000n);
  splitPaypal(shop, {
    cancelCharge: async () => {
      throw new ProviderUnavailable('no answer');
    },
  });
  const page = await offer(shop, customer, order, 'paypal');
  await acting(shop, customer, (tx) =>
    chargeOrder(tx, shop.act(), { ...order, methodId: customer.methodIds[0] as bigint }),
  );
  await shop.work();
  return { shop, customerId: customer.customerId, page, order };
}

test('P2 a card is not charged for an order whose page can still be paid, and at once when it cannot any more', async (t) => {
  const { shop, customerId, page } = await chargeBesidePage(t);
  assert.deepEqual(await chargesOf(shop, customerId), ['offered', 'created'], 'the page may be paid at this moment');
  await runDay(shop.engine, shop.moment, { waitForOthers: true });
  splitPaypal(shop);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['withdrawn', 'succeeded']);
  await payOnPage(shop, page.url);
  assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 2000n });
  await verifyShop(shop);
});

test('R7 an order whose charge still waits for a page to be closed expires, and nobody is charged afterwards', async (t) => {
  const { shop, customerId, order } = await chargeBesidePage(t);
  shop.setTime(order.expiresAt.add({ minutes: 10 }));
  await shop.work();
  assert.equal(await stateOf(shop, order), 'expired');
  assert.deepEqual(await chargesOf(shop, customerId), ['offered', 'withdrawn']);
  splitPaypal(shop);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await takenBy(shop, customerId), { count: 0, amount: 0n });
});

test('P2 who was quicker on the page has paid: the card is never charged', async (t) => {
  const { shop, customerId, page } = await chargeBesidePage(t);
  await payOnPage(shop, page.url);
  splitPaypal(shop);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['succeeded', 'withdrawn']);
  assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 2000n });
  assert.equal(await balanceOf(shop, customerId), 2000n);
  await verifyShop(shop);
});

/** An order charged ten minutes before its last instant, whose outcome nobody has heard by then. */
async function chargeBeforeExpiry(owner: Parameters<typeof openShop>[0], card: SandboxCard) {
  const shop = await openShop(owner);
  const customer = await addCustomer(shop, [card]);
  const order = await placeMailbox(shop, customer, 'a@example.com');
  shop.wire.fault = () => 'timeout_before';
  shop.setTime(order.expiresAt.subtract({ minutes: 10 }));
  await acting(shop, customer, (tx) =>
    chargeOrder(tx, shop.act(), { ...order, methodId: customer.methodIds[0] as bigint }),
  );
  await shop.work();
  shop.setTime(order.expiresAt.add({ minutes: 10 }));
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  shop.wire.fault = () => undefined;
  return { shop, customer, order };
}

test('P4 an order charged before its last instant is paid by that charge, however late its outcome is heard', async (t) => {
  const { shop, customer, order } = await chargeBeforeExpiry(t, 'success');
  assert.equal(await stateOf(shop, order), 'open');
  await assert.rejects(offer(shop, customer, order), { code: 'order_closed' }, 'nobody begins to pay it any more');
  await hintAll(shop);
  await shop.work();
  assert.equal(await stateOf(shop, order), 'paid');
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await verifyShop(shop);
});

test('R7 an order whose charge comes to nothing after its last instant expires then', async (t) => {
  const { shop, customer, order } = await chargeBeforeExpiry(t, 'insufficient_funds');
  assert.equal(await stateOf(shop, order), 'open');
  await hintAll(shop);
  await shop.work();
  assert.equal(await stateOf(shop, order), 'expired');
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await verifyShop(shop);
});
