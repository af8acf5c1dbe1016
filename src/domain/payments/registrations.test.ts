import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { type MethodDetails, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { addCustomer, addMailbox, balanceOf, eventsOf, openShop, type Shop, verifyShop } from '#spec/shop.ts';

const pending: MethodDetails = { state: 'pending', kind: 'card', brand: '', lastFour: '', expiresOn: null, token: '' };

async function begin(shop: Shop, customerId: bigint) {
  const start = { customerId, kind: 'card' as const, returnUrl: () => 'http://portal.test/' };
  const { methodId, url } = await startMethod(shop.desk, shop.act(), start);
  return { key: { customerId, methodId }, path: url.replace('http://pages.test', '') };
}

/** The customer's registration, and when it is asked about next. */
async function registration(shop: Shop, customerId: bigint): Promise<[string, string | null]> {
  const { state, check_after } = await shop.db
    .selectFrom('payment_methods')
    .select(['state', 'check_after'])
    .where('customer_id', '=', customerId)
    .orderBy('method_id', 'desc')
    .executeTakeFirstOrThrow();
  return [state, check_after?.since(shop.moment().at).round({ largestUnit: 'hours' }).toString() ?? null];
}

async function pass(shop: Shop, time: { hours?: number; minutes?: number }): Promise<void> {
  shop.setTime(shop.moment().at.add(time));
  await shop.work();
}

test('R27 a method whose owner registered it and closed the page is found, and what is owed is collected at once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['insufficient_funds']);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  const { path } = await begin(shop, customerId);
  assert.deepEqual(await registration(shop, customerId), ['pending', 'PT5M']);
  await shop.pages({ method: 'POST', path, language: 'it', form: { card: 'success', expiry: '12/30' } });
  await pass(shop, { minutes: 4 });
  assert.equal(await balanceOf(shop, customerId), -1220n);
  await pass(shop, { minutes: 1 });
  assert.deepEqual(await registration(shop, customerId), ['valid', null]);
  assert.equal(await balanceOf(shop, customerId), 0n);
  await verifyShop(shop);
});

test('a registration that nobody finishes is asked about ever more seldom, and is given up when no page lives any more', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  let asked = 0;
  shop.provider.getMethod = async () => {
    asked++;
    return pending;
  };
  await begin(shop, customerId);
  const pauses: (string | null)[] = [];
  for (let i = 0; i < 9; i++) {
    const [, next] = await registration(shop, customerId);
    pauses.push(next);
    const [hours = 0, minutes = 0] = [/(\d+)H/, /(\d+)M/].map((unit) => Number(unit.exec(next ?? '')?.[1] ?? 0));
    await pass(shop, { hours, minutes });
  }
  assert.deepEqual(pauses, ['PT5M', 'PT5M', 'PT10M', 'PT20M', 'PT40M', 'PT1H20M', 'PT2H40M', 'PT5H20M', 'PT6H']);
  assert.equal(asked, 9);
  await shop.live('2027-03-06');
  assert.deepEqual(await registration(shop, customerId), ['failed', null]);
  assert.equal((await eventsOf(shop, customerId, 'methods.changed')).length, 1);
  assert.deepEqual(shop.told, []);
});

test('a registration that the provider does not know, or that never came to it, has failed', async (t) => {
  const shop = await openShop(t);
  const [unknown, lost] = [await addCustomer(shop), await addCustomer(shop)];
  await begin(shop, unknown.customerId);
  shop.wire.fault = (operation) => (operation === 'startMethod' ? 'timeout_before' : undefined);
  await assert.rejects(begin(shop, lost.customerId), { code: 'provider_unavailable' });
  shop.provider.getMethod = async (ref) => {
    throw new ProviderRefused('unknown_reference', ref);
  };
  await pass(shop, { minutes: 5 });
  assert.deepEqual(await registration(shop, unknown.customerId), ['failed', null]);
  assert.deepEqual(await registration(shop, lost.customerId), ['failed', null]);
});

test('a provider that does not answer leaves a registration as it is; whoever waits for it is told', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  const { key, path } = await begin(shop, customerId);
  const { getMethod } = shop.provider;
  shop.provider.getMethod = async () => {
    throw new ProviderUnavailable('a test');
  };
  await assert.rejects(completeMethod(shop.desk, shop.act(), key), { code: 'provider_unavailable' });
  await pass(shop, { minutes: 5 });
  assert.deepEqual(await registration(shop, customerId), ['pending', 'PT1H']);
  await shop.live('2027-03-10');
  assert.equal((await registration(shop, customerId))[0], 'pending');
  await shop.pages({ method: 'POST', path, language: 'it', form: { card: 'success', expiry: '12/30' } });
  shop.provider.getMethod = getMethod;
  await pass(shop, { hours: 1 });
  assert.deepEqual(await registration(shop, customerId), ['valid', null]);
  assert.deepEqual(shop.told, []);
});
