import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { type TestDatabase, testSecret } from '#spec/harness.ts';

/** Real processes of `bin/rinnovo` on a database. */
export type Workers = {
  /** Lets a command run to its end. */
  run(command: string): Promise<void>;
  /** Kills a command so many milliseconds after it began to work with the database; false when it was done before. */
  killAt(command: string, milliseconds: number): Promise<boolean>;
};

/** Gives the workers of a test; nothing of them is left when `owner` is done. */
export function openWorkers(owner: { after(done: () => void): void }, database: TestDatabase): Workers {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-storm-'));
  const alive = new Set<ChildProcess>();
  owner.after(() => {
    for (const child of alive) child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  const own = { RINNOVO_HOME: home, RINNOVO_DEMO: '0', RINNOVO_SECRET: testSecret, DATABASE_URL: database.ownerUrl };
  const fast = {
    RINNOVO_LEASE_SECONDS: '1',
    RINNOVO_LOG_LEVEL: 'silent',
    NODE_COMPILE_CACHE: join(tmpdir(), 'rinnovo-compiled'),
  };
  const env = { PATH: process.env['PATH'], ...own, ...fast };
  const begin = (command: string) => {
    const child = spawn(process.execPath, ['src/main.ts', ...command.split(' ')], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    alive.add(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
      child.on('close', (code) => {
        alive.delete(child);
        resolve({ code, said });
      });
    });
    return { child, ended };
  };
  return {
    run: async (command) => {
      const { code, said } = await begin(command).ended;
      assert.equal(code, 0, `${command}: ${said}`);
    },
    killAt: async (command, milliseconds) => {
      const known = await backends(database);
      const { child, ended } = begin(command);
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!over && (await backends(database)).every((pid) => known.includes(pid))) await delay(3);
      await delay(milliseconds);
      child.kill('SIGKILL');
      const { code, said } = await ended;
      assert.ok(code === null || code === 0, `${command}: ${said}`);
      return code === null;
    },
  };
}

/** Random numbers that come again with the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function backends({ system: db }: TestDatabase): Promise<number[]> {
  const { rows } = await sql<{ pid: number }>`
    select pid from pg_stat_activity where datname = current_database() and usename = 'rinnovo_system'`.execute(db);
  return rows.map((row) => row.pid);
}
