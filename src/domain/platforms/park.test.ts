import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { customersDue, firstDue } from '#domain/platforms/due.ts';
import { parkCustomer, parkMailboxes, release } from '#domain/platforms/park.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, customer, day, inVain, plan, platformWithMailboxes, seller } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, mailboxNow } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic');
  }),
);

async function due(tx: Tx, ...expiries: string[]) {
  const customerId = await customer(tx);
  const drafts = expiries.map((expiresOn) => ({ plan: basic, anchorOn: '2027-01-01', expiresOn }));
  const { mailboxIds } = await platformWithMailboxes(tx, customerId, drafts);
  return { customerId, mailboxIds };
}

const parkingsOf = async (tx: Tx, customerId: bigint) => {
  const { rows } = await sql<{ id: bigint; reason: string; by: string | null; note: string | null }>`
    select parking_id as id, reason, released_by as by, release_note as note from parkings
     where customer_id = ${customerId} order by parking_id`.execute(tx);
  return rows;
};

test('due is what expires today or before; the first of it is what an outage left behind', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await due(tx, '2027-03-10', '2027-03-05', '2027-03-20');
    assert.deepEqual(await customersDue(tx, day('2027-03-04')), []);
    assert.equal(await firstDue(tx, day('2027-03-04')), null);
    for (const on of ['2027-03-05', '2027-03-12']) {
      assert.deepEqual(await customersDue(tx, day(on)), [customerId]);
      assert.equal(String(await firstDue(tx, day(on))), '2027-03-05');
    }
  });
});

test('a parked mailbox is not due until an operator releases it with a word; then it is due from that day', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await due(tx, '2027-03-05');
    const mailboxId = mailboxIds[0] as bigint;
    await parkMailboxes(tx, actOn('2027-03-05'), [{ customerId, mailboxId, process: 'renewals', reason: 'no price' }]);
    assert.deepEqual([await customersDue(tx, day('2027-03-10')), await firstDue(tx, day('2027-03-10'))], [[], null]);
    const [parking] = await parkingsOf(tx, customerId);
    assert(parking);
    const word = { customerId, parkingId: parking.id, note: 'price entered' };
    assert.equal(await release(tx, actOn('2027-03-10', 'operator:7'), word), true);
    assert.equal(await release(tx, actOn('2027-03-11', 'operator:8'), word), false, 'once');
    assert.deepEqual(await parkingsOf(tx, customerId), [
      { id: parking.id, reason: 'no price', by: 'operator:7', note: 'price entered' },
    ]);
    const { parked, dueOn, expiresOn } = await mailboxNow(tx, mailboxId);
    assert.deepEqual([parked, dueOn, expiresOn], [false, '2027-03-10', '2027-03-05']);
    const told = await eventsOf(tx, customerId, 'mailboxes.parked', 'mailboxes.released');
    assert.deepEqual(
      told.map(({ actor, data }) => [actor, data['reason'] ?? data['note']]),
      [
        ['system', 'no price'],
        ['operator:7', 'price entered'],
      ],
    );
  });
});

test('what was set aside at once for one reason is one fact, and released by one word; for another reason by another', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await due(tx, '2027-03-05', '2027-03-05', '2027-03-05');
    const other = await due(tx, '2027-03-05');
    const process = 'renewals';
    const parkings = mailboxIds.map((mailboxId) => ({ customerId, mailboxId, process, reason: 'too much' }));
    const [elsewhere = 0n] = other.mailboxIds;
    await parkMailboxes(tx, actOn('2027-03-05'), [
      ...parkings.slice(0, 2),
      ...parkings.slice(2).map((parking) => ({ ...parking, reason: 'no price' })),
      { customerId: other.customerId, mailboxId: elsewhere, process, reason: 'too much' },
    ]);
    const [first] = await parkingsOf(tx, customerId);
    await release(tx, actOn('2027-03-06', 'operator:7'), { customerId, parkingId: first?.id ?? 0n, note: 'checked' });
    const told = await eventsOf(tx, customerId, 'mailboxes.parked', 'mailboxes.released');
    const ids = mailboxIds.map(Number);
    assert.deepEqual(
      told.map(({ type, data }) => [type, data['mailbox_ids']]),
      [
        ['mailboxes.parked', ids.slice(0, 2)],
        ['mailboxes.parked', ids.slice(2)],
        ['mailboxes.released', ids.slice(0, 2)],
      ],
    );
    const parked = async (id: bigint) => (await mailboxNow(tx, id)).parked;
    assert.deepEqual(await Promise.all([...mailboxIds, ...other.mailboxIds].map(parked)), [false, false, true, true]);
  });
});

test('the days of a parked customer do not hold up those of the others, nor the brake', async () => {
  await inVain(db, async (tx) => {
    const stuck = await due(tx, '2027-03-01');
    await due(tx, '2027-03-10');
    await parkCustomer(tx, actOn('2027-03-01'), {
      customerId: stuck.customerId,
      process: 'renewals',
      reason: 'broken',
    });
    assert.equal(String(await firstDue(tx, day('2027-03-10'))), '2027-03-10');
  });
});

test('a released customer is due from the day of the word, so that the word need not be given twice', async () => {
  await inVain(db, async (tx) => {
    const { customerId, mailboxIds } = await due(tx, '2027-03-01', '2027-03-20');
    await parkCustomer(tx, actOn('2027-03-01'), { customerId, process: 'renewals', reason: 'broken' });
    const [parking] = await parkingsOf(tx, customerId);
    await release(tx, actOn('2027-03-10', 'operator:7'), { customerId, parkingId: parking?.id ?? 0n, note: 'mended' });
    const days = await Promise.all(mailboxIds.map(async (id) => (await mailboxNow(tx, id)).dueOn));
    assert.deepEqual(days, ['2027-03-10', '2027-03-20']);
    assert.deepEqual(await customersDue(tx, day('2027-03-10')), [customerId]);
  });
});

test('a customer on whom two machines broke at once is parked once, and released by one word', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await due(tx, '2027-03-01');
    for (const reason of ['broken', 'broken here too']) {
      await parkCustomer(tx, actOn('2027-03-01'), { customerId, process: 'renewals', reason });
    }
    const parkings = await parkingsOf(tx, customerId);
    assert.deepEqual(
      parkings.map(({ reason }) => reason),
      ['broken'],
    );
    assert.equal((await eventsOf(tx, customerId, 'customers.parked')).length, 1);
  });
});
