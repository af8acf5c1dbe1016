import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { parkCustomer, release } from '#domain/platforms/park.ts';
import { resumeMailboxes } from '#domain/platforms/resume.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { renewals, renewDue } from '#domain/renewals/renew.ts';
import { type Tx, transaction } from '#kit/db.ts';
import {
  actOn,
  customer,
  day,
  inVain,
  type MailboxDraft,
  pay,
  plan,
  platformWithMailboxes,
  price,
  seller,
} from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { eventsOf, mailboxNow, moneyOf, statementOf, termsOf } from '#spec/read.ts';

const { system: db } = await freshDatabase({ after });
let basic = 0n;
before(() =>
  transaction(db, async (tx) => {
    await seller(tx);
    basic = await plan(tx, 'basic');
  }),
);

const term: MailboxDraft = { plan: 0n, anchorOn: '2027-01-31', expiresOn: '2027-02-28' };

async function owner(tx: Tx, ...drafts: Partial<MailboxDraft>[]) {
  const customerId = await customer(tx);
  const mailboxes = drafts.map((draft) => ({ ...term, plan: basic, ...draft }));
  const { mailboxIds } = await platformWithMailboxes(tx, customerId, mailboxes);
  return { customerId, mailboxIds, first: mailboxIds[0] as bigint };
}

const run = (tx: Tx, on: string, ...customerIds: bigint[]) => renewals.run(tx, actOn(on), customerIds);

async function invoicesOf(tx: Tx, customerId: bigint): Promise<string[]> {
  const { rows } = await sql<{ invoice: string }>`
    select i.issued_on || ' ' || i.net || ': ' || string_agg(t.line_no || '. ' || t.starts_on, ', ' order by t.line_no) as invoice
      from invoices i join terms t using (customer_id, invoice_id)
     where i.customer_id = ${customerId} group by i.invoice_id, i.issued_on, i.net, i.seq order by i.seq`.execute(tx);
  return rows.map((row) => row.invoice);
}

test('on the day its term ends a mailbox gets the next, exactly from the old expiry, with an invoice', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, {});
    assert.equal(await run(tx, '2027-02-27', customerId), 0);
    assert.equal(await run(tx, '2027-02-28', customerId), 1);
    assert.deepEqual(await termsOf(tx, first), ['2027-02-28 → 2027-03-31 monthly 299']);
    assert.deepEqual(await invoicesOf(tx, customerId), ['2027-02-28 299: 1. 2027-02-28']);
    const { expiresOn, dueOn, state } = await mailboxNow(tx, first);
    assert.deepEqual([expiresOn, dueOn, state], ['2027-03-31', '2027-03-31', 'active']);
    assert.deepEqual(await moneyOf(tx, customerId), { balance: -365n, debts: [365n] });
  });
});

test('running again on the same day finds nothing to do', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, {});
    await run(tx, '2027-02-28', customerId);
    assert.equal(await run(tx, '2027-02-28', customerId), 0);
    assert.equal((await termsOf(tx, first)).length, 1);
    assert.equal((await statementOf(tx, customerId)).length, 1);
  });
});

test('one invoice per customer and day, one line per mailbox and term, credit first', async () => {
  await inVain(db, async (tx) => {
    const one = await owner(tx, {}, { mode: 'yearly' }, { expiresOn: '2027-03-31' });
    const two = await owner(tx, {});
    await pay(tx, actOn('2027-02-01'), { customerId: one.customerId, amount: 4100n });
    assert.equal(await run(tx, '2027-02-28', one.customerId, two.customerId), 3);
    assert.deepEqual(await invoicesOf(tx, one.customerId), ['2027-02-28 3289: 1. 2027-02-28, 2. 2027-02-28']);
    assert.deepEqual(await moneyOf(tx, one.customerId), { balance: 87n, debts: [] }, '4100 less 3289 and 22 %');
    assert.deepEqual(await moneyOf(tx, two.customerId), { balance: -365n, debts: [365n] });
  });
});

test('an outage delays: each missed day gives its documents, dated when they are issued, at the prices of their terms', async () => {
  await inVain(db, async (tx) => {
    await price(tx, 'basic', { validFrom: '2027-04-01', monthly: 349n, yearly: 3490n });
    const { customerId, mailboxIds } = await owner(tx, {}, { expiresOn: '2027-03-05', anchorOn: '2027-02-05' });
    for (const dueBy of ['2027-02-28', '2027-03-05', '2027-03-31', '2027-04-05']) {
      await renewDue(tx, actOn('2027-04-09'), { customerIds: [customerId], dueBy: day(dueBy) });
    }
    assert.deepEqual(await termsOf(tx, mailboxIds[0] as bigint), [
      '2027-02-28 → 2027-03-31 monthly 299',
      '2027-03-31 → 2027-04-30 monthly 299',
    ]);
    assert.deepEqual(await termsOf(tx, mailboxIds[1] as bigint), [
      '2027-03-05 → 2027-04-05 monthly 299',
      '2027-04-05 → 2027-05-05 monthly 349',
    ]);
    assert.deepEqual(await invoicesOf(tx, customerId), [
      '2027-04-09 299: 1. 2027-02-28',
      '2027-04-09 299: 1. 2027-03-05',
      '2027-04-09 299: 1. 2027-03-31',
      '2027-04-09 349: 1. 2027-04-05',
    ]);
  });
});

test('at most one term at a time: a mailbox far behind is renewed for one term in each act', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, {});
    await run(tx, '2027-06-15', customerId);
    assert.deepEqual(await termsOf(tx, first), ['2027-02-28 → 2027-03-31 monthly 299']);
    while ((await run(tx, '2027-06-15', customerId)) > 0);
    assert.equal((await mailboxNow(tx, first)).expiresOn, '2027-06-30');
  });
});

test('a none expires: suspended, content kept for the retention, no document', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, { mode: 'none' });
    await run(tx, '2027-02-28', customerId);
    const { state, deleteOn, dueOn } = await mailboxNow(tx, first);
    assert.deepEqual([state, deleteOn, dueOn], ['suspended for expiry', '2027-03-30', null]);
    assert.deepEqual(await invoicesOf(tx, customerId), []);
    assert.equal(await run(tx, '2027-03-31', customerId), 0);
  });
});

test('suspended for debt a mailbox is not renewed; paid late, its next term starts at the old expiry', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, {});
    const selection = { customerId, mailboxIds: [first] };
    await suspendMailboxes(tx, actOn('2027-02-20'), [{ ...selection, reason: 'debt', deleteOn: day('2027-03-22') }]);
    assert.equal(await run(tx, '2027-02-28', customerId), 1);
    assert.equal((await mailboxNow(tx, first)).dueOn, null, 'it waits for the payment');
    assert.equal(await run(tx, '2027-03-10', customerId), 0);
    await resumeMailboxes(tx, actOn('2027-03-12'), [selection]);
    await run(tx, '2027-03-12', customerId);
    assert.deepEqual(await termsOf(tx, first), ['2027-02-28 → 2027-03-31 monthly 299']);
    assert.deepEqual(await invoicesOf(tx, customerId), ['2027-03-12 299: 1. 2027-02-28']);
  });
});

test('what cannot be renewed is set aside with its reason; the others go on, and released it is renewed', async () => {
  await inVain(db, async (tx) => {
    const pricey = await plan(tx, 'pricey', { validFrom: '2027-06-01' });
    const { customerId, mailboxIds } = await owner(tx, { plan: pricey }, {});
    const [stuck, fine] = mailboxIds as [bigint, bigint];
    assert.equal(await run(tx, '2027-02-28', customerId), 2);
    assert.equal((await mailboxNow(tx, stuck)).parked, true);
    assert.equal((await termsOf(tx, fine)).length, 1);
    assert.equal(await run(tx, '2027-02-28', customerId), 0, 'parked once');
    const [event] = await eventsOf(tx, customerId, 'mailboxes.parked');
    assert.match(String(event?.data['reason']), /no price of pricey in EUR on 2027-02-28/);
    await price(tx, 'pricey', { validFrom: '2020-01-01' });
    await releaseFirst(tx, '2027-03-02', customerId);
    await run(tx, '2027-03-02', customerId);
    assert.deepEqual(await termsOf(tx, stuck), ['2027-02-28 → 2027-03-31 monthly 299']);
  });
});

test('what was released goes on being due from that day, however many terms it is behind: the brake does not ask again', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await owner(tx, {});
    await parkCustomer(tx, actOn('2027-02-28'), { customerId, process: 'renewals', reason: 'a test' });
    await releaseFirst(tx, '2027-05-10', customerId);
    const due: (string | null)[] = [];
    while ((await run(tx, '2027-05-10', customerId)) > 0) due.push((await mailboxNow(tx, first)).dueOn);
    assert.deepEqual(due, ['2027-05-10', '2027-05-10', '2027-05-31']);
    assert.deepEqual(await termsOf(tx, first), [
      '2027-02-28 → 2027-03-31 monthly 299',
      '2027-03-31 → 2027-04-30 monthly 299',
      '2027-04-30 → 2027-05-31 monthly 299',
    ]);
  });
});

test('above the ceiling for one customer everything due waits; an operator’s one word lets it through, on one invoice', async () => {
  await inVain(db, async (tx) => {
    await changePolicy(tx, actOn('2027-01-01'), { patch: { customer_ceiling: 598 }, reason: 'a test' });
    const rich = await owner(tx, {}, {}, {});
    const poor = await owner(tx, {}, {});
    await run(tx, '2027-02-28', rich.customerId, poor.customerId);
    assert.deepEqual(await invoicesOf(tx, rich.customerId), []);
    assert.deepEqual(await invoicesOf(tx, poor.customerId), ['2027-02-28 598: 1. 2027-02-28, 2. 2027-02-28']);
    assert.deepEqual(await Promise.all(rich.mailboxIds.map(async (id) => (await mailboxNow(tx, id)).parked)), [
      true,
      true,
      true,
    ]);
    await releaseFirst(tx, '2027-03-01', rich.customerId);
    await run(tx, '2027-03-01', rich.customerId);
    assert.deepEqual(await invoicesOf(tx, rich.customerId), [
      '2027-03-01 897: 1. 2027-02-28, 2. 2027-02-28, 3. 2027-02-28',
    ]);
    await run(tx, '2027-03-31', rich.customerId);
    assert.equal((await invoicesOf(tx, rich.customerId)).length, 1, 'the word was for that expiry only');
  });
});

test('a parked customer is left alone', async () => {
  await inVain(db, async (tx) => {
    const { customerId } = await owner(tx, {});
    await parkCustomer(tx, actOn('2027-02-28'), { customerId, process: 'renewals', reason: 'a test' });
    assert.equal(await run(tx, '2027-02-28', customerId), 0);
    await releaseFirst(tx, '2027-03-01', customerId);
    assert.equal(await run(tx, '2027-03-01', customerId), 1);
  });
});

test('a run that fails after it began leaves nothing behind, and the next one does it all', async () => {
  const { customerId, first } = await transaction(db, (tx) => owner(tx, {}));
  const failing = transaction(db, async (tx) => {
    await run(tx, '2027-02-28', customerId);
    throw new Error('the plug was pulled');
  });
  await assert.rejects(failing, /plug/);
  assert.deepEqual(await termsOf(db, first), []);
  assert.deepEqual(await moneyOf(db, customerId), { balance: 0n, debts: [] });
  await transaction(db, (tx) => run(tx, '2027-02-28', customerId));
  assert.deepEqual(await termsOf(db, first), ['2027-02-28 → 2027-03-31 monthly 299']);
});

async function releaseFirst(tx: Tx, on: string, customerId: bigint): Promise<void> {
  const { rows } = await sql<{ id: bigint }>`
    select parking_id as id from parkings where customer_id = ${customerId} and released_at is null
     order by parking_id limit 1`.execute(tx);
  for (const { id } of rows) await release(tx, actOn(on, 'operator:7'), { customerId, parkingId: id, note: 'go on' });
}
