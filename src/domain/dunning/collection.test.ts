import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { collections } from '#domain/dunning/collect.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import {
  addCustomer,
  addMailbox,
  addMethod,
  balanceOf,
  chargesOf,
  day,
  eventsOf,
  openShop,
  type Shop,
  takenBy,
  verifyShop,
} from '#spec/shop.ts';
import { runProcess } from '#worker/run-process.ts';

const firstMonth = '2027-03-01';

/** The days on which charges were sent, and what each became. */
async function attemptsOf(shop: Shop, customerId: bigint): Promise<string[]> {
  const sent = await eventsOf(shop, customerId, 'charges.submitted');
  const states = await chargesOf(shop, customerId);
  return sent.map((event, i) => `${event.on} ${states[i]}`);
}

test('an invoice is collected at once, and the balance is back at zero', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, firstMonth);
  await addMailbox(shop, customer, firstMonth, 'yearly');
  await shop.work();
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['succeeded']);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 1, amount: 13420n });
  assert.deepEqual(await eventsOf(shop, customer.customerId, 'collections.refused'), []);
  await verifyShop(shop);
});

test('a soft decline is tried again on days 1, 3 and 6, also across the change of the clocks, then never', async (t) => {
  const shop = await openShop(t, '2027-03-27');
  const { customerId, ...customer } = await addCustomer(shop, ['insufficient_funds']);
  await addMailbox(shop, { customerId, ...customer }, '2027-03-27');
  await shop.work();
  await shop.live('2027-04-20');
  const declined = 'declined insufficient_funds';
  assert.deepEqual(await attemptsOf(shop, customerId), [
    `2027-03-27 ${declined}`,
    `2027-03-28 ${declined}`,
    `2027-03-30 ${declined}`,
    `2027-04-02 ${declined}`,
  ]);
  const refused = await eventsOf(shop, customerId, 'collections.refused');
  assert.deepEqual(
    refused.map(({ on, data }) => [on, data['round'], data['retry_on']]),
    [
      ['2027-03-27', 0, '2027-03-28'],
      ['2027-03-28', 1, '2027-03-30'],
      ['2027-03-30', 2, '2027-04-02'],
      ['2027-04-02', 3, null],
    ],
  );
  await verifyShop(shop);
});

test('a hard decline is never tried again, and takes the method out of use', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['stolen_card']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  await shop.live('2027-03-12');
  assert.deepEqual(await attemptsOf(shop, customer.customerId), ['2027-03-01 declined stolen_card']);
  const methods = await shop.db.selectFrom('payment_methods').select(['state', 'failure']).execute();
  assert.deepEqual(methods, [{ state: 'failed', failure: 'stolen_card' }]);
  await verifyShop(shop);
});

test('the backup stands in once per round, and a third method is never touched', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['insufficient_funds', 'generic_decline']);
  await addMethod(shop, { customerId: customer.customerId, card: 'success', rank: null });
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  await shop.live('2027-03-02');
  const round = (on: string) => [`${on} declined insufficient_funds`, `${on} declined generic_decline`];
  assert.deepEqual(await attemptsOf(shop, customer.customerId), [...round('2027-03-01'), ...round('2027-03-02')]);
  const refused = await eventsOf(shop, customer.customerId, 'collections.refused');
  assert.equal(refused.length, 2, 'one letter a round, not one a card');
  await verifyShop(shop);
});

test('a backup that pays ends the matter', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['stolen_card', 'success']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['declined stolen_card', 'succeeded']);
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  assert.deepEqual(await eventsOf(shop, customer.customerId, 'collections.refused'), []);
});

test('a bank that wants the payer is not asked in a loop, and its charge can never be paid besides', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['authentication_required']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  await shop.live('2027-03-08');
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['action_required']);
  const told = await eventsOf(shop, customer.customerId, 'collections.action_required', 'collections.refused');
  assert.deepEqual(
    told.map(({ type, on }) => [type, on]),
    [['collections.action_required', '2027-03-01']],
  );
  const { rows } = await sql<{ state: string; code: string }>`
    select state, decline_code as code from sandbox.charges`.execute(shop.db);
  assert.deepEqual(rows, [{ state: 'declined', code: 'cancelled' }]);
});

test('a method registered while in debt is collected from at once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['insufficient_funds']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  await shop.live('2027-03-05');
  const { customerId } = customer;
  const started = await startMethod(shop.desk, shop.act(), {
    customerId,
    kind: 'card',
    returnUrl: () => 'http://portal.test/',
  });
  assert.equal(await completeMethod(shop.desk, shop.act(), { customerId, ...started }), 'pending');
  const path = started.url.replace('http://pages.test', '');
  await shop.pages({ method: 'POST', path, language: 'it', form: { card: 'success', expiry: '12/30' } });
  assert.equal(await completeMethod(shop.desk, shop.act(), { customerId, ...started }), 'valid');
  assert.equal(await completeMethod(shop.desk, shop.act(), { customerId, ...started }), 'valid');
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 0n);
  assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
  assert.equal((await eventsOf(shop, customerId, 'methods.registered')).length, 1);
  await verifyShop(shop);
});

test('a collection that is not due is not planned', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['insufficient_funds']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  assert.deepEqual(await collections.plan(shop.db, shop.moment()), []);
  assert.equal(await runProcess(shop.engine, collections, { clock: shop.moment, on: shop.moment().on }), 0);
  assert.deepEqual(await collections.plan(shop.db, { ...shop.moment(), on: day('2027-03-02') }), [customer.customerId]);
});
