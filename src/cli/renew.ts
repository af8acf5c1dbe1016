import { Temporal } from 'temporal-polyfill';
import { dayOf } from '#cli/_choices.ts';
import { type OpenEngine, openEngine } from '#cli/_engine.ts';
import type { Command } from '#cli/_main.ts';
import { operatorAct } from '#cli/_moment.ts';
import { dryRun } from '#cli/_renew-dry.ts';
import { type DayTotals, readTotals, sinceThen, tellTotals } from '#cli/_renew-totals.ts';
import type { Context } from '#cli/context.ts';
import { confirmRun } from '#domain/renewals/confirm.ts';
import { type Db, transaction } from '#kit/db.ts';
import { StartError, UsageError } from '#kit/errors.ts';
import { hasWorked, placeClock } from '#worker/move-clock.ts';
import { type DayReport, runDay } from '#worker/run.ts';

/** Runs the whole business day as of a date, and returns when its charges, letters and provisioning are done too. */
export const command: Command = {
  summary: 'Runs the whole business day as of DATE: deadlines, renewals, collections, letters, provisioning.',
  usage: ['renew --on DATE [--dry-run] [--json] [--confirm REASON]'],
  options: {
    on: {
      describe: 'the business day; in production not after today, unless --dry-run',
      value: 'DATE',
      required: true,
    },
    'dry-run': { describe: 'tells what would be renewed and changes nothing' },
    json: { describe: 'one JSON object, amounts in minor units' },
    confirm: { describe: "an operator's word for a day that the brake holds", value: 'REASON' },
  },
  async run(context, args) {
    const on = dayOf('--on', args.text('on'));
    if (args.has('dry-run')) {
      if (args.text('confirm') !== undefined)
        throw new UsageError('--dry-run changes nothing: there is nothing to confirm.');
      return dryRun((await context.database()).system, on, args.has('json'));
    }
    const { report, totals } = await renew(context, on, args.text('confirm'));
    process.stdout.write(args.has('json') ? asJson(report, totals) : asText(report, totals));
    if (report.state === 'done') return 0;
    const how = report.waitsFor === 'word' ? ` To let it go: bin/rinnovo renew --on ${on} --confirm "REASON"` : '';
    process.stderr.write(`${report.reason}${how}\n`);
    return 1;
  },
};

type Renewed = { report: DayReport; totals: DayTotals };

async function renew(context: Context, on: Temporal.PlainDate, confirmation: string | undefined): Promise<Renewed> {
  const open = await openEngine(context);
  try {
    await comeTo(open, context.settings.mode, on);
    const { engine, clock } = open;
    const before = await readTotals(engine.db);
    const run = () => runDay(engine, clock, { on, waitForOthers: true });
    let report = await run();
    if (report.waitsFor === 'word' && confirmation !== undefined) {
      await confirm(engine.db, on, confirmation);
      report = await run();
    }
    return { report, totals: sinceThen(before, await readTotals(engine.db)) };
  } finally {
    await open.close();
  }
}

/** In the sandbox the clock goes to the day that is asked for, so that everything happens at that time. */
async function comeTo(open: OpenEngine, mode: 'sandbox' | 'production', on: Temporal.PlainDate): Promise<void> {
  const today = open.clock().on;
  const isAhead = Temporal.PlainDate.compare(on, today) > 0;
  if (mode === 'production' && isAhead) {
    throw new StartError(`It is ${today}: ${on} has not come yet. Add --dry-run to see what it would do.`);
  }
  if (mode === 'sandbox' && (isAhead || !(await hasWorked(open.engine.db)))) await placeClock(open, on);
}

async function confirm(db: Db, on: Temporal.PlainDate, reason: string): Promise<void> {
  const { run_id: runId } = await db
    .selectFrom('runs')
    .select('run_id')
    .where('business_on', '=', on)
    .executeTakeFirstOrThrow();
  await transaction(db, async (tx) => confirmRun(tx, await operatorAct(tx), { runId, reason }));
}

function asText({ on, state, stages }: DayReport, totals: DayTotals): string {
  const lines = Object.entries(stages)
    .filter(([, { done }]) => done > 0)
    .map(
      ([name, { done, ms }]) =>
        `  ${name.padEnd(16)} ${String(done).padStart(9)}  ${(ms / 1000).toFixed(1).padStart(7)} s`,
    );
  return `${[`${on}: ${state}`, ...lines, tellTotals(totals)].join('\n')}\n`;
}

function asJson({ on, state, reason, stages }: DayReport, totals: DayTotals): string {
  const rounded = Object.entries(stages).map(([name, { done, ms }]) => [name, { done, ms: Math.round(ms) }]);
  return `${JSON.stringify({ on: on.toString(), dry_run: false, state, reason, ...totals, stages: Object.fromEntries(rounded) })}\n`;
}
