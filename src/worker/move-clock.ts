import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import { type Clock, morningOf, setClock } from '#kit/clock.ts';
import { type Db, transaction } from '#kit/db.ts';
import { refusals } from '#kit/errors.ts';
import type { Engine } from '#worker/engine.ts';
import { type DayReport, runDay } from '#worker/run.ts';

const refuse = refusals({
  clock_only_forward: [409, 'A business day has run already: from then on the clock only goes forward.'],
});

type Day = Temporal.PlainDate;

/** An engine whose adapters follow the sandbox's clock once it has been read again. */
export type ClockedEngine = { engine: Engine; clock: Clock; refreshClock(): Promise<void> };

/**
 * Sets the sandbox's clock to nine in the morning of a day and runs every business day on the way, that one included, as
 * if the worker had lived through them. Stops on a day that the brake holds (R16). Back it goes only while no business
 * day has done anything. Returns the reports of the days that were run; refuses `clock_only_forward`.
 */
export async function moveClock(open: ClockedEngine, to: Day): Promise<DayReport[]> {
  await open.refreshClock();
  const today = open.clock().on;
  const reports: DayReport[] = [];
  for (let day = earlier(today, to); Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    await placeClock(open, day);
    const report = await runDay(open.engine, open.clock, { waitForOthers: true });
    reports.push(report);
    if (report.state === 'held') break;
  }
  return reports;
}

/**
 * Sets the sandbox's clock to nine in the morning of a day, unless it is that day already, and runs nothing. Refuses
 * `clock_only_forward`.
 */
export async function placeClock({ engine: { db }, clock, refreshClock }: ClockedEngine, day: Day): Promise<void> {
  const today = clock().on;
  if (day.equals(today)) return;
  const { at } = morningOf(day, (await getSeller(db)).timeZone);
  await transaction(db, async (tx) => {
    if (Temporal.PlainDate.compare(day, today) < 0) {
      if (await hasWorked(tx)) throw refuse('clock_only_forward');
      // Days that found nothing to do have not happened: the clock may stand before them again.
      await sql`update clock set high_water_at = ${at} where high_water_at > ${at}`.execute(tx);
      await sql`update accounts set notices_looked_on = default, methods_looked_on = default`.execute(tx);
      await sql`update runs set state = 'running' where state = 'superseded' and business_on >= ${day}`.execute(tx);
      await sql`update mailboxes set provision_after = ${at} where provision_after > ${at}`.execute(tx);
    }
    await setClock(tx, at);
  });
  await refreshClock();
}

/** Whether a business day, or a person, has done anything that has a date. */
export async function hasWorked(db: Db): Promise<boolean> {
  const { rows } = await sql<{ worked: boolean }>`
    select exists (select from runs where mailboxes > 0 or confirmed_at is not null)
        or exists (select from invoices) or exists (select from letters) or exists (select from charges) as worked`.execute(
    db,
  );
  return rows[0]?.worked ?? false;
}

function earlier(a: Day, b: Day): Day {
  return Temporal.PlainDate.compare(a, b) <= 0 ? a : b;
}
