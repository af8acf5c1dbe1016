import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import type { Process } from '#domain/events/process.ts';
import { release } from '#domain/platforms/park.ts';
import { renewals } from '#domain/renewals/renew.ts';
import { type Db, transaction } from '#kit/db.ts';
import { actOn, crowd, engineOn, pay, plan, refusalOf, seller, timeOn } from '#spec/build.ts';
import { freshDatabase, type TestDatabase } from '#spec/harness.ts';
import { assertUpright, eventsOf } from '#spec/read.ts';
import { runProcess } from '#worker/run-process.ts';

/** A shop of `count` customers with two mailboxes each, due on 1 March. */
async function shop(db: Db, count: number, countries: readonly string[] = ['IT']): Promise<bigint[]> {
  return transaction(db, async (tx) => {
    await seller(tx);
    const basic = await plan(tx, 'basic');
    const draft = { plan: basic, anchorOn: '2027-02-01', expiresOn: '2027-03-01' };
    return crowd(tx, count, { mailboxes: [draft, draft], countries });
  });
}

const run = (db: Db, on = '2027-03-01') => runProcess(engineOn(db), renewals, timeOn(on));

async function renewedOf(db: Db): Promise<Map<bigint, number>> {
  const { rows } = await sql<{ id: bigint; terms: number }>`
    select customer_id as id, count(*)::int as terms from terms where invoice_id is not null group by customer_id`.execute(
    db,
  );
  return new Map(rows.map(({ id, terms }) => [id, terms]));
}

async function parkedOf(db: Db): Promise<{ id: bigint; reason: string; parkingId: bigint }[]> {
  const { rows } = await sql<{ id: bigint; reason: string; parkingId: bigint }>`
    select customer_id as id, reason, parking_id as "parkingId" from parkings where released_at is null order by customer_id`.execute(
    db,
  );
  return rows;
}

/** Makes every renewal of a customer break: its account has forgotten a movement. */
async function breakAccount(db: Db, customerId: bigint): Promise<void> {
  await transaction(db, (tx) => pay(tx, actOn('2027-02-01'), { customerId, amount: 100n }));
  await sql`update accounts set movements = 0 where customer_id = ${customerId}`.execute(db);
}

const mend = (db: Db, customerId: bigint) =>
  sql`update accounts set movements = 1 where customer_id = ${customerId}`.execute(db);

async function asOwner({ ownerUrl }: TestDatabase, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}

test('three runs at once over the same customers renew every mailbox exactly once', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await shop(db, 1_100);
  const done = await Promise.all([run(db), run(db), run(db)]);
  assert.equal(
    done.reduce((sum, each) => sum + each, 0),
    2 * ids.length,
  );
  assert.deepEqual(new Set((await renewedOf(db)).values()), new Set([2]));
  assert.deepEqual(await parkedOf(db), []);
  assert.equal(await run(db), 0);
  await assertUpright(db, '2027-03-01');
});

test('a customer on whom the batch breaks is set aside with the error, the others go on; released, it is renewed', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await shop(db, 20);
  const [broken = 0n, alsoBroken = 0n] = [ids[3], ids[17]];
  for (const id of [broken, alsoBroken]) await breakAccount(db, id);
  const heard: object[] = [];
  const engine = engineOn(db, { tell: (_message, details) => heard.push(details) });
  await runProcess(engine, renewals, timeOn('2027-03-01'));
  const renewed = await renewedOf(db);
  assert.deepEqual(
    ids.filter((id) => renewed.get(id) !== 2),
    [broken, alsoBroken],
  );
  const parked = await parkedOf(db);
  assert.deepEqual(
    parked.map(({ id }) => id),
    [broken, alsoBroken],
  );
  assert.match(parked[0]?.reason ?? '', /movements_check1/);
  assert.equal((await eventsOf(db, broken, 'customers.parked')).length, 1);
  assert.equal(heard.length, 2);
  assert.equal(await runProcess(engine, renewals, timeOn('2027-03-01')), 0, 'nobody tries again until released');
  for (const { id, parkingId } of parked) {
    await mend(db, id);
    const word = { customerId: id, parkingId, note: 'mended' };
    await transaction(db, (tx) => release(tx, actOn('2027-03-02', 'operator:7'), word));
  }
  assert.equal(await runProcess(engine, renewals, timeOn('2027-03-02')), 4);
  await assertUpright(db, '2027-03-02');
});

test('a refusal that concerns one customer sets that one aside; no rate of its country stops nobody else', async (t) => {
  const database = await freshDatabase(t);
  const { system: db } = database;
  const ids = await shop(db, 6, ['IT', 'IT', 'MT']);
  await asOwner(database, `delete from vat_rates where country = 'MT'`);
  await run(db);
  assert.deepEqual(
    (await parkedOf(db)).map(({ id, reason }) => [id, reason]),
    [ids[2], ids[5]].map((id) => [id, 'We know no VAT rate for MT on 2027-03-01.']),
  );
  assert.equal((await renewedOf(db)).size, 4);
});

test('a clock that stands behind the last document stops the run and sets nobody aside', async (t) => {
  const { system: db } = await freshDatabase(t);
  await shop(db, 3);
  await sql`insert into counters (seller_id, series, year, last, issued_on)
            select seller_id, 'F', 2027, 0, '2027-03-02' from sellers`.execute(db);
  assert.equal(await refusalOf(run(db)), 'clock_behind');
  assert.deepEqual([await parkedOf(db), (await renewedOf(db)).size], [[], 0]);
  assert.equal(await run(db, '2027-03-02'), 6);
});

test('when everybody fails it is not them: the run stops and does not set the whole company aside', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await shop(db, 40);
  for (const id of ids) await breakAccount(db, id);
  await assert.rejects(run(db), { constraint: 'movements_check1' });
  assert.equal((await parkedOf(db)).length, 25);
  // The worker looks again a second later, and for as long as nobody mends it.
  const heard: string[] = [];
  await runProcess(engineOn(db, { tell: (message) => heard.push(message) }), renewals, timeOn('2027-03-01'));
  assert.deepEqual([heard.length, new Set(heard)], [15, new Set(['customer left alone'])]);
  assert.equal((await parkedOf(db)).length, 25);
  for (const id of ids) await mend(db, id);
  assert.equal(await run(db), 30, 'whoever was not set aside goes on by itself');
});

test('who is left alone is not tried at every look, so that they keep nobody else from their turn', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await shop(db, 80);
  for (const id of ids.slice(0, 70)) await breakAccount(db, id);
  const heard: string[] = [];
  const engine = engineOn(db, { tell: (message) => heard.push(message) });
  const look = () => runProcess(engine, renewals, timeOn('2027-03-01')).catch(() => -1);
  const looks = [await look(), await look(), await look(), await look()];
  assert.equal(looks.at(-1), 0, 'at the fourth look nobody is tried who failed before');
  assert.equal(heard.filter((message) => message === 'customer parked').length, 25);
  assert.equal(heard.filter((message) => message === 'customer left alone').length, 45);
  assert.equal((await renewedOf(db)).size, 10);
  const asked: bigint[] = [];
  const another: Process = {
    name: 'another',
    plan: async () => ids,
    run: async (_tx, _act, customerIds) => {
      asked.push(...customerIds);
      return 0;
    },
  };
  await runProcess(engine, another, timeOn('2027-03-01'));
  assert.deepEqual(asked, ids.slice(70), 'who could not be suspended is not renewed either');
});

test('the number of workers does not change what is invoiced', async (t) => {
  const outcomes: unknown[] = [];
  for (const workers of [1, 4]) {
    const { system: db } = await freshDatabase(t);
    await shop(db, 1_010);
    await runProcess(engineOn(db, { workers }), renewals, timeOn('2027-03-01'));
    const { rows } = await sql`
      select count(*)::int as invoices, sum(gross)::int as gross, sum(due)::int as due, min(seq)::int as first, max(seq)::int as last
        from invoices join debts using (customer_id, invoice_id)`.execute(db);
    outcomes.push(rows);
  }
  assert.deepEqual(outcomes[0], [{ invoices: 1010, gross: 1010 * 730, due: 1010 * 730, first: 1, last: 1010 }]);
  assert.deepEqual(outcomes[1], outcomes[0]);
});
