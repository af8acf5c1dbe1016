import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import { firstDue } from '#domain/platforms/due.ts';
import { decideBrake } from '#domain/renewals/decide-brake.ts';
import { sumDue } from '#domain/renewals/sum-due.ts';
import type { Moment } from '#kit/clock.ts';
import { daysBetween } from '#kit/dates.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';

/** `isSuperseded`: what it held is a later day's by now. */
export type Run = { runId: bigint; state: 'running' | 'held' | 'done'; reason: string | null; isSuperseded?: true };

/**
 * Opens the run of a business day, or finds it; held when it would do more than a run may without a word (R16). What is due
 * on an older day that is not over is due on this one too: the older is closed, so that there is one word to be given.
 */
export async function beginRun(db: Db, moment: Moment): Promise<Run> {
  const known = await findRun(db, moment.on);
  if (known?.is_superseded) return { runId: known.run_id, state: 'held', reason: superseded, isSuperseded: true };
  if (known?.confirmed_at) return { runId: known.run_id, state: 'running', reason: null };
  const { policy, currency } = await getSeller(db);
  const first = await firstDue(db, moment.on);
  const reachDays = first ? daysBetween(first, moment.on) : 0;
  const decide = (amount: bigint | null) => decideBrake({ reachDays, amount, currency, policy });
  if (known && wasWeighedLately(known, moment) && decide(known.amount) === known.reason) return heldRun(known);
  // To let a run go, it is always added up anew.
  const amount = policy.brake_amount === null || !first ? null : await sumDue(db, moment.on);
  const reason = decide(amount);
  if (known && !reason && known.state !== 'held') return { runId: known.run_id, state: known.state, reason };
  if (known && known.state === 'held' && known.reason === reason && amount === null) return heldRun(known);
  return writeRun(db, moment, { state: reason ? 'held' : 'running', reason, reachDays, amount });
}

/** Closes a run that was not held. A later look on the same day finds it done and adds what it renews. */
export async function finishRun(db: Db, run: Run, end: { at: Temporal.Instant; renewed: number }): Promise<void> {
  if (run.state === 'held' || (run.state === 'done' && end.renewed === 0)) return;
  await sql`
    update runs set state = 'done', finished_at = ${end.at}, mailboxes = mailboxes + ${end.renewed}
     where run_id = ${run.runId}`.execute(db);
}

type Known = {
  run_id: bigint;
  state: Run['state'];
  is_superseded: boolean;
  reason: string | null;
  amount: bigint | null;
  weighed_at: Temporal.Instant | null;
  confirmed_at: Temporal.Instant | null;
};

// The worker looks every second, and to add up a large day is much to read only to find it held once more.
function wasWeighedLately({ state, weighed_at }: Known, { at }: Moment): boolean {
  return state === 'held' && weighed_at !== null && Temporal.Instant.compare(at, weighed_at.add({ minutes: 1 })) < 0;
}

function heldRun({ run_id, reason }: Known): Run {
  return { runId: run_id, state: 'held', reason };
}

async function findRun(db: Db, on: Temporal.PlainDate): Promise<Known | undefined> {
  const { rows } = await sql<Known>`
    select run_id, case when state = 'superseded' then 'held' else state end as state, state = 'superseded' as is_superseded,
           reason, amount, weighed_at, confirmed_at
      from runs where business_on = ${on}`.execute(db);
  return rows[0];
}

type Written = { state: Run['state']; reason: string | null; reachDays: number; amount: bigint | null };

const superseded = 'What this run held has passed to a later day.';

async function writeRun(db: Db, moment: Moment, written: Written): Promise<Run> {
  const run = await transaction(db, async (tx) => {
    await supersedeOlder(tx, moment.on);
    return insertRun(tx, moment, written);
  });
  return run ?? beginRun(db, moment);
}

async function supersedeOlder(tx: Tx, on: Temporal.PlainDate): Promise<void> {
  await sql`
    update runs set state = 'superseded' where business_on < ${on} and state in ('running', 'held')`.execute(tx);
}

async function insertRun(tx: Tx, moment: Moment, written: Written): Promise<Run | undefined> {
  const { state, reason, reachDays, amount } = written;
  // Two machines open the same day: the second finds the first one's row, and a word given in between stands. So does the
  // later day that a third has opened meanwhile: then nothing is written.
  const { rows } = await sql<Run>`
    insert into runs (business_on, state, reason, reach_days, amount, weighed_at, started_at)
    values (${moment.on}, ${state}, ${reason}, ${reachDays}, ${amount}, ${amount === null ? null : moment.at}, ${moment.at})
    on conflict (business_on) do update
       set state = case when runs.confirmed_at is null then excluded.state else 'running' end,
           reason = excluded.reason, reach_days = greatest(runs.reach_days, excluded.reach_days),
           amount = coalesce(excluded.amount, runs.amount), weighed_at = coalesce(excluded.weighed_at, runs.weighed_at)
     where runs.state <> 'superseded'
    returning run_id as "runId", state, case when confirmed_at is null then reason end as reason`.execute(tx);
  return rows[0];
}
