import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Mailer, OutgoingLetter } from '#domain/letters/mailer.ts';
import { createLetterSending } from '#domain/letters/send.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { caughtFor, lettersOf, mailFrom, openPostalShop, type PostalShop } from '#spec/post.ts';
import { addCustomer, addMailbox } from '#spec/shop.ts';

/** A customer with a debt letter that is written and not sent yet. */
async function withLetter(shop: PostalShop) {
  const customer = await addCustomer(shop);
  await addMailbox(shop, customer, '2027-03-01');
  shop.mail.mail = () => 'later';
  await shop.work();
  delete shop.mail.mail;
  await sql`update letters set attempts = 0, failure = '', send_after = written_at`.execute(shop.db);
  const { customerId, code } = customer;
  const sending = (mailer: Mailer = shop.mailer, leaseSeconds = 30) => {
    return createLetterSending({ db: shop.db, mailer, mailFrom, leaseSeconds });
  };
  const state = async () => {
    const [letter] = await lettersOf(shop, customerId);
    return `${letter?.state} ${letter?.attempts}`;
  };
  const send = (effect = sending()) => effect.drive(shop.moment);
  return { customerId, address: `${code.toLowerCase()}@example.com`, sending, send, state };
}

/** A mailer that does nothing before `let go` is called. */
function slowMailer(mailer: Mailer) {
  const { promise: gate, resolve: go } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const send = async (letter: OutgoingLetter) => {
    ask();
    await gate;
    return mailer.send(letter);
  };
  return { mailer: { ...mailer, send }, asked, go };
}

test('a lost answer makes a letter leave twice, with the same Message-ID', async (t) => {
  const shop = await openPostalShop(t);
  const { address, send, state } = await withLetter(shop);
  shop.mail.mail = () => 'lost_answer';
  assert.equal(await send(), 1);
  assert.equal(await state(), 'written 1');
  assert.equal(await send(), 0, 'not before its pause is over');
  delete shop.mail.mail;
  shop.setTime(shop.moment().at.add({ minutes: 1 }));
  await send();
  assert.equal(await state(), 'sent 2');
  const ids = await caughtFor(shop, address);
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 1);
  assert.match(ids[0] ?? '', /^<letter-\d+@posta\.example>$/);
});

test('a refused address is not tried again; a letter put off is', async (t) => {
  const shop = await openPostalShop(t);
  const { send, state, address } = await withLetter(shop);
  shop.mail.mail = () => 'later';
  await send();
  assert.equal(await state(), 'written 1');
  shop.mail.mail = () => 'refused';
  shop.setTime(shop.moment().at.add({ minutes: 1 }));
  await send();
  assert.equal(await state(), 'refused 2');
  shop.setTime(shop.moment().at.add({ hours: 48 }));
  assert.equal(await send(), 0);
  assert.deepEqual(await caughtFor(shop, address), []);
});

test('a letter about a debt that was paid before it left is withdrawn', async (t) => {
  const shop = await openPostalShop(t);
  const { customerId, address, send, state } = await withLetter(shop);
  const transfer = { customerId, orderId: null, amount: 1220n, reference: 'bank-1', reason: 'statement' };
  await shop.within((tx) => recordTransfer(tx, shop.act(), transfer));
  await send();
  assert.equal(await state(), 'withdrawn 0');
  assert.deepEqual(await caughtFor(shop, address), []);
});

test('two processes send a letter once, also when the first takes longer than its lease', async (t) => {
  const shop = await openPostalShop(t);
  const { address, sending, send, state } = await withLetter(shop);
  const slow = slowMailer(shop.mailer);
  const first = send(sending(slow.mailer, 1));
  await slow.asked;
  assert.equal(await sending().outstanding(shop.moment()), 1);
  assert.equal(await send(), 0);
  shop.setTime(shop.moment().at.add({ seconds: 2 }));
  await leaseExtendedPast(shop);
  assert.equal(await send(), 0, 'the first is alive and goes on holding it');
  slow.go();
  await first;
  assert.equal(await state(), 'sent 1');
  assert.equal((await caughtFor(shop, address)).length, 1);
  assert.equal(await sending().outstanding(shop.moment()), 0);
});

test('a letter whose sender died is sent by somebody else when the lease is over', async (t) => {
  const shop = await openPostalShop(t);
  const { address, send, state } = await withLetter(shop);
  await sql`update letters set attempts = 1, send_after = ${shop.moment().at.add({ seconds: 30 })}`.execute(shop.db);
  assert.equal(await send(), 0);
  shop.setTime(shop.moment().at.add({ seconds: 30 }));
  await send();
  assert.equal(await state(), 'sent 2');
  assert.equal((await caughtFor(shop, address)).length, 1);
});

test('a letter put off is not waited for: nobody holds it', async (t) => {
  const shop = await openPostalShop(t);
  const { sending, send } = await withLetter(shop);
  shop.mail.mail = () => 'later';
  await send();
  const moment = { ...shop.moment(), at: shop.moment().at.add({ seconds: 45 }) };
  assert.equal(await sending().outstanding(moment), 0);
});

/** Comes back when the process that holds the letter has said that it is alive. */
async function leaseExtendedPast(shop: PostalShop): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const { rows } = await sql`select 1 from letters where send_after > ${shop.moment().at}`.execute(shop.db);
    if (rows.length > 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('the lease ran out while its holder was alive');
}
