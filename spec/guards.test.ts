import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { roleUrl } from '#kit/db.ts';
import { another, broken, implied, moreRows } from '#spec/_guard-cases.ts';
import { rows } from '#spec/_guard-rows.ts';
import { freshDatabase, testSecret } from '#spec/harness.ts';

type Row = Record<string, unknown>;

/** A rule of the schema, with the columns it speaks of when it is a key. */
type Guard = {
  table: string;
  name: string;
  kind: 'check' | 'primary' | 'unique' | 'foreign' | 'partial';
  columns: string[];
};

// Left before the database is dropped: hooks run in the order in which they are given.
let owner: pg.Client;
after(() => owner.end());
const { ownerUrl } = await freshDatabase({ after });
owner = new pg.Client({ connectionString: ownerUrl });

const guards: Guard[] = [];
const nullable = new Set<string>();

before(async () => {
  await owner.connect();
  for (const [table, row] of rows) await insert(table, row);
  for (const [table, change] of moreRows) await owner.query(...copyOf(table, change));
  guards.push(...(await listGuards()));
  const found = await owner.query<{ name: string }>(`
    select concat_ws('.', nullif(table_schema, 'public'), table_name, column_name) as name
      from information_schema.columns where table_schema in ('public', 'sandbox') and is_nullable = 'YES'`);
  for (const { name } of found.rows) nullable.add(name);
});

test('there is a row to try every rule on, and a copy that breaks none is taken', async () => {
  const tables = new Set(guards.map(({ table }) => table));
  assert.deepEqual(
    [...tables].filter((table) => !rows.some(([name]) => name === table)),
    [],
    'spec/_guard-rows.ts: a row of each table',
  );
  for (const [table] of rows) {
    if (table !== 'clock') await inVain(() => owner.query(...copyOf(table, another[table] ?? {})));
  }
});

test('every check, key and reference of the schema refuses what it is there for, under its name', async () => {
  const silent: string[] = [];
  for (const guard of guards) {
    const { table, name } = guard;
    if (implied.includes(`${table}.${name}`)) continue;
    const broke = await violation(table, breaking(guard));
    if (broke !== name) silent.push(`${table}.${name}: ${broke ?? 'was taken'}`);
  }
  assert.deepEqual(silent, [], 'spec/_guard-cases.ts: what breaks each');
  assert(guards.length > 200, `${guards.length} rules`);
});

test('no case is left over from a rule that is gone', () => {
  const names = guards.map(({ table, name }) => `${table}.${name}`);
  assert.deepEqual(
    [...Object.keys(broken), ...implied].filter((name) => !names.includes(name)),
    [],
  );
});

test('what is never changed refuses every change and removal, to both roles', async () => {
  const never = [
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
  for (const role of ['rinnovo_system', 'rinnovo_api']) {
    for (const table of never) {
      for (const act of [
        `update ${table} set customer_id = customer_id`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        assert.equal(await refusedTo(role, act), '42501', `${role}: ${act}`);
      }
    }
  }
  assert.equal(await refusedTo('rinnovo_system', `update seller_events set type = type`), '42501');
  assert.equal(await refusedTo('rinnovo_system', `update sandbox.movements set ref = ref`), '42501');
});

test('nobody removes anything but what is done with, and nobody changes the schema', async () => {
  const mayGo: Record<string, string[]> = {
    rinnovo_system: [
      ...['reactions', 'sessions', 'password_resets', 'memberships', 'idempotency_keys', 'throttles'],
      ...['passkeys', 'used_challenges', 'taken_addresses', 'webhooks'],
    ],
    rinnovo_api: ['reactions'],
  };
  for (const [role, may] of Object.entries(mayGo)) {
    for (const [table] of rows.filter(([name]) => !name.startsWith('sandbox.'))) {
      const answer = await refusedTo(role, `delete from ${table} where false`);
      assert.equal(answer, may.includes(table) ? undefined : '42501', `${role}: delete from ${table}`);
    }
    for (const act of [
      'alter table debts drop constraint debts_check',
      'drop index one_open_charge',
      'create table x (y int)',
    ]) {
      assert.equal(await refusedTo(role, act), '42501', `${role}: ${act}`);
    }
  }
});

test('the role that serves customers has no door to logins, sessions, runs, and the world outside', async () => {
  const closed = [
    'users',
    'sessions',
    'password_resets',
    'passkeys',
    'used_challenges',
    'runs',
    'seller_events',
    'throttles',
    'sandbox.charges',
    'sandbox.methods',
  ];
  for (const table of closed) assert.equal(await refusedTo('rinnovo_api', `select from ${table}`), '42501', table);
  for (const table of ['sellers', 'clock', 'products', 'plans', 'prices', 'vat_rates']) {
    assert.equal(await refusedTo('rinnovo_api', `select from ${table}`), undefined, table);
    assert.equal(
      await refusedTo('rinnovo_api', `insert into ${table} select * from ${table} where false`),
      '42501',
      table,
    );
  }
  assert.equal(await refusedTo('rinnovo_api', `insert into customers select * from customers where false`), '42501');
});

/** How to break a rule: as the cases say, or by what kind of key it is. */
function breaking({ table, name, kind, columns }: Guard): Row {
  const said = broken[`${table}.${name}`];
  if (said || kind === 'check' || kind === 'partial' || kind === 'primary') return said ?? {};
  const change = { ...another[table] };
  if (kind === 'unique') {
    for (const column of columns) delete change[column];
    return change;
  }
  const [owns] = columns;
  if (owns === 'customer_id' && columns.length === 1)
    return { ...change, ...withoutReferences(table), customer_id: 999_999 };
  const column = columns.at(-1) as string;
  return { ...change, [column]: typeof sampleOf(table)[column] === 'string' ? 'missing' : 999_999 };
}

// Everything of another customer that the copy would also refer to.
function withoutReferences(table: string): Row {
  const references = guards
    .filter((guard) => guard.table === table && guard.kind === 'foreign')
    .flatMap((guard) => guard.columns);
  return Object.fromEntries(
    references.filter((column) => nullable.has(`${table}.${column}`)).map((column) => [column, null]),
  );
}

function sampleOf(table: string): Row {
  return rows.find(([name]) => name === table)?.[1] ?? {};
}

function insert(table: string, row: Row) {
  const names = Object.keys(row).join(', ');
  const statement = `insert into ${table} (${names}) overriding system value select ${names} from jsonb_populate_record(null::${table}, $1)`;
  return owner.query(statement, [JSON.stringify(row)]);
}

/** A copy of the first row of a table, changed. */
function copyOf(table: string, change: Row): [statement: string, values: string[]] {
  const first = `(select r from ${table} r order by r.ctid limit 1)`;
  const statement = `insert into ${table} overriding system value select (jsonb_populate_record(${first}, $1)).*`;
  return [statement, [JSON.stringify(change)]];
}

async function violation(table: string, change: Row): Promise<string | undefined> {
  try {
    await inVain(async () => {
      await owner.query(...copyOf(table, change));
      await owner.query('set constraints all immediate');
    });
    return undefined;
  } catch (error) {
    return (error as { constraint?: string }).constraint ?? String(error);
  }
}

async function inVain(work: () => Promise<unknown>): Promise<void> {
  await owner.query('begin');
  try {
    await work();
  } finally {
    await owner.query('rollback');
  }
}

async function refusedTo(role: string, statement: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: roleUrl(ownerUrl, role, testSecret) });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await client.end();
  }
}

async function listGuards(): Promise<Guard[]> {
  const found = await owner.query<Guard>(`
    select concat_ws('.', nullif(n.nspname, 'public'), t.relname) as table, c.conname as name,
           case c.contype when 'c' then 'check' when 'p' then 'primary' when 'u' then 'unique' else 'foreign' end as kind,
           array(select a.attname::text from unnest(c.conkey) with ordinality k(n, i) join pg_attribute a on a.attrelid = t.oid and a.attnum = k.n order by k.i) as columns
      from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_namespace n on n.oid = t.relnamespace
     where n.nspname in ('public', 'sandbox') and c.contype in ('c', 'p', 'u', 'f') and t.relname <> 'migrations'
     union all
    select concat_ws('.', nullif(n.nspname, 'public'), t.relname), i.relname, 'partial', '{}'
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = t.relnamespace
     where n.nspname in ('public', 'sandbox') and x.indisunique and not exists (select from pg_constraint where conindid = i.oid)
     order by 1, 2`);
  return found.rows;
}
