import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { rolePassword, roleUrl } from '#kit/db.ts';
import { StartError } from '#kit/errors.ts';

const folder = join(import.meta.dirname, '..', '..', 'db', 'migrations');
const roles = ['rinnovo_system', 'rinnovo_api'] as const;
const oldestMajor = 15;
// Any number nobody else uses: two processes that start together take turns.
const turn = 7_466_966;

/**
 * Brings the database at `ownerUrl` to this version: its two application roles, then every migration it does not have.
 * Refuses, as a StartError, a server that cannot be reached or is too old, and a database of a newer version.
 */
export async function migrate(ownerUrl: string, secret: string): Promise<void> {
  const client = await connect(ownerUrl);
  try {
    await refuseOldServer(client);
    await client.query('select pg_advisory_lock($1)', [turn]);
    for (const role of roles) await ensureRole(client, role, { ownerUrl, secret });
    if (await isBehind(client, ownerUrl)) await apply(client);
  } finally {
    await client.end();
  }
}

/** A server's address without its login, for messages. */
export function withoutLogin(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  return `${url.hostname || 'localhost'}:${url.port || 5432}${url.pathname}`;
}

async function connect(ownerUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // the statement in progress reports it
  try {
    await client.connect();
    return client;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    throw new StartError(`The database at ${withoutLogin(ownerUrl)} cannot be used: ${message || code}.`);
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const major = Math.trunc(Number(rows[0]?.server_version_num) / 10_000);
  if (major >= oldestMajor) return;
  throw new StartError(`The database server is PostgreSQL ${major}; Rinnovo needs ${oldestMajor} or newer.`);
}

type Login = { ownerUrl: string; secret: string };

// Roles belong to the whole server: another database of the same server may be creating the same one right now. The
// attributes that would lift row-level security are off by default; only a superuser may even name them.
async function ensureRole(client: pg.Client, role: (typeof roles)[number], login: Login): Promise<void> {
  if (!(await canLogIn(roleUrl(login.ownerUrl, role, login.secret)))) {
    await tolerant(client, `create role ${role}`);
    await tolerant(client, `alter role ${role} with login password '${rolePassword(role, login.secret)}'`);
  }
  const { rows } = await client.query<{ above: boolean }>(
    'select rolsuper or rolbypassrls or rolcreaterole as above from pg_roles where rolname = $1',
    [role],
  );
  if (rows[0]?.above)
    throw new StartError(`The database role ${role} stands above row-level security: take that away.`);
}

async function tolerant(client: pg.Client, statement: string): Promise<void> {
  await client.query(statement).catch((error: { code?: string; message?: string }) => {
    if (error.code === '42501')
      throw new StartError(`The owner of the database cannot set up its roles: ${error.message}.`);
    const meanwhile = ['42710', '23505', 'XX000'].includes(error.code ?? ''); // there already, or being changed right now
    if (!meanwhile) throw error;
  });
}

async function canLogIn(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function isBehind(client: pg.Client, ownerUrl: string): Promise<boolean> {
  const ours = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length));
  const exists = await client.query<{ found: boolean }>(`select to_regclass('public.migrations') is not null as found`);
  if (!exists.rows[0]?.found) return ours.length > 0;
  const { rows } = await client.query<{ name: string }>('select name from public.migrations');
  const unknown = rows.find((row) => !ours.includes(row.name));
  if (unknown) {
    throw new StartError(
      `The database at ${withoutLogin(ownerUrl)} was written by a newer Rinnovo (it has ${unknown.name}): start that version.`,
    );
  }
  return rows.length < ours.length;
}

async function apply(client: pg.Client): Promise<void> {
  await runner({
    dbClient: client,
    dir: folder,
    direction: 'up',
    count: Number.POSITIVE_INFINITY,
    migrationsTable: 'migrations',
    migrationsSchema: 'public',
    noLock: true, // ours is held already, and waits instead of failing
    log: () => {},
  });
}
