import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { collections } from '#domain/dunning/collect.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { chargeMethods } from '#domain/payments/charge.ts';
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
  hintAll,
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

test('an unknown outcome blocks every other charge, is asked about, and is never sent again', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after', 'success']);
  await addMailbox(shop, customer, firstMonth);
  await addMailbox(shop, customer, '2027-03-02');
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  shop.wire.fault = () => 'timeout_before';
  await shop.live('2027-03-02');
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown'], 'the debt of the 2nd has to wait');
  shop.wire.fault = () => undefined;
  await shop.live('2027-03-03');
  await hintAll(shop);
  await shop.work();
  assert.deepEqual((await chargesOf(shop, customer.customerId)).slice(0, 1), ['succeeded']);
  const { rows } = await sql<{
    count: bigint;
  }>`select count(*) as count from sandbox.charges where key like 'charge-%'`.execute(shop.db);
  const ours = (await chargesOf(shop, customer.customerId)).length;
  assert.equal(Number(rows[0]?.count), ours, 'no charge was made twice at the provider');
  assert.deepEqual((await eventsOf(shop, customer.customerId, 'charges.became_unknown'))[0]?.on, '2027-03-01');
});

test('a request that never arrived is looked for by its key before it is made', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, firstMonth);
  for (const operation of ['createCharge', 'confirmCharge'] as const) {
    shop.wire.fault = (asked) => (asked === operation ? 'timeout_after' : undefined);
    await hintAll(shop);
    await shop.work();
    assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  }
  shop.wire.fault = () => undefined;
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 1, amount: 1220n });
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await verifyShop(shop);
});

test('an answer about somebody else’s money is not believed: the customer is set aside', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  await sql`update sandbox.charges set amount = 5`.execute(shop.db);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  assert.equal(await balanceOf(shop, customer.customerId), -1220n);
  assert.equal(shop.told.length, 1);
});

test('a charge is not sent when its debt was paid another way in the meantime', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, firstMonth);
  const { effects } = shop.engine;
  await runDayWithout(shop, effects);
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['created']);
  const { customerId } = customer;
  const transfer = { customerId, orderId: null, amount: 1220n, reference: 'TRN 1', reason: 'statement of 1 March' };
  await shop.within((tx) => recordTransfer(tx, shop.act('operator:1'), transfer));
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['withdrawn']);
  assert.deepEqual(await takenBy(shop, customerId), { count: 0, amount: 0n });
  assert.equal(await balanceOf(shop, customerId), 0n);
  await verifyShop(shop);
});

/** The day up to the point where somebody outside would be asked: as if the machine died there. */
async function runDayWithout(shop: Shop, effects: Shop['engine']['effects']): Promise<void> {
  shop.engine.effects = [];
  await shop.work();
  shop.engine.effects = effects;
}

test('a customer never has two open charges, whoever asks for the second', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  const [methodId = 0n] = customer.methodIds;
  const { customerId } = customer;
  const draft = {
    customerId,
    methodId,
    provider: 'sandbox' as const,
    amount: 100n,
    currency: 'EUR',
    orderId: null,
    collection: null,
  };
  const charge = () => shop.within((tx) => chargeMethods(tx, shop.act(), [draft]));
  await charge();
  await assert.rejects(charge, /one_open_charge/);
});

test('two machines that collect at once charge once', async (t) => {
  const shop = await openShop(t);
  const buyers = [];
  for (let i = 0; i < 5; i++) {
    const customer = await addCustomer(shop, ['success']);
    await addMailbox(shop, customer, firstMonth);
    buyers.push(customer);
  }
  await Promise.all([shop.work(), shop.work(), shop.work()]);
  await shop.work();
  for (const { customerId } of buyers) assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
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
