import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { today } from '#kit/dates.ts';
import type { Db, Tx } from '#kit/db.ts';

/** An instant together with the date it is on the seller's wall calendar. */
export type Moment = { at: Temporal.Instant; on: Temporal.PlainDate };

/**
 * What time it is for the business. In production that is the host's clock; in the sandbox the clock may have been set,
 * and then it stands still until it is moved.
 */
export async function readMoment(db: Db | Tx, timeZone: string): Promise<Moment> {
  const row = await db.selectFrom('clock').select('stands_at').executeTakeFirst();
  const at = row?.stands_at ?? Temporal.Now.instant();
  return { at, on: today(at, timeZone) };
}

/** Nine in the morning of a day, which is when the sandbox's clock stands and a business day asked for by date runs. */
export function morningOf(day: Temporal.PlainDate, timeZone: string): Moment {
  return { at: day.toZonedDateTime({ timeZone, plainTime: '09:00' }).toInstant(), on: day };
}

/** Makes the sandbox's clock stand at an instant; null lets it follow the host again. */
export async function standClock(tx: Tx, at: Temporal.Instant | null): Promise<void> {
  await sql`
    insert into clock (stands_at, high_water_at) values (${at}, coalesce(${at}::timestamptz, now()))
    on conflict (only_row) do update set stands_at = excluded.stands_at`.execute(tx);
}
