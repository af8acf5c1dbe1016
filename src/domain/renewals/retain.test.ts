import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { suspendMailboxes } from '#domain/platforms/suspend.ts';
import { decideRetention } from '#domain/renewals/decide-retention.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { retention } from '#domain/renewals/retain.ts';
import { type Tx, transaction } from '#kit/db.ts';
import { actOn, crowd, customer, day, inVain, plan, platformWithMailboxes, seller } from '#spec/build.ts';
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

/** Two mailboxes without renewal that expire on 15 March, so that their retention ends on 14 April. */
async function expired(tx: Tx) {
  const customerId = await customer(tx);
  const draft = { plan: basic, mode: 'none' as const, anchorOn: '2027-02-15', expiresOn: '2027-03-15' };
  const { mailboxIds } = await platformWithMailboxes(tx, customerId, [draft, draft]);
  await renewals.run(tx, actOn('2027-03-15'), [customerId]);
  return { customerId, mailboxIds, first: mailboxIds[0] as bigint };
}

async function look(tx: Tx, on: string): Promise<number> {
  const act = actOn(on);
  const planned = await retention.plan(tx, act);
  return planned.length > 0 ? retention.run(tx, act, planned) : 0;
}

const told = async (tx: Tx, customerId: bigint) =>
  (await eventsOf(tx, customerId, 'mailboxes.deletion_announced')).map(({ data }) => {
    return `${data['days']} ${data['delete_on']} ${(data['mailbox_ids'] as number[]).length} ${data['reason']}`;
  });

test('run every day: told 7 days and 1 day before, ended when the retention is over, each once', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await expired(tx);
    for (let on = day('2027-03-15'); String(on) < '2027-04-14'; on = on.add({ days: 1 })) await look(tx, String(on));
    assert.deepEqual(await told(tx, customerId), ['7 2027-04-14 2 expiry', '1 2027-04-14 2 expiry']);
    assert.equal((await mailboxNow(tx, first)).state, 'suspended for expiry');
    assert.equal(await look(tx, '2027-04-14'), 2);
    assert.equal((await mailboxNow(tx, first)).state, 'ended');
    assert.equal(await look(tx, '2027-04-14'), 0);
    assert.equal((await eventsOf(tx, customerId, 'mailboxes.ended')).length, 1);
  });
});

test('after an outage over the whole retention the owner is told first, and the content is kept two days more', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await expired(tx);
    assert.equal(await look(tx, '2027-05-01'), 2);
    assert.deepEqual(await told(tx, customerId), ['2 2027-05-03 2 expiry']);
    assert.equal(await look(tx, '2027-05-01'), 0);
    await look(tx, '2027-05-02');
    assert.deepEqual((await mailboxNow(tx, first)).state, 'suspended for expiry');
    await look(tx, '2027-05-03');
    assert.deepEqual((await mailboxNow(tx, first)).state, 'ended');
  });
});

test('told only the day before, it ends no sooner than 24 hours after that', async () => {
  await inVain(db, async (tx) => {
    const { first } = await expired(tx);
    await look(tx, '2027-04-13');
    const early = { actor: 'system', at: actOn('2027-04-14').at.subtract({ hours: 5 }), on: day('2027-04-14') };
    assert.deepEqual(await retention.plan(tx, early), []);
    await look(tx, '2027-04-14');
    assert.equal((await mailboxNow(tx, first)).state, 'ended');
  });
});

test('whoever was told in time does not keep it longer because the last letter was late', async () => {
  await inVain(db, async (tx) => {
    const { customerId, first } = await expired(tx);
    await look(tx, '2027-04-07');
    const evening = { actor: 'system', at: actOn('2027-04-13').at.add({ hours: 12 }), on: day('2027-04-13') };
    assert.equal(await retention.run(tx, evening, [customerId]), 2);
    await look(tx, '2027-04-14');
    assert.equal((await mailboxNow(tx, first)).state, 'ended');
  });
});

test('a mailbox suspended for debt is told of its own end', async () => {
  await inVain(db, async (tx) => {
    const customerId = await customer(tx);
    const draft = { plan: basic, anchorOn: '2027-02-15', expiresOn: '2027-06-15' };
    const { mailboxIds } = await platformWithMailboxes(tx, customerId, [draft]);
    const suspension = { customerId, mailboxIds, reason: 'debt' as const, deleteOn: day('2027-04-14') };
    await suspendMailboxes(tx, actOn('2027-03-15'), [suspension]);
    for (const on of ['2027-04-07', '2027-04-13', '2027-04-14']) await look(tx, on);
    assert.deepEqual(await told(tx, customerId), ['7 2027-04-14 1 debt', '1 2027-04-14 1 debt']);
    assert.equal((await mailboxNow(tx, mailboxIds[0] as bigint)).state, 'ended');
  });
});

const letterDays = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 3 });
const retained = fc.record({
  deleteIn: fc.integer({ min: -2, max: 14 }),
  toldHoursAgo: fc.option(fc.integer({ min: 1, max: 80 })),
  toldDays: fc.integer({ min: 1, max: 12 }),
  isDebt: fc.boolean(),
});

test('planned are exactly the customers about whom something is decided, whatever letters the policy wants', async () => {
  const act = actOn('2027-04-10');
  await fc.assert(
    fc.asyncProperty(letterDays, letterDays, fc.array(retained, { minLength: 20 }), async (debt, expiry, drawn) => {
      await inVain(db, async (tx) => {
        const patch = { ending_letter_days: sorted(debt), deletion_letter_days: sorted(expiry) };
        await changePolicy(tx, act, { patch, reason: 'a test' });
        const draft = { plan: basic, anchorOn: '2027-02-15', expiresOn: '2027-03-15' };
        const customerIds = await crowd(tx, drawn.length, { mailboxes: [draft] });
        const rows = drawn.map(({ deleteIn, toldHoursAgo, toldDays, isDebt }, i) => ({
          customerId: customerIds[i] ?? 0n,
          deleteOn: act.on.add({ days: deleteIn }),
          toldAt: toldHoursAgo === null ? null : act.at.subtract({ hours: toldHoursAgo }),
          toldDays: toldHoursAgo === null ? null : toldDays,
          letterDays: isDebt ? debt : expiry,
          isDebt,
        }));
        for (const { customerId, deleteOn, toldAt, toldDays, isDebt } of rows) {
          await sql`
            update mailboxes set state = 'suspended', suspended_for = ${isDebt ? 'debt' : 'expiry'}, suspended_at = ${act.at},
                   due_on = null, delete_on = ${deleteOn}, deletion_told_at = ${toldAt}, deletion_told_days = ${toldDays}
             where customer_id = ${customerId}`.execute(tx);
        }
        const concerned = rows.filter((row) => decideRetention({ ...row, now: act }).do !== 'wait');
        const planned = await retention.plan(tx, act);
        assert.deepEqual(
          planned,
          concerned.map((row) => row.customerId),
        );
      });
    }),
    { numRuns: 10 },
  );
});

const sorted = (days: readonly number[]) => days.toSorted((a, b) => b - a);
