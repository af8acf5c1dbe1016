import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import { asCustomer, transaction } from '#kit/db.ts';
import { type TestServer, testServer } from '#spec/http/server.ts';
import { buildTown, type Town } from '#spec/http/town.ts';

// What nobody may ever change, and what goes away when it is done with.
const immutable = [
  'movements',
  'transfers',
  'terms',
  'invoices',
  'credit_notes',
  'settlements',
  'payments',
  'events',
  'order_lines',
];
const deletable: Record<string, string[]> = {
  rinnovo_api: ['reactions'],
  rinnovo_system: ['reactions', 'memberships', 'idempotency_keys'],
};
const shared = [
  'users',
  'sessions',
  'password_resets',
  'passkeys',
  'used_challenges',
  'throttles',
  'runs',
  'seller_events',
];
const own = "(customer_id = (NULLIF(current_setting('app.customer'::text, true), ''::text))::bigint)";

describe('the tables of customers, as the catalogue knows them (P11)', () => {
  const done: (() => Promise<void>)[] = [];
  let server: TestServer;
  let town: Town;
  let tables: string[];

  before(async () => {
    const owner = { after: (step: () => Promise<void>) => done.unshift(step) };
    server = await testServer(owner);
    town = await buildTown(owner, server);
    tables = await list(
      "select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'customer_id' order by 1",
    );
  });
  after(async () => {
    for (const step of done) await step();
  });

  test('there are tables of customers, and the known ones are among them', () => {
    for (const table of [...immutable, 'customers', 'accounts', 'mailboxes', 'letters', 'api_tokens']) {
      assert.ok(tables.includes(table), table);
    }
  });

  test('row-level security is on and forced on each', async () => {
    const held = await list(`select relname as name from pg_class where relrowsecurity and relforcerowsecurity
                               and relnamespace = 'public'::regnamespace order by 1`);
    assert.deepEqual(
      tables.filter((table) => !held.includes(table)),
      [],
    );
  });

  test('each has the two policies, in the words that also hold on several machines', async () => {
    const { rows } = await sql<{ policy: string }>`
      select format('%s %s %s %s %s %s', tablename, policyname, permissive, roles, cmd, qual) as policy
        from pg_policies where schemaname = 'public' order by 1`.execute(server.database.system);
    const wanted = tables.flatMap((table) => [
      `${table} every_row PERMISSIVE {rinnovo_system} ALL true`,
      `${table} own_rows PERMISSIVE {rinnovo_api} ALL ${own}`,
    ]);
    assert.deepEqual(rows.map((row) => row.policy).sort(), wanted.sort());
  });

  test('neither role owns a table, is a superuser, or passes over row-level security', async () => {
    const above = await list(
      "select rolname as name from pg_roles where rolname like 'rinnovo\\_%' and (rolsuper or rolbypassrls or rolcreaterole)",
    );
    assert.deepEqual(above, []);
    const owned = await list(`select relname as name from pg_class where relnamespace = 'public'::regnamespace
                                and relowner::regrole::text like 'rinnovo\\_%'`);
    assert.deepEqual(owned, []);
  });

  test('nobody may update or delete what never changes, and little may be deleted at all', async () => {
    const { rows } = await sql<{ role: string; table: string; may: string }>`
      select grantee as role, table_name as table, privilege_type as may from information_schema.table_privileges
       where table_schema = 'public' and grantee like 'rinnovo\\_%' and table_name = any(${tables}::text[])`.execute(
      server.database.system,
    );
    const changed = rows.filter((row) => immutable.includes(row.table) && !['SELECT', 'INSERT'].includes(row.may));
    assert.deepEqual(changed, []);
    const deleted = rows.filter((row) => row.may === 'DELETE' && !deletable[row.role]?.includes(row.table));
    assert.deepEqual(deleted, []);
    assert.deepEqual(
      rows.filter((row) => ['TRUNCATE', 'TRIGGER', 'REFERENCES'].includes(row.may)),
      [],
    );
  });

  test('every key, unique or foreign, begins with the customer', async () => {
    const keys = await list(`
      select format('%s.%s', c.conrelid::regclass, c.conname) as name
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype in ('p', 'u') and a.attname <> 'customer_id'
         and c.conrelid::regclass::text = any(array[${quoted(tables)}])
         and c.conrelid::regclass::text <> 'customers'`);
    assert.deepEqual(keys, []);
    const indexes = await list(`
      select i.indexrelid::regclass::text as name
        from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
       where i.indisunique and a.attname <> 'customer_id' and i.indrelid::regclass::text = any(array[${quoted(tables)}])
         and i.indrelid::regclass::text <> 'customers'`);
    assert.deepEqual(indexes, []);
    const foreign = await list(`
      select format('%s.%s', c.conrelid::regclass, c.conname) as name
        from pg_constraint c
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
       where c.contype = 'f' and a.attname <> 'customer_id'
         and c.conrelid::regclass::text = any(array[${quoted(tables)}]) and c.confrelid::regclass::text = any(array[${quoted(tables)}])`);
    assert.deepEqual(foreign, []);
  });

  test('nothing runs inside the database by itself', async () => {
    const triggers = await list('select tgname as name from pg_trigger where not tgisinternal');
    const routines = await list(`select proname as name from pg_proc where pronamespace = 'public'::regnamespace`);
    assert.deepEqual([...triggers, ...routines], []);
  });

  test('as the API’s role, without a customer nothing is seen; with one only that one’s rows', async () => {
    for (const table of tables) {
      const count = sql<{ all: number; theirs: number }>`
        select count(*)::int as all, count(*) filter (where customer_id <> ${town.alpha.customerId})::int as theirs
          from ${sql.table(table)}`;
      const nobody = await transaction(server.database.api, (tx) => count.execute(tx));
      assert.equal(nobody.rows[0]?.all, 0, `${table} is seen without a customer`);
      const alpha = await asCustomer(server.database.api, town.alpha.customerId, (tx) => count.execute(tx));
      assert.equal(alpha.rows[0]?.theirs, 0, `${table} shows a neighbour’s rows`);
      const system = await count.execute(server.database.system);
      if (['idempotency_keys', 'refunds', 'charges', 'order_lines'].includes(table)) continue;
      assert.ok((system.rows[0]?.theirs ?? 0) > 0, `${table} has rows of the neighbour, or this proves nothing`);
      const seen = (alpha.rows[0]?.all ?? 0) > 0 || table === 'parkings' || table === 'reactions';
      assert.ok(seen, `${table} shows the customer their own`);
    }
  });

  test('as one customer, a neighbour’s rows can be neither changed nor made', async () => {
    const { alpha, beta } = town;
    const asAlpha = (statement: string) =>
      asCustomer(server.database.api, alpha.customerId, (tx) => sql.raw(statement).execute(tx));
    for (const table of tables) {
      const [may] = await list(`select 'yes' as name where has_table_privilege('rinnovo_api', '${table}', 'update')`);
      if (!may) continue;
      const { numAffectedRows } = await asAlpha(
        `update ${table} set customer_id = customer_id where customer_id = ${beta.customerId}`,
      );
      assert.equal(numAffectedRows, 0n, table);
    }
    const event = `insert into events (customer_id, type, at, actor, data) values (${beta.customerId}, 'x', now(), 'x', '{}')`;
    await assert.rejects(asAlpha(event), /row-level security/);
    const moved = `update payment_methods set customer_id = ${beta.customerId} where customer_id = ${alpha.customerId}`;
    await assert.rejects(asAlpha(moved), /row-level security/);
  });

  test('logins, sessions and the seller’s own affairs are closed to the API’s role', async () => {
    for (const table of shared) {
      await assert.rejects(sql.raw(`select 1 from ${table}`).execute(server.database.api), /permission denied/, table);
    }
    await assert.rejects(sql`select 1 from sandbox.methods`.execute(server.database.api), /permission denied/);
  });

  async function list(query: string): Promise<string[]> {
    const { rows } = await sql.raw<{ name: string }>(query).execute(server.database.system);
    return rows.map((row) => row.name);
  }
});

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
