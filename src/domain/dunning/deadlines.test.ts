import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { concludeReversal } from '#domain/orders/conclude.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  eventsOf,
  openShop,
  type Shop,
  type ShopCustomer,
  verifyShop,
} from '#spec/shop.ts';

const firstMonth = '2027-03-01';

async function statesOf(shop: Shop, { customerId }: ShopCustomer): Promise<string[]> {
  const rows = await shop.db
    .selectFrom('mailboxes')
    .select(['state', 'suspended_for', 'expires_on'])
    .where('customer_id', '=', customerId)
    .orderBy('mailbox_id')
    .execute();
  return rows.map((row) => [row.state, row.suspended_for, row.expires_on].filter(Boolean).join(' '));
}

async function debtsOf(shop: Shop): Promise<string[]> {
  const rows = await shop.db.selectFrom('debts').select(['due', 'deadline_at']).orderBy('invoice_id').execute();
  return rows.map((row) => `${row.due} due at ${row.deadline_at}`);
}

let transfers = 0;

async function transfer(shop: Shop, { customerId }: ShopCustomer, amount: bigint): Promise<void> {
  const line = { customerId, orderId: null, amount, reference: `TRN ${++transfers}`, reason: 'bank statement' };
  await shop.within((tx) => recordTransfer(tx, shop.act('operator:1'), line));
  await shop.work();
}

test('reminders go out three days and one day before the deadline, and the deadline suspends at its instant', async (t) => {
  const shop = await openShop(t);
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, firstMonth);
  await shop.work();
  await shop.live('2027-03-08');
  const reminded = await eventsOf(shop, debtor.customerId, 'debts.reminded');
  assert.deepEqual(
    reminded.map(({ on, data }) => [on, data['step']]),
    [
      ['2027-03-06', 3],
      ['2027-03-08', 1],
    ],
  );
  const { deadline_at } = await shop.db.selectFrom('debts').select('deadline_at').executeTakeFirstOrThrow();
  assert.equal(deadline_at.toString(), '2027-03-08T23:00:00Z', 'the end of the seventh local day');
  shop.setTime(deadline_at.subtract({ seconds: 1 }));
  await shop.work();
  assert.deepEqual(await statesOf(shop, debtor), ['active 2027-04-01']);
  shop.setTime(deadline_at);
  await shop.work();
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01']);
  await shop.work();
  assert.equal((await eventsOf(shop, debtor.customerId, 'mailboxes.suspended')).length, 1);
  await verifyShop(shop);
});

test('only the mailboxes on the unpaid invoice are suspended, and payment lifts exactly them', async (t) => {
  const shop = await openShop(t);
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, firstMonth);
  await addMailbox(shop, debtor, '2027-03-20');
  await shop.work();
  await shop.live('2027-03-09');
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01', 'active 2027-03-20']);
  await transfer(shop, debtor, 1219n);
  assert.deepEqual(
    await statesOf(shop, debtor),
    ['suspended debt 2027-04-01', 'active 2027-03-20'],
    'a cent is missing',
  );
  await transfer(shop, debtor, 1n);
  assert.deepEqual(await statesOf(shop, debtor), ['active 2027-04-01', 'active 2027-03-20']);
  await verifyShop(shop);
});

test('as the policy says, a debt may suspend all mailboxes of its customer', async (t) => {
  const shop = await openShop(t);
  await shop.within((tx) =>
    changePolicy(tx, shop.act('operator:1'), { patch: { suspension_scope: 'customer' }, reason: 'strict' }),
  );
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, firstMonth);
  await addMailbox(shop, debtor, '2027-03-20');
  await shop.work();
  await shop.live('2027-03-09');
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01', 'suspended debt 2027-03-20']);
  await transfer(shop, debtor, 1220n);
  assert.deepEqual(await statesOf(shop, debtor), ['active 2027-04-01', 'active 2027-03-20']);
});

test('paid late, the next term starts at the old expiry', async (t) => {
  const shop = await openShop(t, '2027-01-31');
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, '2027-01-31');
  await shop.work();
  await shop.live('2027-03-05');
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-02-28'], 'not renewed while suspended for debt');
  await transfer(shop, debtor, 1220n);
  const terms = await shop.db.selectFrom('terms').select(['starts_on', 'ends_on']).orderBy('starts_on').execute();
  assert.deepEqual(
    terms.map((term) => `${term.starts_on} ${term.ends_on}`),
    ['2026-12-31 2027-01-31', '2027-01-31 2027-02-28', '2027-02-28 2027-03-31'],
  );
  await verifyShop(shop);
});

test('a mailbox on two overdue invoices comes back when both are paid', async (t) => {
  const shop = await openShop(t, '2027-02-01');
  const debtor = await addCustomer(shop, ['success']);
  await addMailbox(shop, debtor, '2027-02-01');
  await shop.work();
  await shop.db.updateTable('payment_methods').set({ state: 'failed' }).execute();
  await shop.live('2027-03-09');
  const { customerId } = debtor;
  const payment = await shop.db.selectFrom('payments').select('payment_id').executeTakeFirstOrThrow();
  const dispute = { customerId, paymentId: payment.payment_id, taken: 1220n, reference: 'dispute 1' };
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), dispute));
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), dispute));
  await shop.live('2027-03-17');
  assert.equal(await balanceOf(shop, customerId), -2440n, 'the dispute, heard twice, counts once');
  await transfer(shop, debtor, 1220n);
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01']);
  await transfer(shop, debtor, 1220n);
  assert.deepEqual(await statesOf(shop, debtor), ['active 2027-04-01']);
});

test('part of an overdue debt, paid and taken back, changes neither its deadline nor what it suspends', async (t) => {
  const shop = await openShop(t);
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, firstMonth);
  await shop.work();
  await transfer(shop, debtor, 1000n);
  await shop.live('2027-03-10');
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01']);
  const { customerId } = debtor;
  const payment = await shop.db.selectFrom('payments').select('payment_id').executeTakeFirstOrThrow();
  const dispute = { customerId, paymentId: payment.payment_id, taken: 1000n, reference: 'dispute 1' };
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), dispute));
  await shop.work();
  assert.deepEqual(await debtsOf(shop), ['1220 due at 2027-03-08T23:00:00Z']);
  await verifyShop(shop);
  await transfer(shop, debtor, 1220n);
  assert.deepEqual(await statesOf(shop, debtor), ['active 2027-04-01']);
  await verifyShop(shop);
});

test('nothing is suspended while the outcome of a charge is unknown', async (t) => {
  const shop = await openShop(t);
  const payer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, payer, firstMonth);
  await shop.work();
  shop.wire.fault = () => 'timeout_before';
  await shop.live('2027-03-12');
  assert.deepEqual(await statesOf(shop, payer), ['active 2027-04-01']);
  shop.wire.fault = () => undefined;
  await shop.live('2027-03-13');
  assert.deepEqual(await statesOf(shop, payer), ['active 2027-04-01'], 'it had been paid all along');
  assert.deepEqual(await eventsOf(shop, payer.customerId, 'mailboxes.suspended'), []);
  await verifyShop(shop);
});

test('after an outage over the deadline one suspension and no reminder is made', async (t) => {
  const shop = await openShop(t);
  const debtor = await addCustomer(shop);
  await addMailbox(shop, debtor, firstMonth);
  await shop.work();
  shop.setTime('2027-03-20');
  await shop.work();
  assert.deepEqual(await statesOf(shop, debtor), ['suspended debt 2027-04-01']);
  assert.deepEqual(await eventsOf(shop, debtor.customerId, 'debts.reminded'), []);
});

test('a dispute that is won pays what it had made owed again, once', async (t) => {
  const shop = await openShop(t, '2027-02-01');
  const debtor = await addCustomer(shop, ['success']);
  await addMailbox(shop, debtor, '2027-02-01');
  await shop.work();
  await shop.db.updateTable('payment_methods').set({ state: 'failed' }).execute();
  const { customerId } = debtor;
  const payment = await shop.db.selectFrom('payments').select('payment_id').executeTakeFirstOrThrow();
  const dispute = { customerId, paymentId: payment.payment_id, taken: 1220n, reference: 'dispute 1' };
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), dispute));
  assert.equal(await balanceOf(shop, customerId), -1220n);
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), { ...dispute, taken: 0n }));
  await shop.within((tx) => concludeReversal(tx, shop.act('system'), { ...dispute, taken: 0n }));
  assert.equal(await balanceOf(shop, customerId), 0n, 'heard twice, it comes back once');
  await shop.work();
  await verifyShop(shop);
});
