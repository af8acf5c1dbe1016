import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { type EventDraft, recordEvents } from '#domain/events/record.ts';
import type { EventType } from '#domain/events/types.ts';
import { type Db, transaction } from '#kit/db.ts';
import { actOn, crowd, engineOn, plan, seller, timeOn } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';
import { reactTo } from '#worker/_react.ts';
import type { Engine } from '#worker/engine.ts';
import { runProcess } from '#worker/run-process.ts';

async function customers(db: Db, count: number): Promise<bigint[]> {
  const ids = await transaction(db, async (tx) => {
    await seller(tx);
    await plan(tx, 'basic');
    return crowd(tx, count, { mailboxes: [] });
  });
  await sql`delete from reactions`.execute(db);
  return ids;
}

const tell = (db: Db, drafts: readonly EventDraft[]) =>
  transaction(db, (tx) => recordEvents(tx, actOn('2027-03-01'), drafts));

const fact = (customerId: bigint, type: EventType, n: number): EventDraft => ({ customerId, type, data: { n } });

async function pending(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from reactions`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What was heard, by whom. */
function listener(heard: string[]): Engine['reactions'] {
  const hear: (name: string) => NonNullable<ReturnType<Engine['reactions']['get']>>[number] =
    (name) => async (_tx, _act, events) => {
      for (const { customerId, data } of events) heard.push(`${name} ${customerId} ${data['n']}`);
    };
  return new Map<EventType, ReturnType<typeof hear>[]>([
    ['orders.placed', [hear('placed')]],
    ['orders.paid', [hear('paid'), hear('also')]],
  ]);
}

const react = (db: Db, reactions: Engine['reactions']) =>
  runProcess(engineOn(db), reactTo(reactions), timeOn('2027-03-01'));

test('what follows happens once for every fact that is followed, in the order of the facts, and never for the others', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [one = 0n] = await customers(db, 1);
  await tell(db, [
    fact(one, 'orders.placed', 1),
    fact(one, 'orders.expired', 2),
    fact(one, 'orders.paid', 3),
    fact(one, 'orders.placed', 4),
  ]);
  assert.equal(await pending(db), 3);
  const heard: string[] = [];
  await react(db, listener(heard));
  assert.deepEqual(heard, [`placed ${one} 1`, `placed ${one} 4`, `paid ${one} 3`, `also ${one} 3`]);
  assert.equal(await pending(db), 0);
  assert.equal(await react(db, listener(heard)), 0);
  assert.equal(heard.length, 4);
});

test('a fact is not off the list before what follows is written: a failure repeats both, for that customer alone', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [one = 0n, two = 0n] = await customers(db, 2);
  await tell(db, [fact(one, 'orders.placed', 1), fact(two, 'orders.placed', 2)]);
  const failing: Engine['reactions'] = new Map([
    [
      'orders.placed' as const,
      [
        async (tx, act, events) => {
          for (const { customerId } of events) {
            await recordEvents(tx, act, [fact(customerId, 'customers.changed', 0)]);
            if (customerId === one) throw new Error('no letter can be written');
          }
        },
      ],
    ],
  ]);
  await react(db, failing);
  const { rows } = await sql`
    select e.customer_id as id, e.type from events e where type in ('customers.changed', 'customers.parked') order by event_id`.execute(
    db,
  );
  assert.deepEqual(
    new Set(rows),
    new Set([
      { id: two, type: 'customers.changed' },
      { id: one, type: 'customers.parked' },
    ]),
  );
  assert.equal(await pending(db), 1, 'it waits for the release of the customer');
});

test('three machines that look at once let every fact be followed once', async (t) => {
  const { system: db } = await freshDatabase(t);
  const ids = await customers(db, 300);
  await tell(
    db,
    ids.flatMap((id) => [fact(id, 'orders.placed', 1), fact(id, 'orders.paid', 2)]),
  );
  const count: Engine['reactions'] = new Map([
    [
      'orders.paid' as const,
      [
        async (tx, act, events) =>
          recordEvents(
            tx,
            act,
            events.map(({ customerId }) => fact(customerId, 'orders.expired', 9)),
          ),
      ],
    ],
  ]);
  await Promise.all([react(db, count), react(db, count), react(db, count)]);
  const { rows } = await sql<{ count: number; customers: number }>`
    select count(*)::int as count, count(distinct customer_id)::int as customers from events where type = 'orders.expired'`.execute(
    db,
  );
  assert.deepEqual(rows, [{ count: 300, customers: 300 }]);
  assert.equal(await pending(db), 0);
});

test('more facts than one transaction takes are all followed', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [one = 0n] = await customers(db, 1);
  await tell(
    db,
    Array.from({ length: 4_100 }, (_, n) => fact(one, 'orders.placed', n)),
  );
  const heard: string[] = [];
  while ((await react(db, listener(heard))) > 0);
  assert.deepEqual(
    heard,
    Array.from({ length: 4_100 }, (_, n) => `placed ${one} ${n}`),
  );
});
