import { setTimeout as delay } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { collections } from '#domain/dunning/collect.ts';
import { reminders } from '#domain/dunning/remind.ts';
import { suspensions } from '#domain/dunning/suspend-debtors.ts';
import type { Process } from '#domain/events/process.ts';
import { expireOrders } from '#domain/orders/expire.ts';
import { expireMethods } from '#domain/payments/expire-methods.ts';
import { findRestoration } from '#domain/payments/restorations.ts';
import { customersDue, firstDue } from '#domain/platforms/due.ts';
import { announcements } from '#domain/renewals/announce.ts';
import { methodHealth } from '#domain/renewals/judge-methods.ts';
import { renewDue } from '#domain/renewals/renew.ts';
import { retention } from '#domain/renewals/retain.ts';
import { type Clock, raiseHighWater, readDatabaseTime } from '#kit/clock.ts';
import { refusals } from '#kit/errors.ts';
import { beginRun, finishRun, type Run } from '#worker/_brake.ts';
import { openDriving } from '#worker/_driving.ts';
import { reactTo } from '#worker/_react.ts';
import type { Engine } from '#worker/engine.ts';
import { runProcess } from '#worker/run-process.ts';

const refuse = refusals({
  clocks_differ: [
    409,
    'The clocks of this machine and of the database differ by more than a minute; nothing was done.',
  ],
  clock_went_back: [409, 'The clock stands more than an hour before the last run; nothing was done.'],
});

/** What a business day did: how many things in each stage, and in how many milliseconds. */
export type DayReport = {
  on: Temporal.PlainDate;
  state: 'done' | 'held';
  /** Why the run waits; null when it does not. */
  reason: string | null;
  /** What lets a held run go: an operator's word (R16), or a reconciliation after a restoration (P13); null: nothing any more. */
  waitsFor: 'word' | 'reconciliation' | null;
  stages: Record<string, { done: number; ms: number }>;
};

export type DayOptions = {
  /** The day to run; today when left out. */
  on?: Temporal.PlainDate;
  /** What this machine's clock shows; asked before the day, and compared with the database's. */
  hostNow?: () => Temporal.Instant;
  /** Whether to wait for work that somebody else holds, so that the day is really over. */
  waitForOthers?: boolean;
  /** Ends the run between two steps: nothing more is begun, what is under way comes to its end. */
  signal?: AbortSignal;
};

/**
 * Runs the business day until nothing is due any more: deadlines, renewals, collections, notices, what follows from all
 * of it, and the effects outside. It may be run again at any time, by any number of machines at once, and after any
 * crash: what is done is not due (R14, P4). Deadlines come before renewals, since who is suspended for debt is not
 * renewed (R29). A run held by the brake takes nothing from anybody, but money and letters go on (R16). A stage that breaks
 * is left until the next look and the others go on; what broke it is thrown at the end.
 */
export async function runDay(engine: Engine, clock: Clock, options: DayOptions = {}): Promise<DayReport> {
  await refuseWrongClock(engine, clock, options.hostNow ?? Temporal.Now.instant);
  const on = options.on ?? clock().on;
  const restored = await findRestoration(engine.db);
  if (restored) {
    return { on, state: 'held', reason: afterRestoration(restored.backupAt), waitsFor: 'reconciliation', stages: {} };
  }
  const run = await beginRun(engine.db, { at: clock().at, on });
  const { signal } = options;
  const day: Day = { engine, clock, on, run, stages: {}, broken: new Map(), ...(signal ? { signal } : {}) };
  const driving = openDriving(engine.effects, (effect) => timed(day, effect.name, () => effect.drive(clock)));
  try {
    for (;;) {
      signal?.throwIfAborted();
      const done = await runOnce(day);
      const driven = await driving.goOn();
      if (done > 0 || driven) continue;
      if (!options.waitForOthers || (await countOutstanding(day)) === 0) break;
      await delay(100);
    }
  } finally {
    await driving.end();
  }
  for (const error of day.broken.values()) throw error;
  await finishRun(engine.db, run, { at: clock().at, renewed: day.stages['renewals']?.done ?? 0 });
  const waitsFor = run.isSuperseded ? null : 'word';
  if (run.state === 'held') return { on, state: 'held', reason: run.reason, waitsFor, stages: day.stages };
  return { on, state: 'done', reason: null, waitsFor: null, stages: day.stages };
}

// What was charged and mailed since the backup is not known here: to go on could charge somebody twice (P13).
function afterRestoration(backupAt: Temporal.Instant): string {
  return `This database was restored from a backup of ${backupAt}: compare it with the payment providers first (bin/rinnovo reconcile).`;
}

type Day = {
  engine: Engine;
  clock: Clock;
  on: Temporal.PlainDate;
  run: Run;
  stages: DayReport['stages'];
  /** What broke in a stage of this look; it is not tried again before the next. */
  broken: Map<string, unknown>;
  signal?: AbortSignal;
};

async function runOnce(day: Day): Promise<number> {
  let done = 0;
  if (day.run.state !== 'held') done += await unlessBroken(day, 'taking', () => takeAll(day));
  const others = [expireOrders, expireMethods, collections, reminders, announcements, methodHealth];
  for (const process of [...others, reactTo(day.engine.reactions)])
    done += await unlessBroken(day, process.name, () => stage(day, process));
  return done;
}

/** In this order or not at all: who could not be suspended must not be renewed (R29). */
async function takeAll(day: Day): Promise<number> {
  const suspended = await stage(day, suspensions);
  const renewed = await renewAll(day);
  return suspended + renewed + (await stage(day, retention));
}

async function unlessBroken(
  { engine, broken, signal }: Day,
  name: string,
  work: () => Promise<number>,
): Promise<number> {
  if (broken.has(name) || signal?.aborted) return 0;
  try {
    return await work();
  } catch (error) {
    engine.tell('stage left until the next look', { stage: name, error });
    broken.set(name, error);
    return 0;
  }
}

/**
 * Renews what is due, one missed day after the other: after an outage every customer gets the documents of each day, as
 * if it had been run (P4). Always what is due *by* that day, never only what is due on it (R12). A day of which nothing can
 * be done now, because all it has left is left alone, holds up none of the later ones.
 */
async function renewAll(day: Day): Promise<number> {
  let done = 0;
  let idle: Temporal.PlainDate | null = null;
  for (;;) {
    const dueBy: Temporal.PlainDate | null = await firstDue(day.engine.db, day.on, idle);
    if (!dueBy || day.signal?.aborted) return done;
    const renewals: Process = {
      name: 'renewals',
      plan: (db) => customersDue(db, dueBy),
      run: (tx, act, customerIds) => renewDue(tx, act, { customerIds, dueBy }),
    };
    const renewed = await stage(day, renewals);
    if (renewed === 0) idle = dueBy;
    done += renewed;
  }
}

function stage(day: Day, process: Process): Promise<number> {
  return timed(day, process.name, () => runProcess(day.engine, process, day));
}

async function timed(day: Day, name: string, work: () => Promise<number>): Promise<number> {
  const from = performance.now();
  const done = await work();
  day.stages[name] ??= { done: 0, ms: 0 };
  day.stages[name].done += done;
  day.stages[name].ms += performance.now() - from;
  return done;
}

async function countOutstanding({ engine, clock }: Day): Promise<number> {
  let outstanding = 0;
  for (const effect of engine.effects) outstanding += await effect.outstanding(clock());
  return outstanding;
}

// Who trusts a wrong clock invoices too early, or suspends somebody before the deadline (rule 8).
async function refuseWrongClock({ db }: Engine, clock: Clock, hostNow: () => Temporal.Instant): Promise<void> {
  const skew = hostNow()
    .since(await readDatabaseTime(db))
    .total('seconds');
  if (Math.abs(skew) > 60) throw refuse('clocks_differ');
  const { at } = clock();
  const before = await raiseHighWater(db, at);
  if (Temporal.Instant.compare(at.add({ hours: 1 }), before) < 0) throw refuse('clock_went_back');
}
