import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestChecks } from '#domain/payments/check-methods.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { addCustomer, openShop } from '#spec/shop.ts';

test('a method whose provider says what nobody understands stops neither the others nor the day, and is asked about later', async (t) => {
  const shop = await openShop(t);
  const [bad, good] = [await addCustomer(shop, ['success']), await addCustomer(shop, ['success'])];
  const keys = [bad, good].map(({ customerId, methodIds: [methodId = 0n] }) => ({ customerId, methodId }));
  await shop.db
    .updateTable('payment_methods')
    .set({ provider_ref: 'bad' })
    .where('customer_id', '=', bad.customerId)
    .execute();
  shop.provider.getMethod = async (ref) => {
    if (ref === 'bad') throw new TypeError('its expiry is no date');
    return { state: 'valid', kind: 'card', brand: 'visa', lastFour: '4242', expiresOn: null, token: 'x' };
  };
  const checked = async () => {
    const methods = await shop.db
      .selectFrom('payment_methods')
      .select(['checked_at', 'check_after'])
      .orderBy('customer_id')
      .execute();
    return methods.map(({ checked_at, check_after }) => [checked_at !== null, check_after?.toString() ?? null]);
  };
  await shop.within((tx) => requestChecks(tx, shop.act(), keys));
  assert.equal((await shop.work()).state, 'done');
  const inAnHour = shop.moment().at.add({ hours: 1 }).toString();
  assert.deepEqual(await checked(), [
    [false, inAnHour],
    [true, null],
  ]);
  assert.deepEqual(
    shop.told.map(({ message }) => message),
    ['method not checked'],
  );
});

test('a provider that answers nobody is asked about twenty methods, and about all of them an hour later', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop, Array(30).fill('success'));
  const all = shop.db.selectFrom('payment_methods').where('customer_id', '=', customerId);
  const methods = await all.select('method_id as methodId').execute();
  let [isSilent, asked] = [true, 0];
  shop.provider.getMethod = async () => {
    asked++;
    if (isSilent) throw new ProviderUnavailable('a test');
    return { state: 'valid', kind: 'card', brand: 'visa', lastFour: '4242', expiresOn: null, token: 'x' };
  };
  const keys = methods.map(({ methodId }) => ({ customerId, methodId }));
  await shop.within((tx) => requestChecks(tx, shop.act(), keys));
  await shop.work();
  assert.equal(asked, 20);
  isSilent = false;
  shop.setTime(shop.moment().at.add({ hours: 1, seconds: 1 }));
  await shop.work();
  assert.equal(asked, 50);
  assert.equal((await all.select('method_id').where('check_after', 'is not', null).execute()).length, 0);
});
