import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { type Db, transaction } from '#kit/db.ts';
import { actOn, crowd, day, engineOn, plan, refusalOf, seller } from '#spec/build.ts';
import { freshDatabase, type TestDatabase } from '#spec/harness.ts';
import { beginRun, finishRun } from '#worker/_brake.ts';
import { placeClock } from '#worker/move-clock.ts';

type Setting = { expiresOn: string; brake_amount?: number };

/** Three customers with a mailbox of 2.99 each. */
async function shop({ system: db }: TestDatabase, { expiresOn, brake_amount }: Setting): Promise<bigint[]> {
  return transaction(db, async (tx) => {
    await seller(tx, { policy: brake_amount === undefined ? {} : { brake_amount } });
    const basic = await plan(tx, 'basic');
    return crowd(tx, 3, { mailboxes: [{ plan: basic, anchorOn: '2027-02-01', expiresOn }] });
  });
}

const begin = (db: Db, on: string) => beginRun(db, actOn(on));
const confirm = (db: Db, runId: bigint) =>
  transaction(db, (tx) => confirmRun(tx, actOn('2027-03-05', 'operator:7'), { runId, reason: 'the outage is over' }));

async function runs(db: Db): Promise<string[]> {
  const { rows } = await sql<{ run: string }>`
    select concat_ws(' ', business_on, state, reach_days, mailboxes, confirmed_by) as run from runs order by business_on`.execute(
    db,
  );
  return rows.map(({ run }) => run);
}

test('a run that reaches back more than three days waits until an operator gives the word, with a reason', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  assert.equal((await begin(db, '2027-03-04')).state, 'running', 'three days are allowed');
  const held = await begin(db, '2027-03-05');
  assert.equal(held.state, 'held');
  assert.match(held.reason ?? '', /reach back 4 days/);
  assert.deepEqual(await begin(db, '2027-03-05'), held, 'and stays so');
  await finishRun(db, held, { at: actOn('2027-03-05').at, renewed: 0 });
  assert.deepEqual(await runs(db), ['2027-03-04 superseded 3 0', '2027-03-05 held 4 0']);
  assert.equal(String(await confirm(db, held.runId)), '2027-03-05');
  const run = await begin(db, '2027-03-05');
  assert.deepEqual([run.state, run.reason], ['running', null]);
  await finishRun(db, run, { at: actOn('2027-03-05').at, renewed: 3 });
  assert.deepEqual((await runs(db))[1], '2027-03-05 done 4 3 operator:7');
  const { rows } = await sql<{
    data: { reason: string };
  }>`select data from seller_events where type = 'runs.confirmed'`.execute(db);
  assert.equal(rows[0]?.data.reason, 'the outage is over');
});

test('a word is given once, and only for a run that waits', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  const { runId } = await begin(db, '2027-03-10');
  await confirm(db, runId);
  assert.equal(await refusalOf(confirm(db, runId)), 'run_not_held');
  assert.equal(await refusalOf(confirm(db, 999_999n)), 'run_unknown');
});

test('a run held over midnight is the next day’s: a word for the old one is refused, and the new one does it all', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  const first = await begin(db, '2027-03-10');
  const second = await begin(db, '2027-03-11');
  assert.deepEqual(await runs(db), ['2027-03-10 superseded 9 0', '2027-03-11 held 10 0']);
  assert.equal(await refusalOf(confirm(db, first.runId)), 'run_not_held');
  await assert.rejects(confirm(db, first.runId), /a later day/);
  const late = await begin(db, '2027-03-10');
  assert.deepEqual([late.state, (await runs(db))[0]], ['held', '2027-03-10 superseded 9 0'], 'it does not begin again');
  assert.match(late.reason ?? '', /a later day/);
  await confirm(db, second.runId);
  assert.equal((await begin(db, '2027-03-11')).state, 'running');
});

test('a day whose word came too late for it is the next day’s as well', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  const { runId } = await begin(db, '2027-03-10');
  await confirm(db, runId);
  await begin(db, '2027-03-11');
  assert.deepEqual(await runs(db), ['2027-03-10 superseded 9 0 operator:7', '2027-03-11 held 10 0']);
  assert.equal((await begin(db, '2027-03-10')).state, 'held');
});

test('where the sandbox’s clock goes back before anything has happened, the days to come are still to be begun', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  for (const on of ['2027-03-09', '2027-03-10', '2027-03-11']) await begin(db, on);
  const open = { engine: engineOn(db), clock: () => actOn('2027-03-11'), refreshClock: async () => {} };
  await placeClock(open, day('2027-03-10'));
  assert.match((await begin(db, '2027-03-10')).reason ?? '', /reach back 9 days/);
});

test('a run that would renew more than the set amount waits; not a cent less does', async (t) => {
  for (const [brake_amount, state] of [
    [896, 'held'],
    [897, 'running'],
  ] as const) {
    const database = await freshDatabase(t);
    await shop(database, { expiresOn: '2027-03-01', brake_amount });
    assert.equal((await begin(database.system, '2027-03-01')).state, state);
  }
});

test('a parked customer does not make every later run wait', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  const ids = await shop(database, { expiresOn: '2027-03-01', brake_amount: 597 });
  for (const customerId of ids.slice(1)) {
    const parking = { customerId, process: 'renewals', reason: 'a test' };
    await transaction(db, (tx) => parkCustomer(tx, actOn('2027-03-01'), parking));
  }
  assert.equal((await begin(db, '2027-03-01')).state, 'running', 'what they would renew does not count');
  await sql`update mailboxes set due_on = '2027-04-01' where customer_id = ${ids[0]}`.execute(db);
  assert.equal((await begin(db, '2027-03-30')).state, 'running', 'nor how long they have waited');
});

test('a later look at a day that was done is braked too, when much has come due since', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-04-01' });
  const run = await begin(db, '2027-03-20');
  await finishRun(db, run, { at: actOn('2027-03-20').at, renewed: 0 });
  assert.equal((await begin(db, '2027-03-20')).state, 'done');
  await sql`update mailboxes set due_on = '2027-03-01', expires_on = '2027-03-01'`.execute(db);
  assert.equal((await begin(db, '2027-03-20')).state, 'held');
});

test('a policy that lets the run through takes it off the brake', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  assert.equal((await begin(db, '2027-03-10')).state, 'held');
  const patch = { brake_reach_days: 20 };
  await transaction(db, (tx) => changePolicy(tx, actOn('2027-03-10', 'operator:7'), { patch, reason: 'an outage' }));
  assert.equal((await begin(db, '2027-03-10')).state, 'running');
});

test('what a held run would renew is added up once a minute, not at every look', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  const ids = await shop(database, { expiresOn: '2027-03-01', brake_amount: 598 });
  const { at, on } = actOn('2027-03-01');
  const after = (seconds: number) => beginRun(db, { at: at.add({ seconds }), on });
  assert.match((await after(0)).reason ?? '', /would renew 8\.97 EUR/);
  const parking = { customerId: ids[0] ?? 0n, process: 'renewals', reason: 'a test' };
  await transaction(db, (tx) => parkCustomer(tx, actOn('2027-03-01'), parking));
  assert.match((await after(59)).reason ?? '', /would renew 8\.97 EUR/);
  assert.equal((await after(60)).state, 'running');
  // A word of the operators counts at once: the limit is asked with the sum that is known.
  const limit = (brake_amount: number) =>
    transaction(db, (tx) =>
      changePolicy(tx, actOn('2027-03-01', 'operator:7'), { patch: { brake_amount }, reason: 'a test' }),
    );
  await limit(1_00);
  assert.equal((await after(61)).state, 'held');
  await limit(5_98);
  assert.equal((await after(62)).state, 'running');
});

test('two machines that begin the same day share one run', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  await shop(database, { expiresOn: '2027-03-01' });
  const both = await Promise.all([begin(db, '2027-03-10'), begin(db, '2027-03-10')]);
  assert.equal(both[0]?.runId, both[1]?.runId);
  assert.deepEqual(await runs(db), ['2027-03-10 held 9 0']);
});
