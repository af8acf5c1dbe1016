import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { addCustomer, addMailbox, balanceOf, chargesOf, hintAll, openShop, takenBy, verifyShop } from '#spec/shop.ts';

test('R28 a charge its provider has dropped unpaid sets nobody aside: the debt is charged anew, once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, '2027-03-01');
  shop.wire.fault = (operation) => (operation === 'confirmCharge' ? 'timeout_before' : undefined);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  shop.wire.fault = () => undefined;
  await sql`delete from sandbox.charges`.execute(shop.db);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn', 'succeeded']);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 1, amount: 1220n });
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  assert.deepEqual(shop.told, []);
  await verifyShop(shop);
});
