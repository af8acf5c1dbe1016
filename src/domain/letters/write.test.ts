import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Happened } from '#domain/events/reaction.ts';
import { writeAccountLetter } from '#domain/letters/account-letters.ts';
import { getLetter, listLetters } from '#domain/letters/list.ts';
import { createLetterWriter } from '#domain/letters/write.ts';
import { getLinkedOrder } from '#domain/orders/link.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import { transaction } from '#kit/db.ts';
import { addPerson, type LetterRow, lettersOf, openPostalShop, type PostalShop, publicUrl } from '#spec/post.ts';
import { addCustomer, addMailbox, balanceOf, eventsOf, linkSecret, verifyShop } from '#spec/shop.ts';

const writing = { secret: linkSecret, publicUrl };
const kindsOf = (letters: readonly LetterRow[]) => letters.map((letter) => `${letter.on} ${letter.kind}`);

/** The pending facts of a customer, as a reaction gets them. */
async function pendingOf(shop: PostalShop, customerId: bigint, type: string): Promise<Happened[]> {
  const { rows } = await sql<Happened>`
    select e.customer_id as "customerId", e.event_id as "eventId", e.type, e.at, e.actor, e.data
      from events e where e.customer_id = ${customerId} and e.type = ${type} order by e.event_id`.execute(shop.db);
  return rows;
}

test('a collected renewal is told to the customer and to who pays, each in their language, not to the technician', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop, ['success']);
  const { customerId, code } = customer;
  await addPerson(shop, { customerId, email: 'pays@example.com', role: 'billing', language: 'en' });
  await addPerson(shop, { customerId, email: 'repairs@example.com', role: 'technical' });
  await addPerson(shop, { customerId, email: `${code.toLowerCase()}@example.com`, role: 'technical', language: 'en' });
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  const letters = await lettersOf(shop, customerId);
  assert.deepEqual(
    letters.map(({ kind, recipient, language, state }) => ({ kind, recipient, language, state })),
    [
      { kind: 'collected', recipient: `${code.toLowerCase()}@example.com`, language: 'en', state: 'sent' },
      { kind: 'collected', recipient: 'pays@example.com', language: 'en', state: 'sent' },
    ],
  );
  assert.match(letters[0]?.body ?? '', /F2027-000001/);
  assert.match(letters[0]?.subject ?? '', /12\.20/);
});

test('a debt is told step by step until the mailbox ends, each step once, with a link that opens the order', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  const [first] = await lettersOf(shop, customerId);
  const link = /https:\/\/posta\.example\/o\/(\S+)/.exec(first?.body ?? '')?.[1] ?? '';
  const order = await getLinkedOrder(shop.db, link, shop.moment().at);
  assert.deepEqual([order.customerId, order.kind, order.gross], [customerId, 'settlement', 1220n]);
  await shop.live('2027-04-20');
  assert.deepEqual(kindsOf(await lettersOf(shop, customerId)), [
    '2027-03-01 debt',
    '2027-03-06 reminder',
    '2027-03-08 reminder',
    '2027-03-09 suspended',
    '2027-04-01 ending_soon',
    '2027-04-07 ending_soon',
    '2027-04-08 ended',
  ]);
  assert.deepEqual(shop.told, []);
  await verifyShop(shop);
});

test('a letter is written with its fact or not at all, and twice the same fact is one letter', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  await sql`update letters set state = 'withdrawn', send_after = null`.execute(shop.db);
  const write = createLetterWriter(writing);
  const facts = await pendingOf(shop, customerId, 'collections.refused');
  assert.equal(facts.length, 1);
  await shop.within((tx) => write(tx, shop.act(), facts));
  assert.equal((await lettersOf(shop, customerId)).length, 1, 'the debt is told once');
  const broken = transaction(shop.db, async (tx) => {
    await write(tx, shop.act(), [{ ...(facts[0] as Happened), type: 'mailboxes.resumed', data: { mailbox_ids: [] } }]);
    throw new Error('the reaction broke');
  });
  await assert.rejects(broken, /the reaction broke/);
  assert.equal((await lettersOf(shop, customerId)).length, 1, 'no letter of what did not happen');
});

test('nobody hears of a debt that is paid: neither written afterwards nor sent when it was written before', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await addMailbox(shop, customer, '2027-03-01');
  shop.mail.mail = () => 'later';
  await shop.work();
  assert.deepEqual(
    (await lettersOf(shop, customerId)).map(({ kind, state }) => [kind, state]),
    [['debt', 'written']],
  );
  const facts = await pendingOf(shop, customerId, 'collections.refused');
  await shop.within((tx) =>
    recordTransfer(tx, shop.act(), {
      customerId,
      orderId: null,
      amount: 1220n,
      reference: 'bank-1',
      reason: 'statement',
    }),
  );
  delete shop.mail.mail;
  shop.setTime(shop.moment().at.add({ hours: 1 }));
  await shop.work();
  assert.deepEqual(
    (await lettersOf(shop, customerId)).map(({ kind, state }) => [kind, state]),
    [['debt', 'withdrawn']],
  );
  await sql`delete from reactions`.execute(shop.db);
  await shop.within((tx) => createLetterWriter(writing)(tx, shop.act(), facts));
  assert.equal((await lettersOf(shop, customerId)).length, 1);
  assert.equal(await balanceOf(shop, customerId), 0n);
});

test('a refusal is told once per method, with the method and the day of the next attempt', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop, ['insufficient_funds']);
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  await shop.live('2027-03-08');
  const letters = await lettersOf(shop, customer.customerId);
  assert.deepEqual(kindsOf(letters), ['2027-03-01 debt', '2027-03-06 reminder', '2027-03-08 reminder']);
  assert.match(letters[0]?.body ?? '', /2 marzo 2027/);
  assert.equal((await eventsOf(shop, customer.customerId, 'collections.refused')).length, 4);
});

test('a bank that wants its customer gets a letter with an on-session link', async (t) => {
  const shop = await openPostalShop(t);
  const customer = await addCustomer(shop, ['authentication_required']);
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  await shop.live('2027-03-03');
  const letters = await lettersOf(shop, customer.customerId);
  assert.deepEqual(kindsOf(letters), ['2027-03-01 payment_failed_action']);
  assert.match(letters[0]?.body ?? '', /posta\.example\/o\//);
});

test('a letter about a login goes to that person alone, is not in the archive, and its link is forgotten once it is out', async (t) => {
  const shop = await openPostalShop(t);
  const { customerId } = await addCustomer(shop);
  const userId = await addPerson(shop, { customerId, email: 'anna@example.com', role: 'billing', language: 'it' });
  const link = `${publicUrl}/reset/geheim`;
  const facts = { user: 'Anna', link, expiresAt: shop.moment().at.add({ hours: 1 }), address: '127.0.0.1' };
  const letter = { kind: 'password_reset', userId, facts } as const;
  assert.equal(await shop.within((tx) => writeAccountLetter(tx, shop.act(), { letter, writing })), true);
  const [written] = await lettersOf(shop, customerId);
  assert.deepEqual([written?.recipient, written?.language], ['anna@example.com', 'it']);
  assert.match(written?.body ?? '', /geheim/);
  await shop.work();
  const [sent] = await lettersOf(shop, customerId);
  assert.deepEqual([sent?.state, sent?.body, sent?.html], ['sent', '', '']);
  assert.deepEqual(await listLetters(shop.db, { customerId, limit: 10 }), []);
  const { rows } = await sql<{ letter_id: bigint }>`select letter_id from letters`.execute(shop.db);
  const letterId = rows[0]?.letter_id as bigint;
  await assert.rejects(getLetter(shop.db, { customerId, letterId }), { code: 'letter_unknown' });
  const nobody = { ...letter, userId: 999_999n };
  assert.equal(await shop.within((tx) => writeAccountLetter(tx, shop.act(), { letter: nobody, writing })), false);
});
