import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeOrder } from '#domain/orders/charge.ts';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import { freeAddresses } from '#domain/platforms/addresses.ts';
import { addCustomer, balanceOf, openShop, takenBy, verifyShop } from '#spec/shop.ts';
import { acting, offer, placeMailbox, stateOf, transfer } from '#spec/shop-orders.ts';

test('an address is sold to nobody else while it has a mailbox, and to anybody once that has ended', async (t) => {
  const shop = await openShop(t);
  const [anna, bruno] = [await addCustomer(shop), await addCustomer(shop)];
  await transfer(shop, anna, 1220n, await placeMailbox(shop, anna, 'info@example.com'));
  await assert.rejects(placeMailbox(shop, bruno, 'INFO@example.com'), { code: 'bad_order' });
  await shop.within((tx) => freeAddresses(tx, ['info@example.com']));
  assert.ok(await placeMailbox(shop, bruno, 'INFO@example.com'));
});

test('of two customers who order one address it goes to whoever pays first; the other has the money as credit', async (t) => {
  const shop = await openShop(t);
  const [anna, bruno] = [await addCustomer(shop), await addCustomer(shop)];
  const annas = await placeMailbox(shop, anna, 'info@example.com');
  const brunos = await placeMailbox(shop, bruno, 'info@example.com');
  await transfer(shop, bruno, 1220n, brunos);
  await transfer(shop, anna, 1220n, annas);
  assert.deepEqual([await balanceOf(shop, anna.customerId), await balanceOf(shop, bruno.customerId)], [1220n, 0n]);
  const mailboxes = await shop.db.selectFrom('mailboxes').select('customer_id').execute();
  assert.deepEqual(mailboxes, [{ customer_id: bruno.customerId }]);
  await verifyShop(shop);
});

test('nobody pays for what can no longer be given: the address went to somebody else in the meantime', async (t) => {
  const shop = await openShop(t);
  const [anna, bruno] = [await addCustomer(shop, ['success']), await addCustomer(shop)];
  const order = await placeMailbox(shop, anna, 'info@example.com');
  await transfer(shop, bruno, 1220n, await placeMailbox(shop, bruno, 'info@example.com'));
  const methodId = anna.methodIds[0] as bigint;
  const isGone = { code: 'order_closed', message: /has changed in the meantime/ };
  await assert.rejects(
    acting(shop, anna, (tx) => chargeOrder(tx, shop.act(), { ...order, methodId })),
    isGone,
  );
  await assert.rejects(offer(shop, anna, order), isGone);
  await shop.work();
  assert.deepEqual(await takenBy(shop, anna.customerId), { count: 0, amount: 0n });
  await acting(shop, anna, (tx) => withdrawOrder(tx, shop.act(), { ...order, reason: 'no use' }));
  assert.equal(await stateOf(shop, order), 'withdrawn');
});
