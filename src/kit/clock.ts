import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { today } from '#kit/dates.ts';
import type { Db, Tx } from '#kit/db.ts';

/** An instant together with the date it is on the seller's wall calendar. */
export type Moment = { at: Temporal.Instant; on: Temporal.PlainDate };

/** Tells the time whenever it is asked. */
export type Clock = () => Moment;

/**
 * The clock of the business. In production it is the host's; in the sandbox it may have been set, and goes on from there.
 * Read once, ask often; read it again to notice that somebody has set it.
 */
export async function readClock(db: Db | Tx, timeZone: string): Promise<Clock> {
  const row = await db.selectFrom('clock').select(['set_to', 'set_at']).executeTakeFirst();
  const ahead = row?.set_to && row.set_at ? row.set_to.epochNanoseconds - row.set_at.epochNanoseconds : 0n;
  return () => {
    const at = Temporal.Instant.fromEpochNanoseconds(Temporal.Now.instant().epochNanoseconds + ahead);
    return { at, on: today(at, timeZone) };
  };
}

/** What time it is for the business now. */
export async function readMoment(db: Db | Tx, timeZone: string): Promise<Moment> {
  return (await readClock(db, timeZone))();
}

/** Nine in the morning of a day: where the sandbox's clock is set to. */
export function morningOf(day: Temporal.PlainDate, timeZone: string): Moment {
  return { at: day.toZonedDateTime({ timeZone, plainTime: '09:00' }).toInstant(), on: day };
}

/** A clock that always shows the same moment. */
export function standing(moment: Moment): Clock {
  return () => moment;
}

/** Sets the sandbox's clock to an instant, from which it goes on; null lets it follow the host again. */
export async function setClock(tx: Db | Tx, to: Temporal.Instant | null): Promise<void> {
  const hostNow = Temporal.Now.instant();
  const setAt = to && hostNow;
  await sql`
    insert into clock (set_to, set_at, high_water_at) values (${to}, ${setAt}, ${to ?? hostNow})
    on conflict (only_row) do update set set_to = excluded.set_to, set_at = excluded.set_at`.execute(tx);
}

/** Remembers the latest instant the business has run at; it only rises. Returns what was remembered before. */
export async function raiseHighWater(tx: Db | Tx, at: Temporal.Instant): Promise<Temporal.Instant> {
  const { rows } = await sql<{ before: Temporal.Instant }>`
    with old as (select high_water_at from clock)
    insert into clock (high_water_at) values (${at})
    on conflict (only_row) do update set high_water_at = greatest(clock.high_water_at, excluded.high_water_at)
    returning coalesce((select high_water_at from old), ${at}::timestamptz) as before`.execute(tx);
  return rows[0]?.before ?? at;
}

/** What the database's own clock shows: a host whose clock differs from it must not decide what is due. */
export async function readDatabaseTime(db: Db | Tx): Promise<Temporal.Instant> {
  const { rows } = await sql<{ now: Temporal.Instant }>`select clock_timestamp() as now`.execute(db);
  if (!rows[0]) throw new Error('the database tells no time');
  return rows[0].now;
}
