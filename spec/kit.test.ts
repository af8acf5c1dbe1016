import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { columns, transaction } from '#kit/db.ts';
import { nextIds, secretToken, sha256 } from '#kit/ids.ts';
import { freshDatabase } from '#spec/harness.ts';

const database = await freshDatabase({ after });

test('money, days and instants come back as they went in, alone and in arrays', async () => {
  const day = Temporal.PlainDate.from('2028-02-29');
  const instant = Temporal.Instant.from('2027-03-28T01:00:00.123456Z');
  const result = await sql<
    Record<string, unknown>
  >`select ${9_007_199_254_740_993n}::bigint as amount, ${day}::date as day,
    ${instant}::timestamptz as instant, ${[day, null]}::date[] as days, ${[1n, 2n]}::bigint[] as amounts,
    ${[instant]}::timestamptz[] as instants, 0.1::numeric as rate`.execute(database.system);
  const row = result.rows[0];
  assert.ok(row);
  assert.equal(row['amount'], 9_007_199_254_740_993n);
  assert.deepEqual(row['amounts'], [1n, 2n]);
  assert.ok((row['day'] as Temporal.PlainDate).equals(day));
  assert.ok((row['instant'] as Temporal.Instant).equals(instant));
  assert.equal(String((row['days'] as unknown[])[0]), '2028-02-29');
  assert.equal((row['days'] as unknown[])[1], null);
  assert.equal(String((row['instants'] as unknown[])[0]), String(instant));
  assert.equal(row['rate'], '0.1');
});

test('rows become a table of the statement, whatever their text contains', async () => {
  const rows = [
    { id: 1n, text: 'plain', day: Temporal.PlainDate.from('2027-01-31'), flag: true },
    { id: 2n, text: '{a,"b"} \\ NULL', day: null, flag: false },
    { id: 3n, text: '', day: null, flag: null },
    { id: 4n, text: null, day: null, flag: null },
    { id: 5n, text: 'NULL', day: null, flag: null },
  ];
  const table = columns(rows, {
    id: ['bigint', (row) => row.id],
    text: ['text', (row) => row.text],
    day: ['date', (row) => row.day],
    flag: ['boolean', (row) => row.flag],
  });
  const result = await sql<{ id: bigint; text: string | null; day: unknown; flag: boolean | null }>`
    select * from ${table} order by u.id`.execute(database.system);
  assert.deepEqual(
    result.rows.map((row) => ({ ...row, day: row.day && String(row.day) })),
    rows.map((row) => ({ ...row, day: row.day && String(row.day) })),
  );
});

test('identifiers are all different', async () => {
  const ids = await transaction(database.system, (tx) => nextIds(tx, 1000));
  assert.equal(new Set(ids).size, 1000);
});

test('a secret token has 256 bits and is stored only as its hash', () => {
  assert.equal(Buffer.from(secretToken(), 'base64url').length, 32);
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('neither application role is the owner, a superuser, or exempt from row-level security', async () => {
  for (const door of [database.system, database.api]) {
    const result = await sql<Record<string, boolean>>`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
      (select bool_or(relowner = r.oid) from pg_class where relnamespace = 'public'::regnamespace) as owns
      from pg_roles r where rolname = current_user`.execute(door);
    assert.deepEqual(new Set(Object.values(result.rows[0] ?? {})), new Set([false]));
  }
});

test('a connection lost in the middle of a statement fails that statement and nothing else', async () => {
  const { system } = database;
  const lost = transaction(system, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(system);
    await sql`select 1`.execute(tx);
  });
  await assert.rejects(lost);
  await sql`select 1`.execute(system);
});
