import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Binaries, embeddedMajor, findBinaries } from '#kit/_embedded-binaries.ts';
import { isAlive, type Postmaster, readPostmaster, spawnServer } from '#kit/_embedded-server.ts';
import { rolePassword } from '#kit/db.ts';
import { StartError } from '#kit/errors.ts';

/** A running embedded PostgreSQL. `url` is its owner's login to the database `rinnovo`. */
export type Embedded = {
  url: string;
  /** Stops the server, whoever uses it, and waits until its files are at rest. */
  stop(): Promise<void>;
  /** Leaves the server: the last process to leave stops it. */
  leave(): Promise<void>;
};

const owner = 'rinnovo';
const presenceName = 'rinnovo presence';

/**
 * Boots the built-in PostgreSQL on `home`, creating its files the first time, or joins the one that already runs there
 * (another command, or a server that outlived its killed parent). `settings` override the server's configuration.
 */
export async function bootEmbedded(
  home: string,
  secret: string,
  settings: Record<string, string> = {},
): Promise<Embedded> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const data = join(resolve(home), 'postgres');
  const binaries = findBinaries();
  const password = rolePassword(owner, secret);
  if (!existsSync(data)) createCluster(binaries, data, password);
  refuseOtherMajor(data);
  binaries.own(data);
  const { postmaster, presence } = await joinOrStart({ binaries, data, password, settings });
  await createDatabase(presence);
  const url = `postgres://${owner}:${password}@127.0.0.1:${postmaster.port}/${owner}`;
  return {
    url,
    stop: () => stopServer(data, postmaster, presence),
    leave: async () => ((await isLastOne(presence)) ? stopServer(data, postmaster, presence) : presence.end()),
  };
}

// In a side directory first: a set-up that was interrupted leaves nothing that looks like a database.
function createCluster(binaries: Binaries, data: string, password: string): void {
  const side = mkdtempSync(`${data}.new-`);
  try {
    const passwordFile = join(side, 'password');
    const cluster = join(side, 'data');
    writeFileSync(passwordFile, password, { mode: 0o600 });
    mkdirSync(cluster, { mode: 0o700 });
    binaries.own(side);
    const args = [
      ...['-D', cluster, `--username=${owner}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ];
    const [command = '', ...rest] = [...binaries.prefix, binaries.initdb, ...args];
    const made = spawnSync(command, rest, { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C' } });
    if (made.status !== 0)
      throw new StartError(`The database could not be created in ${data}: ${lastLine(made.stderr)}`);
    if (!existsSync(data)) renameSync(cluster, data);
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
}

function refuseOtherMajor(data: string): void {
  const major = Number.parseInt(readFileSync(join(data, 'PG_VERSION'), 'utf8'), 10);
  if (major === embeddedMajor) return;
  const advice = major > embeddedMajor ? 'use the newer Rinnovo that wrote it' : 'restore it from a backup';
  throw new StartError(
    `The data in ${data} is of PostgreSQL ${major} and this Rinnovo brings PostgreSQL ${embeddedMajor}: ${advice}.`,
  );
}

type Boot = { binaries: Binaries; data: string; password: string; settings: Record<string, string> };
type Joined = { postmaster: Postmaster; presence: pg.Client };

// After a kill the old server's children hold its memory for a moment, and its pid file names a process that is gone:
// both pass by themselves, so starting is tried again for a while before giving up.
async function joinOrStart(boot: Boot): Promise<Joined> {
  const giveUpAt = Date.now() + 20_000;
  for (;;) {
    const running = readPostmaster(boot.data) ?? (await spawnServer(boot.binaries, boot.data, boot.settings));
    if (running.state === 'failed') {
      if (Date.now() > giveUpAt) throw new StartError(`The database in ${boot.data} does not start: ${running.reason}`);
      await pause(200);
      continue;
    }
    const presence = running.state === 'ready' ? await connect(running.port, boot, giveUpAt) : undefined;
    if (presence) return { postmaster: running, presence };
    await pause(20);
  }
}

/** Every process that uses the server keeps this one connection: who holds none is not there. */
async function connect(port: number, boot: Boot, giveUpAt: number): Promise<pg.Client | undefined> {
  const presence = new pg.Client({
    host: '127.0.0.1',
    port,
    user: owner,
    password: boot.password,
    database: 'postgres',
    application_name: presenceName,
  });
  presence.on('error', () => {}); // the server went away: the pools will say so where it matters
  try {
    await presence.connect();
    return presence;
  } catch (error) {
    const code = (error as { code?: string }).code;
    if (code === '28P01') throw new StartError(`The secret does not open the database in ${boot.data}.`);
    if (Date.now() > giveUpAt) throw new StartError(`The database in ${boot.data} does not answer: ${String(error)}`);
    return undefined;
  }
}

async function createDatabase(presence: pg.Client): Promise<void> {
  const found = await presence.query('select 1 from pg_database where datname = $1', [owner]);
  if (found.rowCount) return;
  await presence.query(`create database ${owner}`).catch((error: { code?: string }) => {
    if (error.code !== '42P04' && error.code !== '23505') throw error; // another process created it meanwhile
  });
}

async function isLastOne(presence: pg.Client): Promise<boolean> {
  const others = 'select 1 from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()';
  const found = await presence.query(others, [presenceName]).catch(() => ({ rowCount: 1 }));
  return !found.rowCount;
}

async function stopServer(data: string, { pid }: Postmaster, presence: pg.Client): Promise<void> {
  await presence.end().catch(() => {});
  if (isAlive(pid)) process.kill(pid, 'SIGINT'); // fast shutdown: sessions end, data is written
  while (isAlive(pid) && existsSync(join(data, 'postmaster.pid'))) await pause(20);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
