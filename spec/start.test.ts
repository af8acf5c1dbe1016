import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

const homes: string[] = [];
const started = new Set<ChildProcess>();
after(async () => {
  for (const child of started) child.kill('SIGKILL');
  for (const home of homes) {
    const file = join(home, 'postgres', 'postmaster.pid');
    if (existsSync(file)) process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 'SIGKILL');
  }
  await pause(100);
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

test('start boots its own database, answers, and SIGTERM stops both', async () => {
  const home = newHome();
  const rinnovo = await start(home);
  assert.equal(await answers(rinnovo.port), true);
  assert.ok(existsSync(join(home, 'postgres', 'postmaster.pid')));
  assert.equal((await end(rinnovo.child, 'SIGTERM')).code, 0);
  assert.ok(!existsSync(join(home, 'postgres', 'postmaster.pid')));
  assert.equal(await answers(rinnovo.port), false);
});

test('what was committed before kill -9 of program and database is there after the next start', async () => {
  const home = newHome();
  const first = await start(home);
  await onDatabase(home, "create table kept (word text); insert into kept values ('here')");
  const postmaster = pidOf(home);
  process.kill(first.child.pid ?? 0, 'SIGKILL');
  process.kill(postmaster, 'SIGKILL');
  await once(first.child, 'exit');
  const second = await start(home);
  assert.deepEqual(await onDatabase(home, 'select word from kept'), [{ word: 'here' }]);
  await end(second.child, 'SIGTERM');
});

test('a database that outlived its killed program is taken over, and stops with the new one', async () => {
  const home = newHome();
  const first = await start(home);
  const postmaster = pidOf(home);
  await end(first.child, 'SIGKILL');
  const second = await start(home);
  assert.equal(pidOf(home), postmaster);
  await end(second.child, 'SIGTERM');
  assert.ok(!existsSync(join(home, 'postgres', 'postmaster.pid')));
});

test('a second start on the same data is refused for its port and leaves the first one alone', async () => {
  const home = newHome();
  const first = await start(home);
  const second = await run(home, { RINNOVO_PORT: String(first.port) });
  assert.deepEqual([second.code, second.lines], [1, 1]);
  assert.match(second.stderr, /^Port \d+ on 127\.0\.0\.1 is taken/);
  assert.equal(await answers(first.port), true);
  await end(first.child, 'SIGTERM');
});

test('each thing that makes a start impossible is one sentence and exit code 1', async () => {
  const newer = newHome();
  mkdirSync(join(newer, 'postgres'));
  writeFileSync(join(newer, 'postgres', 'PG_VERSION'), '19\n');
  const impossible: [Record<string, string>, RegExp, string?][] = [
    [{ RINNOVO_COLOUR: 'red' }, /^RINNOVO_COLOUR is not a setting/],
    [{ RINNOVO_PORT: '80a' }, /^RINNOVO_PORT is 80a/],
    [{ RINNOVO_MODE: 'test' }, /^RINNOVO_MODE is test/],
    [{ RINNOVO_MAIL_FROM: 'the seller' }, /^RINNOVO_MAIL_FROM is the seller; it must be an address/],
    [{ RINNOVO_MODE: 'production' }, /^RINNOVO_SMTP_URL is needed in production/],
    [
      { RINNOVO_MODE: 'production', RINNOVO_SMTP_URL: 'smtp://127.0.0.1:9' },
      /^RINNOVO_MAIL_FROM is needed in production/,
    ],
    [{ RINNOVO_SECRET_FILE: '/nowhere' }, /^RINNOVO_SECRET_FILE points to/],
    [{ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/x' }, /^The database at 127\.0\.0\.1:1\/x cannot be used/],
    [{}, /PostgreSQL 19 .* use the newer Rinnovo/, newer],
  ];
  for (const [settings, sentence, home] of impossible) {
    const { code, stderr, lines } = await run(home ?? newHome(), settings);
    assert.match(stderr, sentence);
    assert.deepEqual([code, lines], [1, 1], stderr);
    assert.doesNotMatch(stderr, /secret@/);
  }
});

test('a database written by a newer version is refused and left as it is', async () => {
  const home = newHome();
  await end((await start(home)).child, 'SIGKILL');
  await onDatabase(home, `insert into migrations (name, run_on) values ('9999_future', now())`);
  const { code, stderr } = await run(home, {});
  assert.match(stderr, /written by a newer Rinnovo \(it has 9999_future\)/);
  assert.equal(code, 1);
});

test('an unknown command, option or word is one sentence and exit code 2', async () => {
  for (const words of [['begin'], ['start', '--fast'], ['start', 'now']]) {
    const { code, lines } = await run(newHome(), {}, words);
    assert.deepEqual([code, lines], [2, 1]);
  }
});

type Ended = { code: number | null; stderr: string; lines: number };

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-start-'));
  homes.push(home);
  return home;
}

function spawnProgram(home: string, settings: Record<string, string>, words: string[] = ['start']): ChildProcess {
  const { DATABASE_URL: _, NODE_TEST_CONTEXT: __, ...inherited } = process.env;
  const env = { ...inherited, RINNOVO_HOME: home, RINNOVO_DEMO: '0', RINNOVO_LOG_LEVEL: 'error', ...settings };
  const child = spawn(process.execPath, ['src/main.ts', ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

async function start(home: string): Promise<{ child: ChildProcess; port: number }> {
  const port = await freePort();
  const child = spawnProgram(home, { RINNOVO_PORT: String(port) });
  child.stderr?.pipe(process.stderr);
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`start ended with ${code}`)));
  });
  return { child, port };
}

async function run(home: string, settings: Record<string, string>, words?: string[]): Promise<Ended> {
  const child = spawnProgram(home, { RINNOVO_PORT: String(await freePort()), ...settings }, words);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr, lines: stderr.trimEnd().split('\n').length };
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null }> {
  const exit = once(child, 'exit') as Promise<[number | null]>;
  child.kill(signal);
  return { code: (await exit)[0] };
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    (response) => response.status < 500,
    () => false,
  );
}

function pidOf(home: string): number {
  return Number.parseInt(readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

async function onDatabase(home: string, statement: string): Promise<unknown[]> {
  const { rolePassword } = await import('#kit/db.ts');
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(readFileSync(join(home, 'postgres.port'), 'utf8')),
    user: 'rinnovo',
    password: rolePassword('rinnovo', readFileSync(join(home, 'secret'), 'utf8')),
    database: 'rinnovo',
  });
  await client.connect();
  const { rows } = await client.query(statement);
  await client.end();
  return rows as unknown[];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
