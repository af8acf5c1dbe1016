import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { createSandboxPlatform } from '#adapters/provisioning/sandbox.ts';
import type { Effect } from '#domain/events/effect.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import { createProvisioningDrive } from '#domain/provisioning/drive.ts';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { type Clock, morningOf, raiseHighWater, standing } from '#kit/clock.ts';
import { type Db, transaction } from '#kit/db.ts';
import { actOn, crowd, day, engineOn, pay, plan, price, refusalOf, seller, zone } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { assertUpright } from '#spec/read.ts';
import { type DayReport, runDay } from '#worker/run.ts';

/** Customers in credit, whose mailboxes expire on different days and end in different ways. */
async function shop(db: Db, count = 4): Promise<bigint[]> {
  return transaction(db, async (tx) => {
    await seller(tx);
    const basic = await plan(tx, 'basic');
    await price(tx, 'basic', { validFrom: '2027-04-01', monthly: 349n, yearly: 3490n });
    const aligned = await plan(tx, 'aligned', { alignment: 'first_of_month' });
    const mailboxes = [
      { plan: basic, anchorOn: '2027-01-31', expiresOn: '2027-02-28' },
      { plan: basic, anchorOn: '2027-02-03', expiresOn: '2027-03-03' },
      { plan: basic, anchorOn: '2026-03-03', expiresOn: '2027-03-03', mode: 'yearly' as const },
      { plan: aligned, anchorOn: '2027-02-17', expiresOn: '2027-03-17' },
      { plan: basic, anchorOn: '2027-02-10', expiresOn: '2027-03-10', mode: 'none' as const },
    ];
    const ids = await crowd(tx, count, { mailboxes });
    for (const customerId of ids) await pay(tx, actOn('2027-02-01'), { customerId, amount: 100_000n });
    return ids;
  });
}

const runOn = (db: Db, on: string): Promise<DayReport> => runDay(engineOn(db), standing(morningOf(day(on), zone)));

async function confirm(db: Db): Promise<void> {
  const { rows } = await sql<{ runId: bigint }>`select run_id as "runId" from runs where state = 'held'`.execute(db);
  for (const { runId } of rows) {
    await transaction(db, (tx) =>
      confirmRun(tx, actOn('2027-04-09', 'operator:7'), { runId, reason: 'the outage is over' }),
    );
  }
}

/**
 * Everything that was granted and taken, without the days and numbers of the documents. How long the content of what
 * has expired is still kept counts from the day on which access really went off.
 */
async function outcomeOf(db: Db): Promise<unknown> {
  const terms = await sql`
    select address, starts_on::text, ends_on::text, mode, net::int, count(*) over (partition by invoice_id)::int as lines
      from (select regexp_replace(m.address, '@.*', '') || '/' || dense_rank() over (order by m.customer_id) as address, t.*
              from terms t join mailboxes m using (customer_id, mailbox_id) where t.invoice_id is not null) t
     order by address, starts_on`.execute(db);
  const accounts = await sql`select balance::int, movements::int from accounts order by customer_id`.execute(db);
  const mailboxes =
    await sql`select state = 'active' as active, mode, expires_on::text from mailboxes order by mailbox_id`.execute(db);
  return { terms: terms.rows, accounts: accounts.rows, mailboxes: mailboxes.rows };
}

test('forty days without a run, across two month ends, give the same documents as forty days of runs', async (t) => {
  const [daily, late] = [await freshDatabase(t), await freshDatabase(t)];
  for (const { system: db } of [daily, late]) await shop(db);
  for (let on = day('2027-02-28'); String(on) <= '2027-04-09'; on = on.add({ days: 1 })) {
    assert.equal((await runOn(daily.system, String(on))).state, 'done');
  }
  const held = await runOn(late.system, '2027-04-09');
  assert.deepEqual([held.state, held.stages['renewals']], ['held', undefined]);
  await confirm(late.system);
  assert.equal((await runOn(late.system, '2027-04-09')).state, 'done');
  assert.deepEqual(await outcomeOf(late.system), await outcomeOf(daily.system));
  for (const { system: db } of [daily, late]) await assertUpright(db, '2027-04-09');
});

test('two machines that run the same day at once do it once', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db, 30);
  const reports = await Promise.all([runOn(db, '2027-03-03'), runOn(db, '2027-03-03'), runOn(db, '2027-03-03')]);
  assert.equal(
    reports.reduce((sum, { stages }) => sum + (stages['renewals']?.done ?? 0), 0),
    90,
  );
  assert.equal((await runOn(db, '2027-03-03')).stages['renewals'], undefined);
  await assertUpright(db, '2027-03-03');
});

test('a customer set aside does not keep the day from the others', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [stuck = 0n] = await shop(db, 2);
  const parking = { customerId: stuck, process: 'renewals', reason: 'a test' };
  await transaction(db, (tx) => parkCustomer(tx, actOn('2027-02-28'), parking));
  for (let on = day('2027-02-28'); String(on) <= '2027-03-20'; on = on.add({ days: 1 })) {
    assert.equal((await runOn(db, String(on))).state, 'done', String(on));
  }
  const { rows } = await sql<{ id: bigint; terms: number }>`
    select customer_id as id, count(*)::int as terms from terms where invoice_id is not null group by 1`.execute(db);
  assert.deepEqual(
    rows.map(({ terms }) => terms),
    [4],
  );
});

test('a stage that breaks leaves the others their turn, and what broke it is thrown at the end', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await shop(db, 60);
  await sql`update accounts set movements = 0`.execute(db);
  const driven: string[] = [];
  const letters: Effect = {
    name: 'letters',
    drive: async () => driven.push('letters') && 0,
    outstanding: async () => 0,
  };
  const engine = engineOn(db, { effects: [letters] });
  const look = runDay(engine, standing(morningOf(day('2027-03-03'), zone)));
  await assert.rejects(look, { constraint: /movements/ });
  assert.ok(driven.includes('letters'));
  const { rows } = await sql<{ looked: number }>`
    select count(*)::int as looked from accounts where notices_looked_on = '2027-03-03'`.execute(db);
  assert.equal(
    rows[0]?.looked,
    ids.length - 26,
    'announcements had their turn, but for who was set aside or left alone',
  );
});

test('a day whose rest is left alone holds up none of the later ones', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [broken, later] = await transaction(db, async (tx) => {
    await seller(tx);
    const basic = await plan(tx, 'basic');
    const on = (expiresOn: string) => [{ plan: basic, anchorOn: '2027-02-01', expiresOn }];
    return [await crowd(tx, 60, { mailboxes: on('2027-03-01') }), await crowd(tx, 3, { mailboxes: on('2027-03-02') })];
  });
  await sql`update accounts set movements = 5 where customer_id = any(${broken}::bigint[])`.execute(db);
  const engine = engineOn(db);
  const look = () => runDay(engine, standing(morningOf(day('2027-03-02'), zone))).catch(() => {});
  for (let i = 0; i < 4; i++) await look();
  const { rows } = await sql<{ id: bigint }>`
    select customer_id as id from terms where invoice_id is not null order by customer_id`.execute(db);
  assert.deepEqual(
    rows.map(({ id }) => id),
    later,
  );
});

test('a run that is to stop begins nothing more', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db);
  const stopping = new AbortController();
  stopping.abort(new Error('stop'));
  const clock = standing(morningOf(day('2027-03-03'), zone));
  await assert.rejects(runDay(engineOn(db), clock, { signal: stopping.signal }), /stop/);
  assert.deepEqual((await sql`select 1 from terms where invoice_id is not null`.execute(db)).rows, []);
});

test('nothing is billed by a clock that went back more than an hour', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db, 1);
  await raiseHighWater(db, actOn('2027-03-05').at);
  assert.equal(await refusalOf(runOn(db, '2027-03-04')), 'clock_went_back');
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from invoices`.execute(db);
  assert.equal(rows[0]?.count, 0);
  const back = { at: actOn('2027-03-05').at.subtract({ minutes: 59 }), on: day('2027-03-05') };
  assert.equal((await runDay(engineOn(db), standing(back))).on.toString(), '2027-03-05');
});

test('nothing is billed while this machine’s clock and the database’s differ by more than a minute', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db, 1);
  const moment = actOn('2027-03-05');
  const by = (seconds: number) => ({ hostNow: () => Temporal.Now.instant().add({ seconds }) });
  assert.equal(await refusalOf(runDay(engineOn(db), standing(moment), by(90))), 'clocks_differ');
  assert.equal(await refusalOf(runDay(engineOn(db), standing(moment), by(-90))), 'clocks_differ');
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from invoices`.execute(db);
  assert.equal(rows[0]?.count, 0);
  await runDay(engineOn(db), standing(moment), by(30));
});

test('a day is not over when the lease of one who died runs out just after the last look', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db, 1);
  await runOn(db, '2027-02-01');
  let { at } = morningOf(day('2027-02-01'), zone);
  await sql`
    update mailboxes set wanted_version = applied_version + 1, provision_after = ${at.add({ seconds: 30 })}
     where mailbox_id = (select min(mailbox_id) from mailboxes)`.execute(db);
  const provisioning = createProvisioningDrive({
    db,
    provisioning: createSandboxPlatform(db, { now: () => at }),
    leaseSeconds: 60,
  });
  const slow = {
    ...provisioning,
    drive: async (clock: Clock) => {
      const lookedAt = clock().at;
      const done = await provisioning.drive(clock);
      at = lookedAt.add({ seconds: 31 });
      return done;
    },
  };
  await runDay(engineOn(db, { effects: [slow] }), () => ({ at, on: day('2027-02-01') }), { waitForOthers: true });
  const { rows } = await sql`select from mailboxes where applied_version < wanted_version`.execute(db);
  assert.equal(rows.length, 0);
});
