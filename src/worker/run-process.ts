import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Process } from '#domain/events/process.ts';
import type { Act } from '#domain/events/record.ts';
import { parkCustomer } from '#domain/platforms/park.ts';
import type { Clock, Moment } from '#kit/clock.ts';
import { type Db, isContention, transaction } from '#kit/db.ts';
import { Refusal } from '#kit/errors.ts';
import { batchSize, type Engine } from '#worker/engine.ts';

/** When a process runs: the clock, the business day, and whether somebody wants it to stop between two batches. */
type RunTime = { clock: Clock; on: Moment['on']; signal?: AbortSignal };

/**
 * Runs a process for everybody who is due: batches in any order, `engine.workers` at once. A batch that breaks is halved
 * until the customer it broke on stands alone, who is parked with the error (R16) while the others go on.
 */
export async function runProcess(engine: Engine, process: Process, time: RunTime): Promise<number> {
  const planned = await process.plan(engine.db, { at: time.clock().at, on: time.on });
  if (planned.length === 0) return 0;
  const parked = await listParked(engine.db);
  const left = leftAlone(engine, time.clock().at);
  const batches = shuffled(cut(planned.filter((customerId) => !parked.has(customerId) && !left.has(customerId))));
  const failures = { left: mostFailures };
  let done = 0;
  const lane = async () => {
    for (let batch = batches.pop(); batch && !time.signal?.aborted; batch = batches.pop()) {
      // Apart from the sum: `done += await …` would forget what the other lanes have added meanwhile.
      const dealt = await runBatch({ engine, process, time, failures }, batch);
      done += dealt;
    }
  };
  await Promise.all(Array.from({ length: Math.min(engine.workers, batches.length) }, lane));
  return done;
}

// When this many customers fail in a row of batches, it is not them: the run stops. Nor does a process park more than that
// in an hour, however often it looks, so that what breaks everybody does not set the whole company aside, one look after the
// other: who fails beyond is left alone for a while, by every process as if set aside, and keeps nobody else from their turn.
const mostFailures = 25;
const minutesAlone = 10;

type Running = {
  engine: Engine;
  process: Process;
  time: RunTime;
  failures: { left: number };
};

async function runBatch(running: Running, customerIds: readonly bigint[]): Promise<number> {
  const { engine, process, time } = running;
  const act: Act = { actor: 'system', at: time.clock().at, on: time.on };
  try {
    return await transaction(engine.db, (tx) => process.run(tx, act, customerIds));
  } catch (error) {
    if (isContention(error)) {
      await delay(10 + Math.random() * 40);
      return runBatch(running, customerIds);
    }
    // The machine, the database or the clock failed, not a customer.
    if (concernsEverybody(error) || isOutage(error)) throw error;
    if (customerIds.length > 1) {
      const half = Math.ceil(customerIds.length / 2);
      return (await runBatch(running, customerIds.slice(0, half))) + (await runBatch(running, customerIds.slice(half)));
    }
    const failed = { customerId: customerIds[0] as bigint, act, error };
    if (running.failures.left-- > 0) return park(running, failed);
    leaveAlone(running, failed);
    throw error;
  }
}

type Failed = { customerId: bigint; act: Act; error: unknown };

/** Answers how many were parked: 1, or 0 when others fail like this one. */
async function park({ engine, process }: Running, failed: Failed): Promise<number> {
  const { customerId, act, error } = failed;
  if ((await countParked(engine.db, process.name, act.at.subtract({ hours: 1 }))) >= mostFailures) {
    leaveAlone({ engine, process }, failed);
    return 0;
  }
  engine.tell('customer parked', { process: process.name, customerId, error });
  const reason = error instanceof Error ? error.message : String(error);
  await transaction(engine.db, (tx) => parkCustomer(tx, act, { customerId, process: process.name, reason }));
  return 1;
}

// Until when, by customer. Only this machine's: another one tries for itself.
const alone = new WeakMap<Engine, Map<bigint, Act['at']>>();

function leaveAlone(
  { engine, process }: Pick<Running, 'engine' | 'process'>,
  { customerId, act, error }: Failed,
): void {
  engine.tell('customer left alone', { process: process.name, customerId, error });
  leftAlone(engine, act.at).set(customerId, act.at.add({ minutes: minutesAlone }));
}

function leftAlone(engine: Engine, at: Act['at']): Map<bigint, Act['at']> {
  const customers = alone.get(engine) ?? new Map<bigint, Act['at']>();
  alone.set(engine, customers);
  for (const [customerId, until] of customers)
    if (Temporal.Instant.compare(until, at) <= 0) customers.delete(customerId);
  return customers;
}

async function countParked(db: Db, process: string, since: Act['at']): Promise<number> {
  const { rows } = await sql<{ parked: number }>`
    select count(*)::int as parked from parkings
     where process = ${process} and mailbox_id is null and parked_at > ${since}`.execute(db);
  return rows[0]?.parked ?? 0;
}

async function listParked(db: Db): Promise<ReadonlySet<bigint>> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select customer_id from parkings where released_at is null and mailbox_id is null`.execute(db);
  return new Set(rows.map((row) => row.customer_id));
}

function cut(customerIds: readonly bigint[]): bigint[][] {
  const sorted = [...customerIds].sort((a, b) => (a < b ? -1 : 1));
  const batches: bigint[][] = [];
  for (let from = 0; from < sorted.length; from += batchSize) batches.push(sorted.slice(from, from + batchSize));
  return batches;
}

// Several machines plan the same day: in a different order they meet less often.
function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

// Other refusals are about one customer, such as a country without a VAT rate.
function concernsEverybody(error: unknown): boolean {
  return error instanceof Refusal && ['clock_behind', 'no_seller'].includes(error.code);
}

function isOutage(error: unknown): boolean {
  const code = codeOf(error);
  if (/^(08|53|57|58|XX)/.test(code)) return true;
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /connection (terminated|ended)/i.test(String(error))
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
