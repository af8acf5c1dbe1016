import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { refuse } from '#domain/identity/_refusals.ts';
import type { Db } from '#kit/db.ts';

type Limit = { key: string; most: number };
export type Attempt = { email?: string; address: string };

const windowMinutes = 15;
const mostPerAccount = 10;
const mostPerAddress = 60;
const mostOfAll = 3000;

/**
 * Counts an attempt at a door (`sign-in`, `reset` …) before anything is looked at: per account, per address and over
 * all, in the database, so that several processes and a restart count together. Refuses `too_many_attempts`.
 */
export async function countAttempt(
  db: Db,
  door: string,
  { attempt, now }: { attempt: Attempt; now: Temporal.Instant },
) {
  const limits = limitsOf(door, attempt);
  const opened = now.subtract({ minutes: windowMinutes });
  const { rows } = await sql<{ key: string; attempts: number }>`
    insert into throttles as t (key, opened_at, attempts)
    select key, ${now}::timestamptz, 1 from unnest(${limits.map((limit) => limit.key)}::text[]) as k(key) order by key
    on conflict (key) do update set
      attempts = case when t.opened_at < ${opened}::timestamptz then 1 else t.attempts + 1 end,
      opened_at = case when t.opened_at < ${opened}::timestamptz then excluded.opened_at else t.opened_at end
    returning key, attempts`.execute(db);
  const counted = new Map(rows.map((row) => [row.key, row.attempts]));
  if (limits.some((limit) => (counted.get(limit.key) ?? 0) > limit.most)) throw refuse('too_many_attempts');
}

/** Gives an attempt back that turned out to be the right person; their account starts from zero. */
export async function forgiveAttempt(db: Db, door: string, attempt: Required<Attempt>): Promise<void> {
  const account = accountKey(door, attempt.email);
  await sql`delete from throttles where key = ${account}`.execute(db);
  // One row at a time: a statement over several could wait in another order than its neighbour.
  for (const { key } of limitsOf(door, { address: attempt.address })) {
    await sql`update throttles set attempts = greatest(attempts - 1, 0) where key = ${key}`.execute(db);
  }
}

/** Forgets windows that are long over. */
export async function forgetAttempts(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`delete from throttles where opened_at < ${now.subtract({ hours: 24 })}::timestamptz`.execute(db);
}

function limitsOf(door: string, { email, address }: Attempt): Limit[] {
  return [
    { key: `${door} all`, most: mostOfAll },
    { key: `${door} address ${address}`, most: mostPerAddress },
    ...(email === undefined ? [] : [{ key: accountKey(door, email), most: mostPerAccount }]),
  ];
}

function accountKey(door: string, email: string): string {
  return `${door} account ${email}`;
}
