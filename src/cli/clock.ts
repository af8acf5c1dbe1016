import { dayOf } from '#cli/_choices.ts';
import { openEngine } from '#cli/_engine.ts';
import type { Command } from '#cli/_main.ts';
import { currentMoment } from '#cli/_moment.ts';
import type { Context } from '#cli/context.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { StartError, UsageError } from '#kit/errors.ts';
import { moveClock } from '#worker/move-clock.ts';
import type { DayReport } from '#worker/run.ts';

/** Tells or sets the sandbox's clock; forward it runs every business day on the way. */
export const command: Command = {
  summary: 'Shows the business clock, or sets it and runs every day in between (sandbox only).',
  usage: ['clock show', 'clock set DATE'],
  positionals: [1, 2],
  repeatable: true,
  async run(context, { positionals: [verb, date] }) {
    if (context.settings.mode === 'production')
      throw new StartError('In production the clock is the clock; only the sandbox has its own.');
    if (verb === 'show' && date === undefined) return show(context);
    if (verb === 'set' && date !== undefined) return set(context, date);
    throw new UsageError('Use clock show, or clock set DATE.');
  },
};

async function show(context: Context): Promise<number> {
  const { system } = await context.database();
  const { timeZone } = await getSeller(system);
  const { at } = await currentMoment(system);
  const local = at.toZonedDateTimeISO(timeZone);
  process.stdout.write(
    `${local.toPlainDate()} ${local.toPlainTime().toString({ smallestUnit: 'second' })} ${timeZone}\n`,
  );
  return 0;
}

async function set(context: Context, date: string): Promise<number> {
  const day = dayOf('DATE', date);
  const open = await openEngine(context);
  let reports: DayReport[];
  try {
    reports = await moveClock(open, day);
  } finally {
    await open.close();
  }
  const last = reports.at(-1);
  if (last?.state === 'held') {
    const how = last.waitsFor === 'word' ? ` To let it go: bin/rinnovo renew --on ${last.on} --confirm "REASON"` : '';
    process.stderr.write(`The clock stands at ${last.on}. ${last.reason}${how}\n`);
    return 1;
  }
  process.stdout.write(`The clock stands at ${day}; ${reports.length} business days were run.\n`);
  return 0;
}
