import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { lockAccount } from '#domain/ledger/lock.ts';
import { chargeOrder } from '#domain/orders/charge.ts';
import { payFromAccount, spendPayments } from '#domain/orders/pay.ts';
import { syncSettlementOrders } from '#domain/orders/sync-settlement.ts';
import type { Order } from '#domain/orders/types.ts';
import { withdrawOrder } from '#domain/orders/withdraw.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import type { Refusal } from '#kit/errors.ts';
import {
  addCustomer,
  addMailbox,
  addMethod,
  balanceOf,
  chargesOf,
  eventsOf,
  hintAll,
  linkSecret,
  openShop,
  payOnPage,
  takenBy,
  verifyShop,
} from '#spec/shop.ts';
import { acting, offer, placeMailbox, placeTopUp, stateOf, transfer } from '#spec/shop-orders.ts';

test('a top-up grants nothing until it is paid, and then exactly once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeTopUp(shop, customer, 5000n);
  const page = await offer(shop, customer, order);
  await shop.work();
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await payOnPage(shop, page.url);
  assert.equal(
    await balanceOf(shop, customer.customerId),
    0n,
    'the page is a hint, the provider’s answer is the truth',
  );
  for (let i = 0; i < 3; i++) {
    await hintAll(shop);
    await shop.work();
  }
  assert.equal(await balanceOf(shop, customer.customerId), 5000n);
  assert.equal(await stateOf(shop, order), 'paid');
  assert.equal((await eventsOf(shop, customer.customerId, 'payments.received')).length, 1);
  await verifyShop(shop);
});

test('an order paid twice is paid once, and the surplus is free credit', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeMailbox(shop, customer, 'a@example.com');
  const page = await offer(shop, customer, order);
  await payOnPage(shop, page.url);
  await transfer(shop, customer, 1220n, order);
  await hintAll(shop);
  await shop.work();
  assert.equal(await balanceOf(shop, customer.customerId), 1220n);
  const counted = await sql<{ invoices: bigint; mailboxes: bigint }>`
    select (select count(*) from invoices) as invoices, (select count(*) from mailboxes) as mailboxes`.execute(shop.db);
  assert.deepEqual(counted.rows, [{ invoices: 1n, mailboxes: 1n }]);
  await verifyShop(shop);
});

test('two payments of one order that arrive together pay it once', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  const { orderId } = await placeMailbox(shop, customer, 'a@example.com');
  const draft = {
    customerId,
    orderId,
    provider: 'bank' as const,
    chargeId: null,
    amount: 1220n,
    currency: 'EUR',
    note: '',
  };
  await shop.within(async (tx) => {
    await lockAccount(tx, customerId);
    const drafts = [
      { ...draft, providerRef: 'CRO 1' },
      { ...draft, providerRef: 'CRO 2' },
    ];
    await spendPayments(tx, shop.act(), await receivePayments(tx, shop.act(), drafts));
  });
  assert.equal(await balanceOf(shop, customerId), 1220n);
  await verifyShop(shop);
});

test('a transfer of too much pays the order, and the rest is free credit; too little pays nothing but stays the customer’s', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeMailbox(shop, customer, 'a@example.com');
  await transfer(shop, customer, 1219n, order);
  assert.equal(await stateOf(shop, order), 'open');
  assert.equal(await balanceOf(shop, customer.customerId), 1219n);
  await transfer(shop, customer, 1500n, order);
  assert.equal(await stateOf(shop, order), 'paid');
  assert.equal(await balanceOf(shop, customer.customerId), 1499n);
  await verifyShop(shop);
});

test('the same line of the bank recorded twice counts once; with other money it is refused', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  assert.deepEqual(await transfer(shop, customer, 700n, null, 'CRO 7'), { recorded: true });
  assert.deepEqual(await transfer(shop, customer, 700n, null, 'CRO 7'), { recorded: false });
  await assert.rejects(transfer(shop, customer, 701n, null, 'CRO 7'), { code: 'reference_used' });
  assert.equal(await balanceOf(shop, customer.customerId), 700n);
});

test('an expired order cannot be paid; money that still comes is free credit', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeMailbox(shop, customer, 'a@example.com');
  const page = await offer(shop, customer, order);
  await shop.live('2027-03-15');
  assert.equal(await stateOf(shop, order), 'open', 'the fifteenth day is not over');
  shop.setTime('2027-03-16');
  await assert.rejects(offer(shop, customer, order), { code: 'order_closed' }, 'also before anybody has worked');
  await payOnPage(shop, page.url);
  await shop.work();
  assert.equal(await stateOf(shop, order), 'expired');
  assert.equal(
    await balanceOf(shop, customer.customerId),
    1220n,
    'who was quicker than the cancellation keeps the money',
  );
  await transfer(shop, customer, 1220n, order);
  assert.equal(await balanceOf(shop, customer.customerId), 2440n);
  await assert.rejects(
    acting(shop, customer, (tx) => payFromAccount(tx, shop.act(), order)),
    { code: 'order_closed' },
  );
  await verifyShop(shop);
});

test('the page of an order that is closed cannot be paid any more', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const order = await placeTopUp(shop, customer, 2000n);
  const page = await offer(shop, customer, order);
  await acting(shop, customer, (tx) => withdrawOrder(tx, shop.act(), { ...order, reason: 'not wanted' }));
  await shop.work();
  await payOnPage(shop, page.url);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['withdrawn']);
  assert.deepEqual(await takenBy(shop, customer.customerId), { count: 0, amount: 0n });
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
});

test('money for new mailboxes pays them, not an older debt', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  await addMailbox(shop, customer, '2027-03-01', 'yearly');
  await shop.work();
  const order = await placeMailbox(shop, customer, 'new@example.com');
  await transfer(shop, customer, 1220n, order);
  const debts = await shop.db.selectFrom('debts').select(['due', 'state']).execute();
  assert.deepEqual(debts, [{ due: 12200n, state: 'open' }]);
  const topUp = await placeTopUp(shop, customer, 5000n);
  await transfer(shop, customer, 5000n, topUp);
  assert.deepEqual(await shop.db.selectFrom('debts').select(['due', 'state']).execute(), [
    { due: 7200n, state: 'open' },
  ]);
  assert.equal(await balanceOf(shop, customer.customerId), -7200n, 'a top-up pays the debt first');
  await verifyShop(shop);
});

test('the prepaid account pays mailboxes when it covers them, and never a top-up', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const [order, topUp] = [await placeMailbox(shop, customer, 'a@example.com'), await placeTopUp(shop, customer, 1000n)];
  const pay = (one: Order) => acting(shop, customer, (tx) => payFromAccount(tx, shop.act(), one));
  await transfer(shop, customer, 1219n, null);
  await assert.rejects(pay(order), { code: 'credit_too_low' });
  await assert.rejects(pay(topUp), { code: 'not_from_account' });
  await transfer(shop, customer, 1n, null);
  await pay(order);
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await assert.rejects(pay(order), { code: 'order_closed' });
  await verifyShop(shop);
});

/** A customer in debt with a page open to pay it, just before the debt is charged to a new method. */
async function openDebtPage(owner: Parameters<typeof openShop>[0]) {
  const shop = await openShop(owner);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  const orders = await shop.within((tx) =>
    syncSettlementOrders(tx, shop.act('system'), { customerIds: [customerId], linkSecret, place: true }),
  );
  const page = await offer(shop, customer, orders.get(customerId) as Order);
  await addMethod(shop, { customerId, card: 'success', rank: 0 });
  await sql`update collections set due_on = ${shop.moment().on}, started_on = ${shop.moment().on}`.execute(shop.db);
  return { shop, customerId, page };
}

test('a debt is never collected while a page for it can still be paid', async (t) => {
  const { shop, customerId, page } = await openDebtPage(t);
  await payOnPage(shop, page.url);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['succeeded'], 'nobody had told us of the payment yet');
  assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
  assert.equal(await balanceOf(shop, customerId), 0n);
  await verifyShop(shop);
});

test('a page for a debt is gone once the debt is charged to a method', async (t) => {
  const { shop, customerId, page } = await openDebtPage(t);
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['withdrawn', 'succeeded']);
  await payOnPage(shop, page.url);
  await hintAll(shop);
  await shop.work();
  assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
  await verifyShop(shop);
});

test('an order has one page however often its payer comes back, and none while a charge is open', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after']);
  const order = await placeTopUp(shop, customer, 2000n);
  const pages = await Promise.all([
    offer(shop, customer, order),
    offer(shop, customer, order),
    offer(shop, customer, order),
  ]);
  assert.equal(new Set(pages.map((page) => page.url)).size, 1);
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['offered']);
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  const later = await placeTopUp(shop, customer, 3000n);
  await assert.rejects(offer(shop, customer, later), { code: 'charge_under_way' });
});

test('a hundred parallel payments and withdrawals of one customer never spend the same credit twice', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId, methodIds } = customer;
  const topUp = await placeTopUp(shop, customer, 10_000n);
  await acting(shop, customer, (tx) => chargeOrder(tx, shop.act(), { ...topUp, methodId: methodIds[0] as bigint }));
  await shop.work();
  const orders: Order[] = [];
  for (let i = 0; i < 10; i++) orders.push(await placeMailbox(shop, customer, `m${i}@example.com`));
  const attempts = Array.from({ length: 100 }, (_, i) => {
    const order = orders[i % orders.length] as Order;
    if (i % 4 === 0) {
      return acting(shop, customer, (tx) =>
        withdrawCredit(tx, shop.act(), { customerId, amount: 900n, reason: 'back' }),
      );
    }
    return acting(shop, customer, (tx) => payFromAccount(tx, shop.act(), order));
  });
  const results = await Promise.allSettled(attempts);
  const codes = results.flatMap((each) => (each.status === 'rejected' ? [(each.reason as Refusal).code] : []));
  const expected = new Set(['credit_too_low', 'order_closed']);
  assert.deepEqual(
    codes.filter((code) => !expected.has(code)),
    [],
  );
  const balance = await balanceOf(shop, customerId);
  assert.ok(balance >= 0n && balance < 900n, `${balance} is left`);
  await shop.work();
  await verifyShop(shop);
});
