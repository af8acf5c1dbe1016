import { Temporal } from 'temporal-polyfill';
import { dayOf } from '#cli/_choices.ts';
import { openEngine } from '#cli/_engine.ts';
import type { Command } from '#cli/_main.ts';
import { type Difference, type Reconciliation, reconcile } from '#domain/payments/reconcile.ts';
import { findRestoration, releaseRestorations } from '#domain/payments/restorations.ts';
import { today } from '#kit/dates.ts';
import { UsageError } from '#kit/errors.ts';
import { formatDecimal } from '#kit/money.ts';

/** Compares the providers' own statements with our books; ends with 1 when anything differs. */
export const command: Command = {
  summary: "Compares the payment providers' statements with the ledger, line by line.",
  usage: ['reconcile --from DATE --to DATE [--json] [--accept REASON]'],
  options: {
    from: { value: 'DATE', required: true, describe: 'the first day' },
    to: { value: 'DATE', required: true, describe: 'the day after the last' },
    accept: { value: 'REASON', describe: 'after a restoration: go on in spite of the differences, and why' },
    json: { describe: 'one JSON object, amounts in minor units' },
  },
  async run(context, args) {
    const fromOn = dayOf('--from', args.text('from'));
    const toOn = dayOf('--to', args.text('to'));
    if (Temporal.PlainDate.compare(toOn, fromOn) <= 0) throw new UsageError('--to must be after --from.');
    const open = await openEngine(context);
    const { db, timeZone } = open.engine;
    const results: Reconciliation[] = [];
    for (const provider of Object.values(open.providers)) {
      results.push(await reconcile(db, provider, { period: { fromOn, toOn, timeZone }, now: open.clock() }));
    }
    const isClean = results.every((result) => result.differences.length === 0);
    const restoration = await findRestoration(db);
    const covers = restoration && Temporal.PlainDate.compare(fromOn, today(restoration.backupAt, timeZone)) <= 0;
    const accepted = args.text('accept');
    if (covers && (isClean || accepted) && Temporal.PlainDate.compare(toOn, open.clock().on) > 0) {
      const note = accepted ?? `reconciled ${fromOn} to ${toOn}`;
      await releaseRestorations(db, { actor: 'operator:cli', ...open.clock() }, note);
    }
    await open.close();
    process.stdout.write(args.has('json') ? `${JSON.stringify(results.map(asJson))}\n` : results.map(asText).join(''));
    return isClean ? 0 : 1;
  },
};

function asJson({ provider, matched, differences }: Reconciliation) {
  const amount = (value: bigint | null) => (value === null ? null : Number(value));
  const lines = differences.map((line) => ({ ...line, ours: amount(line.ours), theirs: amount(line.theirs) }));
  return { provider, matched: Number(matched), differences: lines };
}

function asText({ provider, matched, differences }: Reconciliation): string {
  const head = `${provider}: ${matched} lines agree, ${differences.length} differ\n`;
  return head + differences.map((line) => `  ${sentence(line)}\n`).join('');
}

function sentence({ ref, kind, what, ours, theirs, currency }: Difference): string {
  const money = (value: bigint | null) =>
    value === null ? 'nothing' : `${formatDecimal(value, currency)} ${currency}`;
  return `${what.replaceAll('_', ' ')}: ${kind} ${ref}, ours ${money(ours)}, theirs ${money(theirs)}`;
}
