import { createHmac } from 'node:crypto';
import { Kysely, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { acceptTemporalParameters, parsers } from '#kit/_pg-types.ts';
import type { DB } from '#kit/schema.ts';

export type Db = Kysely<DB>;
export type Tx = Transaction<DB>;

/** The two doors to the database: `system` for the worker and the command line, `api` for people, held by row-level security. */
export type Database = {
  system: Db;
  api: Db;
  url: { system: string; api: string };
  close(): Promise<void>;
};

export type DatabaseOptions = {
  poolSize?: number;
  /** Whether a commit waits for the disk; it does unless this says false. A commit is whole and in order either way. */
  awaitDisk?: boolean;
};

/** Opens the database at `ownerUrl` with the two application roles; both must exist (see migrate). Nothing connects before it is needed. */
export function openDatabase(ownerUrl: string, secret: string, options: DatabaseOptions = {}): Promise<Database> {
  acceptTemporalParameters();
  const url = {
    system: roleUrl(ownerUrl, 'rinnovo_system', secret),
    api: roleUrl(ownerUrl, 'rinnovo_api', secret),
  };
  const max = options.poolSize ?? 10;
  const disk = options.awaitDisk === false ? ' -c synchronous_commit=off' : '';
  const system = connect(url.system, { max, session: `-c idle_in_transaction_session_timeout=300s${disk}` });
  const api = connect(url.api, {
    max,
    session: '-c statement_timeout=20s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s',
  });
  const close = async () => {
    await Promise.all([system.destroy(), api.destroy()]);
  };
  return Promise.resolve({ system, api, url, close });
}

/** One business act: everything in `work` is committed together or not at all. READ COMMITTED; locks and constraints do the rest. */
export function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('read committed').execute(work);
}

/** Another transaction came first and its rows are in the way: done again, what it wrote is seen. */
export class Contention extends Error {
  override readonly name = 'Contention';
}

/** Whether two transactions were in each other's way, which is nobody's mistake: done again, the same may well succeed. */
export function isContention(error: unknown): boolean {
  if (error instanceof Contention) return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return ['40P01', '40001', '55P03'].includes(code);
}

/** A transaction that sees and touches only this customer's rows, whatever the statements inside ask for (P11). */
export function asCustomer<T>(api: Db, customerId: bigint, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transaction(api, async (tx) => {
    // Not set_config(): only the statement itself travels to the other machines of a spread database.
    await sql.raw(`set local app.customer = '${BigInt(customerId)}'`).execute(tx);
    return work(tx);
  });
}

type ColumnSpec<Row> = Record<string, readonly [type: string, value: (row: Row) => ColumnValue]>;
type ColumnValue = string | number | bigint | boolean | null | { toString(): string };

/**
 * Turns rows into a table of a statement, one array parameter per column, however many rows there are:
 * sql`insert into terms (customer_id, starts_on) select u.customer_id, u.starts_on
 *     from ${columns(terms, { customer_id: ['bigint', (t) => t.customerId], starts_on: ['date', (t) => t.startsOn] })}`
 * The table is called `u` unless `alias` says otherwise.
 */
export function columns<Row>(rows: readonly Row[], spec: ColumnSpec<Row>, alias = 'u'): RawBuilder<unknown> {
  const entries = Object.entries(spec);
  const arrays = entries.map(([, [type, value]]) => sql`${arrayLiteral(rows, value)}::${sql.raw(type)}[]`);
  const names = entries.map(([name]) => sql.ref(name));
  return sql`unnest(${sql.join(arrays)}) as ${sql.ref(alias)}(${sql.join(names)})`;
}

/** The password with which every process of this installation logs in as `role`. */
export function rolePassword(role: string, secret: string): string {
  return createHmac('sha256', secret).update(role).digest('base64url');
}

/** `ownerUrl` with another login: same server, same database, same options. */
export function roleUrl(ownerUrl: string, role: string, secret: string): string {
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = rolePassword(role, secret);
  return url.href;
}

function connect(connectionString: string, { max, session }: { max: number; session: string }): Db {
  const pool = new pg.Pool({
    connectionString,
    max,
    types: parsers,
    options: `-c timezone=UTC -c datestyle=ISO ${session}`,
    application_name: 'rinnovo',
    idleTimeoutMillis: 60_000,
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  });
  pool.on('connect', prepareStatements);
  // An idle connection that breaks (server restart) is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

// Every statement with parameters is prepared once per connection and then only named: most of what the server would do
// for our small ones is to plan them anew. A program has a few hundred texts; should one make them up, the rest stay unnamed.
const names = new Map<string, string>();
const mostNames = 1_000;

function prepareStatements(client: pg.PoolClient): void {
  // Lost while it is in use, it fails the statement under way, which is enough; without a listener it would end the process.
  client.on('error', () => {});
  const query = client.query.bind(client) as (...words: unknown[]) => unknown;
  const prepared = (text: unknown, values?: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values)) return query(text, values, ...rest);
    const name = nameOf(text);
    return name ? query({ name, text, values }) : query(text, values, ...rest);
  };
  client.query = prepared as typeof client.query;
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= mostNames) return known;
  const name = `s${names.size}`;
  names.set(text, name);
  return name;
}

// The driver quotes and escapes every element on its own; most of ours are numbers and days, which need neither.
function arrayLiteral<Row>(rows: readonly Row[], value: (row: Row) => ColumnValue): string {
  const parts = new Array<string>(rows.length);
  for (let i = 0; i < rows.length; i++) parts[i] = element(value(rows[i] as Row));
  return `{${parts.join(',')}}`;
}

function element(value: ColumnValue): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `"\\\\x${Buffer.from(value).toString('hex')}"`;
  return `"${String(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
