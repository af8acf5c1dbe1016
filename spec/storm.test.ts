import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Temporal } from 'temporal-polyfill';
import { morningOf } from '#kit/clock.ts';
import { zone } from '#spec/build.ts';
import { freshDatabase, type TestDatabase } from '#spec/harness.ts';
import { verifyAll } from '#worker/verify.ts';
import { readBooks, readCopies } from './_storm-books.ts';
import { buildTown, days } from './_storm-town.ts';
import { createRandom, openWorkers } from './_storm-workers.ts';

const kills = Number(process.env['KILLS'] ?? 100);
// A day's work takes several times as long, so that it is met in the middle again and again.
const longestMilliseconds = 200;
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);

test(`R14 P1 P2 P3 P7 P9 the worker is killed at ${kills} random points, also while it recovers`, async (t) => {
  t.diagnostic(`seed ${seed}: run again with SEED=${seed}`);
  const random = createRandom(seed);
  const calm = await calmBooks(t);
  const { database, workers } = await openTown(t);
  let killed = 0;
  for (const on of days) {
    const share = Math.ceil((kills * (days.indexOf(on) + 1)) / days.length);
    let over = false;
    while (!over && killed < share) {
      over = !(await workers.killAt(`renew --on ${on}`, random() * longestMilliseconds));
      if (!over) killed++;
    }
    if (!over) await workers.run(`renew --on ${on}`);
  }
  t.diagnostic(`killed ${killed} times`);
  await assertSame(database, calm);
  assert.ok(killed >= kills * 0.8, `only ${killed} of ${kills} kills met a worker at work`);
});

test('R14 P1 P2 two workers at once on every day', async (t) => {
  const calm = await calmBooks(t);
  const { database, workers } = await openTown(t);
  for (const on of days) await Promise.all([workers.run(`renew --on ${on}`), workers.run(`renew --on ${on}`)]);
  await assertSame(database, calm);
});

let calm: Promise<Record<string, string[]>> | undefined;

/** What these days come to when nothing happens to the worker. */
function calmBooks(t: TestContext): Promise<Record<string, string[]>> {
  calm ??= openTown(t).then(async ({ database, workers }) => {
    await workers.run(`clock set ${days.at(-1)}`);
    return readBooks(database.system);
  });
  return calm;
}

async function openTown(t: TestContext) {
  const database = await freshDatabase(t);
  await buildTown(database.system);
  return { database, workers: openWorkers(t, database) };
}

async function assertSame({ system: db }: TestDatabase, calm: Record<string, string[]>): Promise<void> {
  const books = await readBooks(db);
  for (const [book, lines] of Object.entries(calm)) assert.deepEqual(books[book], lines, `the book of ${book}`);
  const { arrived, sent } = await readCopies(db);
  assert.equal(arrived, sent, 'every letter arrived, and none that was not written');
  const findings = await verifyAll(db, morningOf(days.at(-1) as Temporal.PlainDate, zone));
  assert.deepEqual(
    findings.filter((finding) => finding.violations > 0n),
    [],
  );
}
