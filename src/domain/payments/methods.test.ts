import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { changeMethods } from '#domain/payments/change-methods.ts';
import { chargeMethods, listUsableMethods } from '#domain/payments/charge.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { removeMethod } from '#domain/payments/remove-method.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { asCustomer, type Tx } from '#kit/db.ts';
import type { Refusal } from '#kit/errors.ts';
import { addCustomer, addMethod, day, eventsOf, openShop, type Shop, type ShopCustomer } from '#spec/shop.ts';

/** Acts as the portal does: in the customer's own role, held by row-level security. */
function deskOf(shop: Shop, { customerId }: ShopCustomer) {
  return {
    transact: <T>(work: (tx: Tx) => Promise<T>) => asCustomer(shop.api, customerId, work),
    providers: shop.providers,
  };
}

async function register(
  shop: Shop,
  customer: ShopCustomer,
  form: Record<string, string>,
): Promise<{ methodId: bigint; state: string }> {
  const { customerId } = customer;
  const desk = deskOf(shop, customer);
  const kind = form['card']?.startsWith('paypal') ? ('paypal' as const) : ('card' as const);
  const start = { customerId, kind, returnUrl: (id: bigint) => `http://portal.test/${id}` };
  const { methodId, url } = await startMethod(desk, shop.act(), start);
  await shop.pages({ method: 'POST', path: url.replace('http://pages.test', ''), language: 'en', form });
  return { methodId, state: await completeMethod(desk, shop.act(), { customerId, methodId }) };
}

async function methodsOf(shop: Shop, { customerId }: ShopCustomer): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', nullif(brand || last_four, ''), state, case when is_default then 'default' end, 'backup ' || backup_rank) as line
      from payment_methods where customer_id = ${customerId} order by method_id`.execute(shop.db);
  return rows.map((row) => row.line);
}

test('the first valid method becomes the default, a later one does not', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  assert.equal((await register(shop, customer, { card: 'success', expiry: '12/30' })).state, 'valid');
  assert.equal((await register(shop, customer, { card: 'paypal' })).state, 'valid');
  assert.equal((await register(shop, customer, { card: 'registration_refused', expiry: '12/30' })).state, 'failed');
  assert.equal((await register(shop, customer, { act: 'cancel' })).state, 'failed');
  const methods = await methodsOf(shop, customer);
  assert.deepEqual(methods.slice(0, 2), ['Visa4242 valid default', 'PayPal valid']);
  assert.ok(methods.slice(2).every((method) => method.includes('failed')));
});

test('default and backups are the customer’s choice, among valid methods of their own', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success', 'generic_decline', 'insufficient_funds']);
  const stranger = await addCustomer(shop, ['success']);
  const [a = 0n, b = 0n, c = 0n] = customer.methodIds;
  const { customerId } = customer;
  const change = (order: { defaultId?: bigint; backupIds?: bigint[] }) =>
    asCustomer(shop.api, customerId, (tx) => changeMethods(tx, shop.act(), { customerId, ...order }));
  await change({ defaultId: c, backupIds: [b, c, a] });
  assert.deepEqual(await methodsOf(shop, customer), ['valid backup 2', 'valid backup 0', 'valid default']);
  await assert.rejects(change({ defaultId: stranger.methodIds[0] as bigint }), { code: 'method_unknown' });
  await sql`update payment_methods set state = 'failed' where method_id = ${b}`.execute(shop.db);
  await assert.rejects(change({ defaultId: a, backupIds: [b] }), { code: 'method_not_valid' });
  assert.equal((await methodsOf(shop, customer))[2], 'valid default', 'a refusal changes nothing');
});

test('the last method goes only after a warning that names what renews without it', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success', 'paypal']);
  const { customerId } = customer;
  const [first = 0n, second = 0n] = customer.methodIds;
  const desk = deskOf(shop, customer);
  const remove = (methodId: bigint, confirmed = false) =>
    removeMethod(desk, shop.act(), { customerId, methodId, confirmed, renewing: ['a@example.com', 'b@example.com'] });
  await remove(first);
  assert.deepEqual(await methodsOf(shop, customer), ['removed', 'valid default'], 'the backup takes its place');
  await assert.rejects(remove(second), (refusal: Refusal) => {
    assert.match(refusal.message, /a@example\.com, b@example\.com will renew without one/);
    return refusal.code === 'last_method';
  });
  await remove(second, true);
  await assert.rejects(remove(second, true), { code: 'method_unknown' });
  const { rows } = await sql<{ state: string }>`select state from sandbox.methods`.execute(shop.db);
  assert.deepEqual(new Set(rows.map((row) => row.state)), new Set(['removed']));
});

test('a method that is being charged stays until the outcome is known', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId } = customer;
  const [methodId = 0n] = customer.methodIds;
  const draft = {
    customerId,
    methodId,
    provider: 'sandbox' as const,
    amount: 500n,
    currency: 'EUR',
    orderId: null,
    collection: null,
  };
  await shop.within((tx) => chargeMethods(tx, shop.act(), [draft]));
  const removal = { customerId, methodId, confirmed: true, renewing: [] };
  await assert.rejects(removeMethod(deskOf(shop, customer), shop.act(), removal), { code: 'method_in_use' });
});

test('a card’s end is told 30 and 7 days before, and then it is not charged any more', async (t) => {
  const shop = await openShop(t, '2027-04-29');
  const customer = await addCustomer(shop, ['success']);
  const { customerId } = customer;
  await sql`update payment_methods set expires_on = '2027-05-31'`.execute(shop.db);
  await shop.work();
  await shop.live('2027-05-31');
  const usable = async (on: string) => (await shop.within((tx) => listUsableMethods(tx, day(on), [customerId]))).size;
  assert.deepEqual([await usable('2027-05-31'), await usable('2027-06-01')], [1, 0], 'its last day is the last');
  await shop.live('2027-06-02');
  const told = await eventsOf(shop, customerId, 'methods.expiring', 'methods.expired');
  assert.deepEqual(
    told.map(({ type, on, data }) => [type, on, data['days']]),
    [
      ['methods.expiring', '2027-05-01', 30],
      ['methods.expiring', '2027-05-24', 7],
      ['methods.expired', '2027-06-01', null],
    ],
  );
  assert.deepEqual(await methodsOf(shop, customer), ['expired default']);
  await addMethod(shop, { customerId, card: 'success', rank: null });
  await register(shop, customer, { card: 'success', expiry: '12/30' });
  assert.match((await methodsOf(shop, customer))[2] ?? '', /default/, 'the next one takes over');
});

test('after an outage only the nearer notice of an end is told', async (t) => {
  const shop = await openShop(t, '2027-05-28');
  const customer = await addCustomer(shop, ['success']);
  await sql`update payment_methods set expires_on = ${day('2027-05-31')}`.execute(shop.db);
  await shop.work();
  await shop.work();
  const told = await eventsOf(shop, customer.customerId, 'methods.expiring');
  assert.deepEqual(
    told.map(({ data }) => data['days']),
    [7],
  );
});
