import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { concludeCharges } from '#domain/orders/conclude.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import { chargeMethods } from '#domain/payments/charge.ts';
import type { ChargeOutcome } from '#domain/payments/finish.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  chargesOf,
  eventsOf,
  hintAll,
  openShop,
  payOnPage,
  type Shop,
  takenBy,
  verifyShop,
} from '#spec/shop.ts';
import { offer, placeTopUp } from '#spec/shop-orders.ts';

const firstMonth = '2027-03-01';

/** The day up to the point where somebody outside would be asked: as if the machine died there. */
async function runDayWithout(shop: Shop, effects: Shop['engine']['effects']): Promise<void> {
  shop.engine.effects = [];
  await shop.work();
  shop.engine.effects = effects;
}

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

test('without any message an open charge is asked about after 5 minutes, an hour, and then every day', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  const asked = { at: shop.moment().at, times: 0 };
  shop.wire.fault = (operation) => {
    if (operation === 'getCharge') asked.times++;
    return 'timeout_before';
  };
  for (const [pause, just] of [
    [{ minutes: 5 }, { minutes: 4, seconds: 59 }],
    [{ hours: 1 }, { minutes: 59 }],
    [{ hours: 24 }, { hours: 23, minutes: 59 }],
    [{ hours: 24 }, { hours: 23, minutes: 59 }],
  ]) {
    const before = asked.times;
    shop.setTime(asked.at.add(just as object));
    await shop.work();
    assert.equal(asked.times, before, 'not before its time');
    asked.at = asked.at.add(pause as object);
    shop.setTime(asked.at);
    await shop.work();
    assert.equal(asked.times, before + 1);
  }
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
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
  const { rows } = await sql`select ref from sandbox.charges`.execute(shop.db);
  assert.equal(rows.length, 1, 'one key, one charge');
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await verifyShop(shop);
});

test('an outcome heard again, or another one heard late, changes nothing', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId } = customer;
  await addMailbox(shop, customer, firstMonth);
  const heard: ChargeOutcome[] = [];
  await shop.work();
  const { rows } = await sql<Charge>`select ${chargeColumns} from charges c`.execute(shop.db);
  for (const charge of rows) heard.push({ charge, outcome: { state: 'succeeded' } });
  const conclude = (outcomes: ChargeOutcome[]) =>
    shop.within((tx) => concludeCharges(tx, shop.act('system'), outcomes));
  assert.deepEqual(await conclude(heard), []);
  assert.deepEqual(
    await conclude(heard.map(({ charge }) => ({ charge, outcome: { state: 'declined', code: 'stolen_card' } }))),
    [],
  );
  assert.deepEqual(await chargesOf(shop, customerId), ['succeeded']);
  assert.equal((await eventsOf(shop, customerId, 'payments.received', 'charges.declined')).length, 1);
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

test('a charge that was sent cannot be withdrawn any more', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, customer, firstMonth);
  await shop.work();
  const { rows } = await sql<Charge>`select ${chargeColumns} from charges c`.execute(shop.db);
  const outcomes = rows.map((charge) => ({ charge, outcome: { state: 'withdrawn' as const } }));
  for (const state of ['unknown', 'submitted']) {
    await sql`update charges set state = ${state}`.execute(shop.db);
    assert.deepEqual(await shop.within((tx) => concludeCharges(tx, shop.act('system'), outcomes)), []);
    assert.deepEqual(await chargesOf(shop, customer.customerId), [state]);
  }
});

test('who pays while the provider is being asked is not forgotten until the next day', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const page = await offer(shop, customer, await placeTopUp(shop, customer, 2000n));
  const { getCharge } = shop.provider;
  shop.providers.sandbox = {
    ...shop.provider,
    getCharge: async (ref) => {
      const answer = await getCharge(ref);
      shop.providers.sandbox = shop.provider;
      await payOnPage(shop, page.url);
      await hintAll(shop);
      return answer;
    },
  };
  await hintAll(shop);
  await shop.work();
  assert.equal(await balanceOf(shop, customer.customerId), 2000n);
});

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
  for (const { customerId } of buyers) assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
  await verifyShop(shop);
});

test('what one machine has claimed the others leave alone', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, firstMonth);
  const { effects } = shop.engine;
  const [charges] = effects;
  assert(charges);
  const drives = () => Promise.all(Array.from({ length: 8 }, () => charges.drive(shop.moment)));
  // With eight connections open, all eight look before the first has claimed.
  await drives();
  await runDayWithout(shop, effects);
  const asked: string[] = [];
  shop.wire.fault = (operation) => {
    asked.push(operation);
    return undefined;
  };
  assert.deepEqual(
    (await drives()).sort((a, b) => a - b),
    [0, 0, 0, 0, 0, 0, 0, 1],
  );
  assert.deepEqual(asked, ['createCharge', 'confirmCharge']);
});

test('a page its provider has dropped is withdrawn, sets nobody aside, and another one can be had', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  const page = await offer(shop, customer, order);
  await sql`update sandbox.charges set ref = 'gone'`.execute(shop.db);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn']);
  assert.deepEqual(shop.told, []);
  assert.notEqual((await offer(shop, customer, order)).url, page.url);
});
