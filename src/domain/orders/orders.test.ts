import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { getLinkedOrder, orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { previewOrder } from '#domain/orders/preview.ts';
import { syncSettlementOrders } from '#domain/orders/sync-settlement.ts';
import type { Order } from '#domain/orders/types.ts';
import type { Refusal } from '#kit/errors.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  day,
  hintAll,
  linkSecret,
  openShop,
  payOnPage,
  verifyShop,
} from '#spec/shop.ts';
import { acting, offer, placeMailbox, placeTopUp, stateOf, transfer } from '#spec/shop-orders.ts';

test('a top-up is at least 10.00, at most a hundred million, and says so', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const refused = async (amount: bigint, code: string, rule: string) =>
    assert.rejects(placeTopUp(shop, customer, amount), (refusal: Refusal) => {
      assert.deepEqual(refusal.fields, [{ name: 'amount', rule }]);
      return refusal.code === code;
    });
  await refused(999n, 'amount_too_low', 'R7: at least 10.00 EUR');
  await refused(10_000_000_001n, 'amount_too_high', 'R7: at most 100000000.00 EUR');
  assert.equal((await placeTopUp(shop, customer, 1000n)).gross, 1000n);
});

test('a link opens its one order, and nothing once that is closed', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const [order, other] = [await placeTopUp(shop, customer, 2000n), await placeTopUp(shop, customer, 3000n)];
  const link = orderLink(linkSecret, order);
  const open = (text: string) => getLinkedOrder(shop.db, text, shop.moment().at);
  assert.equal((await open(link)).orderId, order.orderId);
  const token = link.split('-').slice(2).join('-');
  const stored = await sql<{ text: string }>`select o::text as text from orders o`.execute(shop.db);
  assert.ok(!stored.rows.some(({ text }) => text.includes(token)), 'only its hash is stored');
  const forged = [
    `${customer.customerId}-${other.orderId}-${token}`,
    `${customer.customerId}-${order.orderId}-${'A'.repeat(43)}`,
    `${customer.customerId + 1n}-${order.orderId}-${token}`,
    link.slice(0, -1),
    '',
    '1-1-1',
  ];
  for (const text of forged) await assert.rejects(open(text), { code: 'link_dead', fields: [] }, text);
  await transfer(shop, customer, 2000n, order);
  await assert.rejects(open(link), { code: 'link_dead', fields: [{ name: 'state', rule: 'paid' }] });
  for (const text of forged) await assert.rejects(open(text), { code: 'link_dead', fields: [] }, text);
  shop.setTime('2027-03-16');
  await assert.rejects(
    open(orderLink(linkSecret, other)),
    { code: 'link_dead', fields: [{ name: 'state', rule: 'expired' }] },
    'expired, though nobody has worked yet',
  );
});

test('mailboxes start when their order is paid, in the mode that was ordered, with one invoice', async (t) => {
  const shop = await openShop(t, '2027-01-31');
  const customer = await addCustomer(shop);
  const order = await placeMailbox(shop, customer, 'a@example.com', 'monthly');
  assert.deepEqual([order.net, order.vat, order.gross], [1000n, 220n, 1220n]);
  assert.deepEqual(await shop.db.selectFrom('mailboxes').select('mailbox_id').execute(), []);
  await shop.live('2027-02-02');
  await transfer(shop, customer, 1220n, order);
  const mailbox = await shop.db.selectFrom('mailboxes').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(
    [mailbox.mode, String(mailbox.anchor_on), String(mailbox.expires_on)],
    ['monthly', '2027-02-02', '2027-03-02'],
  );
  const invoice = await shop.db.selectFrom('invoices').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([invoice.order_id, invoice.gross], [order.orderId, 1220n]);
  assert.equal(await balanceOf(shop, customer.customerId), 0n);
  await verifyShop(shop);
});

test('what can no longer be sold when the money comes is not started: the money is free credit', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const [first, second] = [
    await placeMailbox(shop, customer, 'a@example.com'),
    await placeMailbox(shop, customer, 'A@example.com'),
  ];
  await transfer(shop, customer, 1220n, first);
  await transfer(shop, customer, 1220n, second);
  assert.deepEqual([await stateOf(shop, first), await stateOf(shop, second)], ['paid', 'withdrawn']);
  assert.equal(await balanceOf(shop, customer.customerId), 1220n);
  await verifyShop(shop);
});

test('the preview tells net, VAT, gross, the first term and the next renewal at the price then in force', async (t) => {
  const shop = await openShop(t, '2027-01-31');
  const customer = await addCustomer(shop);
  const price = { product: 'exchange', plan: 'basic', currency: 'EUR', monthly: 1100n, yearly: 11000n };
  const rows = [{ ...price, validFrom: day('2027-02-28') }];
  await shop.within((tx) =>
    changePrices(tx, shop.act('operator:1'), { rows, reason: 'more expensive', noticeDays: 0 }),
  );
  const { customerId, platformId } = customer;
  const line = { platformId, plan: 'basic', address: 'a@example.com' };
  const lines = [
    { ...line, mode: 'monthly' as const },
    { ...line, address: 'b@example.com', mode: 'yearly' as const },
  ];
  const preview = await acting(shop, customer, (tx) => previewOrder(tx, shop.act(), { customerId, lines }));
  assert.deepEqual([preview.net, preview.vat, preview.gross], [11000n, 2420n, 13420n]);
  assert.deepEqual(
    preview.lines.map(({ net, startsOn, endsOn, renewal }) => [
      net,
      `${startsOn} ${endsOn}`,
      String(renewal.on),
      renewal.net,
    ]),
    [
      [1000n, '2027-01-31 2027-02-28', '2027-02-28', 1100n],
      [10000n, '2027-01-31 2028-01-31', '2028-01-31', 11000n],
    ],
  );
  assert.deepEqual(await shop.db.selectFrom('orders').select('number').execute(), []);
});

test('a mailbox can be bought back within its retention, from the day it is paid', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const mailboxId = await addMailbox(shop, customer, '2027-03-05', 'none');
  const { customerId } = customer;
  const place = () =>
    acting(shop, customer, (tx) =>
      placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'mailboxes', lines: [{ mailboxId, mode: 'yearly' }] }),
    );
  await assert.rejects(place(), { code: 'bad_order' }, 'it is still on');
  await shop.live('2027-03-10');
  const order = await place();
  await shop.live('2027-03-12');
  await transfer(shop, customer, 12200n, order);
  const mailbox = await shop.db.selectFrom('mailboxes').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([mailbox.state, mailbox.mode, String(mailbox.expires_on)], ['active', 'yearly', '2028-03-12']);
  await verifyShop(shop);
});

test('every line that cannot be sold is named, and nothing is placed', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const stranger = await addCustomer(shop);
  const { customerId, platformId } = customer;
  const line = { platformId, plan: 'basic', address: 'ok@example.com', mode: 'monthly' as const };
  const lines = [
    line,
    { ...line, address: 'nobody' },
    line,
    { ...line, plan: 'gold', address: 'b@example.com' },
    { ...line, platformId: stranger.platformId, address: 'c@example.com' },
    { mailboxId: 7n, mode: 'monthly' as const },
  ];
  const place = acting(shop, customer, (tx) =>
    placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'mailboxes', lines }),
  );
  await assert.rejects(place, (refusal: Refusal) => {
    assert.deepEqual(
      refusal.fields.map((field) => field.name),
      ['lines[1].address', 'lines[2].address', 'lines[3].plan', 'lines[4].platform_id', 'lines[5].mailbox_id'],
    );
    return refusal.code === 'bad_order';
  });
  assert.deepEqual(await shop.db.selectFrom('orders').select('number').execute(), []);
});

test('an address that has a mailbox is not sold again, however its domain is spelled', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await transfer(shop, customer, 1220n, await placeMailbox(shop, customer, 'Eva@Bücher.example'));
  const mailboxId = await addMailbox(shop, customer, '2027-04-01');
  await shop.db
    .updateTable('mailboxes')
    .set({ address: 'Ida@Bücher.example' })
    .where('mailbox_id', '=', mailboxId)
    .execute();
  await shop.db.insertInto('taken_addresses').values({ address: 'ida@bücher.example' }).execute();
  for (const address of ['eva@bücher.example', 'EVA@xn--bcher-kva.example', 'ida@bücher.example']) {
    await assert.rejects(placeMailbox(shop, customer, address), (refusal: Refusal) => {
      assert.deepEqual(refusal.fields, [{ name: 'lines[0].address', rule: 'R10: this address has a mailbox already' }]);
      return refusal.code === 'bad_order';
    });
  }
  assert.equal(await balanceOf(shop, customerId), 0n);
});

test('a settlement order is for exactly the debt: one at a time, replaced when the debt changes', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  await addMailbox(shop, customer, '2027-03-02');
  const sync = async () => {
    const orders = await shop.within((tx) =>
      syncSettlementOrders(tx, shop.act('system'), { customerIds: [customerId], linkSecret, place: true }),
    );
    return orders.get(customerId);
  };
  assert.equal(await sync(), undefined, 'no debt, no order');
  await shop.work();
  const first = await sync();
  assert.equal(first?.gross, 1220n);
  assert.equal((await sync())?.orderId, first?.orderId, 'the same while the debt is the same');
  await shop.live('2027-03-02');
  const second = await sync();
  assert.equal(second?.gross, 2440n);
  assert.deepEqual([await stateOf(shop, first as Order), await stateOf(shop, second as Order)], ['withdrawn', 'open']);
  const page = await offer(shop, customer, second as Order);
  await payOnPage(shop, page.url);
  await hintAll(shop);
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 0n);
  assert.equal(await stateOf(shop, second as Order), 'paid');
  await verifyShop(shop);
});
