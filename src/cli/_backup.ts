import { createHmac } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { Temporal } from 'temporal-polyfill';
import { StartError } from '#kit/errors.ts';

/** What a backup says of itself; `ids` is where the sequence of ids stood, `secret` a mark of the installation's secret. */
export type Manifest = {
  takenAt: string;
  /** Not in backups of versions that are refused for their migrations. */
  secret?: string;
  migrations: string[];
  ids: string;
  tables: { name: string; rows: number }[];
};

/**
 * Writes every table to a folder of its own, as it stood at one instant, while work goes on. Needs no tool of the
 * database's version, so that it is also the way from one major version, or one server, to another.
 */
export async function writeBackup(
  { systemUrl, ownerUrl, secret }: { systemUrl: string; ownerUrl: string; secret: string },
  folder: string,
): Promise<Manifest> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new StartError(
      error.code === 'EEXIST' ? `${folder} exists already; a backup gets a folder of its own.` : error.message,
    );
  });
  const migrations = await withClient(ownerUrl, listMigrations);
  return withClient(systemUrl, async (client) => {
    await client.query('start transaction isolation level repeatable read read only');
    const takenAt = Temporal.Now.instant().toString();
    const manifest: Manifest = { takenAt, secret: markOf(secret), migrations, ids: '', tables: [] };
    for (const name of await listTables(client)) {
      const out = client.query(copyTo(`copy (select * from ${name}) to stdout`));
      await pipeline(out, createWriteStream(join(folder, `${name}.copy`), { mode: 0o600 }));
      manifest.tables.push({ name, rows: out.rowCount });
    }
    // Last: every id in the rows above lies below it.
    manifest.ids = String((await client.query('select last_value from ids')).rows[0]?.last_value);
    await client.query('commit');
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
    return manifest;
  });
}

/**
 * Reads a backup into an installation without customers, in one transaction. Ids go on far above the backup's, so that no
 * charge made since can share its key with a new one; and nothing is charged or mailed until the books have been
 * compared with the providers' (P13). Refuses a database in use, and a backup of other migrations.
 */
export async function readBackup(ownerUrl: string, folder: string, manifest: Manifest): Promise<Manifest> {
  return withClient(ownerUrl, async (client) => {
    await client.query('begin');
    await refuseUnfit(client, manifest);
    const tables = inOrder(manifest, await listReferences(client));
    // The owner is held by the policies too, unless for this transaction they are not forced on it.
    const secured = (await client.query(`select oid::regclass::text as name from pg_class where relforcerowsecurity`))
      .rows;
    for (const { name } of secured) await client.query(`alter table ${name} no force row level security`);
    await client.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
    for (const { name, rows } of tables) {
      const into = client.query(copyFrom(`copy ${name} from stdin`));
      await pipeline(createReadStream(join(folder, `${name}.copy`)), into);
      if (into.rowCount !== rows)
        throw new StartError(`${name}.copy holds ${into.rowCount} rows, its manifest says ${rows}.`);
    }
    await client.query('set constraints all immediate');
    for (const { name } of secured) await client.query(`alter table ${name} force row level security`);
    await client.query('select setval($1, $2)', ['ids', BigInt(manifest.ids) + farAhead]);
    await client.query('insert into restorations (backup_at, restored_at) values ($1, now())', [manifest.takenAt]);
    await client.query('commit');
    return manifest;
  });
}

/**
 * What the backup says of itself. Refuses a folder without one, and one of another secret: with that no second factor would
 * open, and no link that was ever sent.
 */
export async function readManifest(folder: string, secret: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch(() => {
    throw new StartError(`${folder} holds no backup: there is no manifest.json.`);
  });
  const manifest = JSON.parse(text) as Manifest;
  if (manifest.secret === undefined || manifest.secret === markOf(secret)) return manifest;
  throw new StartError(
    'The backup was taken with another secret: put that one in place first, as RINNOVO_SECRET or as the file `secret` in RINNOVO_HOME.',
  );
}

function markOf(secret: string): string {
  return createHmac('sha256', secret).update('a backup of this installation').digest('base64url');
}

// More ids than any installation gives out between a backup and its restoration.
const farAhead = 1_000_000_000_000n;

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => String } });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function refuseUnfit(client: pg.Client, manifest: Manifest): Promise<void> {
  const { rows } = await client.query('select count(*) as customers from customers');
  if (rows[0]?.customers !== '0')
    throw new StartError('There are customers here already; a backup is restored into a new installation.');
  const here = await listMigrations(client);
  if (here.join() === manifest.migrations.join()) return;
  throw new StartError(
    `The backup was taken by another version (${manifest.migrations.at(-1)}, here ${here.at(-1)}): restore it with that one, then upgrade.`,
  );
}

async function listMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from migrations order by id');
  return rows.map((row) => row.name);
}

async function listTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'sandbox') and tablename not in ('migrations', 'restorations') order by 1`);
  return rows.map((row) => row.name);
}

type Reference = { name: string; needs: string };

async function listReferences(client: pg.Client): Promise<Reference[]> {
  const { rows } = await client.query<Reference>(`
    select format('%I.%I', n.nspname, c.relname) as name, format('%I.%I', rn.nspname, r.relname) as needs
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
     where k.contype = 'f' and k.conrelid <> k.confrelid`);
  return rows;
}

// Each table after those its rows refer to.
function inOrder({ tables }: Manifest, references: readonly Reference[]): Manifest['tables'] {
  const ordered: Manifest['tables'] = [];
  const placed = new Set<string>();
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      ({ name }) => !placed.has(name) && references.every((each) => each.name !== name || placed.has(each.needs)),
    );
    if (ready.length === 0) throw new Error('the tables refer to each other in a ring');
    for (const table of ready) placed.add(table.name);
    ordered.push(...ready);
  }
  return ordered;
}
