import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Effect } from '#domain/events/effect.ts';
import { pauseAfter } from '#domain/payments/_pauses.ts';
import { type PaymentProvider, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { reconcile } from '#domain/payments/reconcile.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import type { Moment } from '#kit/clock.ts';
import { startOfDay, today } from '#kit/dates.ts';
import type { Db } from '#kit/db.ts';

export type ReconciliationDesk = {
  db: Db;
  providers: Providers;
  tell(message: string, details: object): void;
};

// PayPal's statement runs up to three hours late: before, yesterday's last payments would be missing there.
const earliestHour = 4;

/**
 * Compares yesterday with every provider, once a day from four in the morning on, and with it the days that were missed
 * before; the result stands in `reconciliations` and in the metrics. One that fails, for whatever reason, is tried again
 * after 5 minutes, an hour, and then daily, stops nothing else, and stands in the metrics since when it fails. A dispute or
 * refund of which the statement says another thing than our books is followed as if a message about it had come (P12); all
 * else that differs is for a person.
 */
export function reconciliationEffect(desk: ReconciliationDesk): Effect {
  return {
    name: 'reconciliation',
    outstanding: async () => 0,
    drive: async (clock) => {
      const now = clock();
      const { timeZone } = await getSeller(desk.db);
      if (Temporal.Instant.compare(now.at, morningAfter(now.on, timeZone)) < 0) return 0;
      const time = { now, timeZone };
      const done = await Promise.all(Object.values(desk.providers).map((each) => compareUntilToday(desk, each, time)));
      return done.filter(Boolean).length;
    },
  };
}

type Time = { now: Moment; timeZone: string };

async function compareUntilToday(desk: ReconciliationDesk, provider: PaymentProvider, time: Time): Promise<boolean> {
  const { db, tell } = desk;
  const { now } = time;
  const before = await readAttempts(db, provider);
  if (before && Temporal.Instant.compare(now.at, before.nextAt) < 0) return false;
  const fromOn = await nextDay(db, provider, { ...time, failingSince: before?.failingSince ?? null });
  if (Temporal.PlainDate.compare(fromOn, now.on) >= 0) return false;
  try {
    await compareDays(desk, provider, { fromOn, ...time });
    await noteAttempt(db, provider, { failures: 0, at: now.at, nextAt: now.at, problem: '' });
    return true;
  } catch (error) {
    const failures = (before?.failures ?? 0) + 1;
    const problem = error instanceof Error ? error.message : String(error);
    if (!(error instanceof ProviderUnavailable))
      tell('reconciliation failed', { provider: provider.name, failures, error });
    await noteAttempt(db, provider, { failures, at: now.at, nextAt: now.at.add(pauseAfter(failures)), problem });
    return false;
  }
}

async function compareDays(
  { db, tell }: ReconciliationDesk,
  provider: PaymentProvider,
  { fromOn, now, timeZone }: Time & { fromOn: Temporal.PlainDate },
): Promise<void> {
  const { differences } = await reconcile(db, provider, { period: { fromOn, toOn: now.on, timeZone }, now });
  if (differences.length > 0)
    tell('provider and ledger differ', { provider: provider.name, differences: differences.slice(0, 10) });
  for (const { kind, ref } of differences)
    if (kind === 'dispute' || kind === 'refund') await hint(db, provider, { kind, ref, now });
}

type Attempt = { failures: number; at: Temporal.Instant; nextAt: Temporal.Instant; problem: string };

type Before = Pick<Attempt, 'failures' | 'nextAt'> & { failingSince: Temporal.Instant | null };

async function readAttempts(db: Db, { name }: PaymentProvider): Promise<Before | undefined> {
  const { rows } = await sql<Before>`
    select failures, next_at as "nextAt", failing_since as "failingSince"
      from reconciliation_attempts where provider = ${name}`.execute(db);
  return rows[0];
}

// Since when it fails stays as it is until it works.
async function noteAttempt(
  db: Db,
  { name }: PaymentProvider,
  { failures, at, nextAt, problem }: Attempt,
): Promise<void> {
  const since = failures === 0 ? null : at;
  await sql`
    insert into reconciliation_attempts (provider, failures, failing_since, next_at, problem)
    values (${name}, ${failures}, ${since}, ${nextAt}, ${problem})
    on conflict (provider) do update
       set failures = excluded.failures, next_at = excluded.next_at, problem = excluded.problem,
           failing_since = case when excluded.failures > 0 then coalesce(reconciliation_attempts.failing_since, excluded.failing_since) end`.execute(
    db,
  );
}

/** The first day that nobody compared when it was over; where nobody ever did, the day before the first that was tried. */
async function nextDay(
  db: Db,
  { name }: PaymentProvider,
  { now, timeZone, failingSince }: Time & { failingSince: Temporal.Instant | null },
): Promise<Temporal.PlainDate> {
  const { rows } = await sql<{ toOn: Temporal.PlainDate; ranAt: Temporal.Instant }>`
    select to_on as "toOn", ran_at as "ranAt" from reconciliations
     where provider = ${name} and to_on <= ${now.on} order by to_on desc limit 50`.execute(db);
  const whole = rows.find(({ toOn, ranAt }) => Temporal.Instant.compare(ranAt, morningAfter(toOn, timeZone)) >= 0);
  const firstOn = failingSince ? today(failingSince, timeZone) : now.on;
  return whole?.toOn ?? firstOn.subtract({ days: 1 });
}

/** When the statement of everything before a day is complete. */
function morningAfter(day: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return startOfDay(day, timeZone).add({ hours: earliestHour });
}

// By its day, so that what could not be followed is tried anew after the next comparison.
async function hint(
  db: Db,
  { name }: PaymentProvider,
  { kind, ref, now }: { kind: 'dispute' | 'refund'; ref: string; now: Moment },
): Promise<void> {
  const eventId = `statement ${now.on} ${ref}`;
  await storeWebhook(db, name, { eventId, type: 'statement', kind, ref, at: now.at });
}
