import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { morningOf, setClock } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { day, plan, seller, zone } from '#spec/build.ts';
import { freshDatabase, type TestDatabase, testSecret } from '#spec/harness.ts';
import { openBrowser } from './_browser.ts';
import { prepareBrowser } from './prepare.ts';

export type Owner = { after(done: () => Promise<void>): void };

/** The whole product at an address of its own, and a browser to look at it. */
export type Portal = { url: string; database: TestDatabase; browser: Browser; greeting: string };

/** The business day on which the stories begin; the clock goes on from nine in the morning. */
export const firstDay = '2027-03-10';

/**
 * Starts what `bin/rinnovo start` starts, worker included, on a database of its own and a free port: with the demo
 * company, or with a seller and one plan at 2.99 a month and 29.90 a year.
 */
export async function openPortal(owner: Owner, { demo = false } = {}): Promise<Portal> {
  const closing = inReverse(owner);
  await prepareBrowser();
  const database = await freshDatabase(closing);
  if (!demo) await furnish(database);
  const { url, greeting } = await startProduct(closing, { ownerUrl: database.ownerUrl, demo });
  return { url, database, greeting, browser: await openBrowser(closing) };
}

/** In a process of its own, as in life; answers when it has told all it has to tell. */
async function startProduct(owner: Owner, { ownerUrl, demo }: { ownerUrl: string; demo: boolean }) {
  const home = mkdtempSync(join(tmpdir(), 'rinnovo-browser-'));
  const port = await freePort();
  const env = {
    ...{ PATH: process.env['PATH'], DATABASE_URL: ownerUrl, RINNOVO_HOME: home, RINNOVO_PORT: String(port) },
    ...{ RINNOVO_DEMO: demo ? '1' : '0', RINNOVO_SECRET: testSecret, RINNOVO_LOG_LEVEL: 'error' },
    // What one of them has compiled need not be compiled by the next.
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
  };
  const child = spawn(process.execPath, ['src/main.ts', 'start'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  owner.after(async () => {
    const ended = once(child, 'exit');
    if (child.kill('SIGTERM')) await ended;
    rmSync(home, { recursive: true, force: true });
  });
  let greeting = '';
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    greeting += text;
    if (demo ? /Demo logins[\s\S]*\n {2}.*\n$/.test(greeting) : greeting.includes('is ready at')) break;
  }
  assert(greeting.includes('is ready at'), 'it did not start');
  child.stdout.resume();
  return { url: `http://localhost:${port}`, greeting };
}

async function furnish({ system }: TestDatabase): Promise<void> {
  await transaction(system, async (tx) => {
    await setClock(tx, morningOf(day(firstDay), zone).at);
    await seller(tx);
    await plan(tx, 'exchange-2016');
  });
}

/** What was opened last is closed first. */
function inReverse(owner: Owner): Owner {
  const steps: (() => Promise<void>)[] = [];
  owner.after(async () => {
    for (const step of steps.reverse()) await step();
  });
  return { after: (done) => void steps.push(done) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert(address && typeof address === 'object');
  return address.port;
}
