import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { creditInvoice } from '#domain/invoices/credit.ts';
import { changeThreshold } from '#domain/ledger/change-threshold.ts';
import { chargeOrder } from '#domain/orders/charge.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import { payFromAccount } from '#domain/orders/pay.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { removeMethod } from '#domain/payments/remove-method.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { revokeTermination, terminatePlatform } from '#domain/platforms/terminate.ts';
import { announcePrices } from '#domain/renewals/announce-prices.ts';
import { addPerson, lettersOf, openPostalShop, type PostalShop } from '#spec/post.ts';
import { addCustomer, addMailbox, day, hintAll, linkSecret, payOnPage } from '#spec/shop.ts';

/** Those written since the last look, as `kind: subject`. */
async function newsOf(shop: PostalShop, customerId: bigint, seen: Set<string>): Promise<string[]> {
  await shop.work();
  assert.deepEqual(shop.told, []);
  const fresh = (await lettersOf(shop, customerId)).filter((letter) => !seen.has(letter.messageId));
  for (const letter of fresh) seen.add(letter.messageId);
  return fresh.map((letter) => `${letter.kind}: ${letter.subject}`);
}

test('orders: placed, paid by card on the page, by transfer with too much, twice, and from the account', async (t) => {
  const shop = await openPostalShop(t);
  const { customerId, platformId } = await addCustomer(shop, ['success']);
  const seen = new Set<string>();
  const news = () => newsOf(shop, customerId, seen);
  const topUp = (amount: bigint) =>
    shop.within((tx) => placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'top_up', amount }));
  const transfer = (orderId: bigint | null, amount: bigint, reference: string) =>
    shop.within((tx) =>
      recordTransfer(tx, shop.act(), { customerId, orderId, amount, reference, reason: 'statement' }),
    );

  const first = await topUp(2000n);
  const placed = await news();
  assert.equal(placed.length, 1);
  assert.match(placed[0] ?? '', /^order_placed: .*20,00/);
  const offer = { customerId, orderId: first.orderId, kind: 'card', returnUrl: 'http://pages.test/back' } as const;
  await payOnPage(shop, (await offerPayment(shop.desk, shop.act(), offer)).url);
  await hintAll(shop);
  assert.deepEqual((await news()).map(kindOf), ['order_paid']);
  const paid = (await lettersOf(shop, customerId)).at(-1)?.body ?? '';
  assert.match(paid, /carta/);
  assert.doesNotMatch(paid, /termina con/, 'we do not know which card was typed on the page');

  const second = await topUp(1000n);
  await transfer(second.orderId, 1500n, 'bank-1');
  assert.deepEqual((await news()).map(kindOf), ['order_paid'], 'what is paid already is not asked for any more');
  assert.match((await lettersOf(shop, customerId)).at(-1)?.body ?? '', /5,00/, 'the surplus is told (R11)');
  shop.setTime(shop.moment().at.add({ minutes: 5 }));
  await transfer(second.orderId, 1000n, 'bank-2');
  assert.deepEqual((await news()).map(kindOf), ['order_paid']);
  assert.match((await lettersOf(shop, customerId)).at(-1)?.body ?? '', /10,00/);

  const lines = [{ platformId, plan: 'basic', address: 'new@example.com', mode: 'monthly' as const }];
  const bought = await shop.within((tx) =>
    placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'mailboxes', lines }),
  );
  await shop.within((tx) => payFromAccount(tx, shop.act(), { customerId, orderId: bought.orderId }));
  assert.deepEqual((await news()).map(kindOf).sort(), ['invoice', 'order_paid']);

  const third = await topUp(1000n);
  const methodId = (await sql<{ id: bigint }>`select method_id as id from payment_methods`.execute(shop.db)).rows[0]
    ?.id;
  await shop.within((tx) =>
    chargeOrder(tx, shop.act(), { customerId, orderId: third.orderId, methodId: methodId as bigint }),
  );
  assert.deepEqual((await news()).map(kindOf), ['order_placed', 'order_paid']);
  await shop.within((tx) => withdrawCredit(tx, shop.act(), { customerId, amount: 1000n, reason: 'asked for' }));
  assert.deepEqual((await news()).map(kindOf), ['refund']);
});

test('platforms and mailboxes: modes, termination and its undo, notices, the end and the deletion', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId, platformId, code } = customer;
  const seen = new Set<string>();
  const news = async () => (await newsOf(shop, customerId, seen)).map(kindOf);
  const userId = await addPerson(shop, { customerId, email: 'anna@example.com', role: 'technical', language: 'it' });
  const going = await addMailbox(shop, customer, '2027-03-20');
  await addMailbox(shop, customer, '2027-04-20');
  const wanted = { customerId, mailboxIds: [going], dryRun: false };
  await news();
  await shop.within((tx) => changeModes(tx, shop.act(`user:${userId}`), { ...wanted, wanted: 'none' }));
  assert.deepEqual(await news(), ['mode_changed', 'mode_changed'], 'to the customer and the technician');
  const changed = (await lettersOf(shop, customerId)).findLast((letter) => letter.kind === 'mode_changed');
  assert.match(changed?.body ?? '', /anna@example\.com ha modificato/);

  const termination = { customerId, platformId, name: `hosted-${code}`, reason: '', dryRun: false };
  await shop.within((tx) => terminatePlatform(tx, shop.act(), termination));
  assert.deepEqual(new Set(await news()), new Set(['termination_recorded']));
  await shop.within((tx) => revokeTermination(tx, shop.act(), { customerId, platformId }));
  assert.deepEqual(new Set(await news()), new Set(['termination_revoked']));

  await shop.live('2027-03-20');
  assert.deepEqual(new Set(await news()), new Set(['ended']));
  await shop.live('2027-04-12');
  assert.deepEqual(new Set(await news()), new Set(['renewal_notice', 'deletion_warning']));
  const notice = (await lettersOf(shop, customerId)).find((letter) => letter.kind === 'renewal_notice');
  assert.deepEqual([notice?.on, notice?.recipient], ['2027-04-05', `${code.toLowerCase()}@example.com`]);
  assert.match(notice?.body ?? '', /12,20/, 'with VAT');
  await shop.live('2027-04-19');
  const last = await newsOf(shop, customerId, seen);
  assert.deepEqual(new Set(last.map(kindOf)), new Set(['deletion_warning', 'ended']));
});

test('methods, thresholds, credit notes and prices', async (t) => {
  const shop = await openPostalShop(t, '2027-02-20');
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  const seen = new Set<string>();
  const news = async () => (await newsOf(shop, customerId, seen)).map(kindOf);
  await addMailbox(shop, customer, '2027-03-01', 'yearly');
  await news();
  const registering = { customerId, kind: 'card', returnUrl: () => 'http://pages.test/back' } as const;
  const { methodId, url } = await startMethod(shop.desk, shop.act(), registering);
  await payOnPage(shop, url);
  await completeMethod(shop.desk, shop.act(), { customerId, methodId });
  assert.deepEqual(await news(), ['method_added']);
  await sql`update payment_methods set expires_on = '2027-03-22'`.execute(shop.db);
  assert.deepEqual(await news(), ['method_expiring']);
  await removeMethod(shop.desk, shop.act(), { customerId, methodId, confirmed: true, renewing: [] });
  assert.deepEqual(await news(), ['method_removed']);

  await shop.within((tx) => changeThreshold(tx, shop.act(), { customerId, threshold: 5000n }));
  const transfer = { customerId, orderId: null, amount: 20000n, reference: 'bank-1', reason: 'statement' };
  await shop.within((tx) => recordTransfer(tx, shop.act(), transfer));
  assert.deepEqual(await news(), []);
  const row = {
    product: 'exchange',
    plan: 'basic',
    currency: 'EUR',
    monthly: 1000n,
    yearly: 11000n,
    validFrom: day('2027-04-01'),
  };
  await shop.within(async (tx) => {
    const changes = await changePrices(tx, shop.act(), { rows: [row], reason: 'costs', noticeDays: 30 });
    await announcePrices(tx, shop.act(), changes);
  });
  assert.deepEqual(await news(), ['price_announced']);
  await shop.live('2027-03-01');
  assert.deepEqual((await news()).sort(), ['invoice']);
  const invoice = (await sql<{ id: bigint }>`select invoice_id as id from invoices`.execute(shop.db)).rows[0];
  const credit = { customerId, invoiceId: invoice?.id as bigint, net: 1000n, reason: 'goodwill' };
  await shop.within((tx) => creditInvoice(tx, shop.act('operator:1'), credit));
  assert.deepEqual(await news(), ['credit_note']);
  await shop.within((tx) => changeThreshold(tx, shop.act(), { customerId, threshold: 9000n }));
  await addMailbox(shop, customer, '2027-03-01');
  assert.deepEqual((await news()).sort(), ['balance_low', 'invoice']);
});

function kindOf(news: string): string {
  return news.slice(0, news.indexOf(':'));
}
