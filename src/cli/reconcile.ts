import { Temporal } from 'temporal-polyfill';
import { counted, dayOf } from '#cli/_choices.ts';
import { type OpenEngine, openEngine } from '#cli/_engine.ts';
import type { Command } from '#cli/_main.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import { type PaymentProvider, ProviderUnavailable } from '#domain/payments/provider.ts';
import {
  type ComparedLine,
  listComparedLines,
  type Period,
  type Reconciliation,
  reconcile,
} from '#domain/payments/reconcile.ts';
import { findRestoration, releaseRestorations, statementsWholeAt } from '#domain/payments/restorations.ts';
import { readDatabaseTime } from '#kit/clock.ts';
import { today } from '#kit/dates.ts';
import { StartError, UsageError } from '#kit/errors.ts';
import { formatDecimal } from '#kit/money.ts';

/** Compares the providers' own statements with our books; ends with 1 when anything differs. */
export const command: Command = {
  summary: "Compares the payment providers' statements with the ledger, line by line.",
  usage: ['reconcile --from DATE --to DATE [--json] [--accept REASON]'],
  options: {
    from: { value: 'DATE', required: true, describe: 'the first day' },
    to: { value: 'DATE', required: true, describe: 'the day after the last' },
    accept: { value: 'REASON', describe: 'after a restoration: go on in spite of the differences, and why' },
    json: { describe: 'every line, also those that agree, as JSON; amounts in minor units' },
  },
  async run(context, args) {
    const fromOn = dayOf('--from', args.text('from'));
    const toOn = dayOf('--to', args.text('to'));
    if (Temporal.PlainDate.compare(toOn, fromOn) <= 0) throw new UsageError('--to must be after --from.');
    const open = await openEngine(context);
    try {
      const period = { fromOn, toOn, timeZone: (await getSeller(open.engine.db)).timeZone };
      const results: Reconciliation[] = [];
      for (const provider of Object.values(open.providers)) results.push(await compare(open, provider, period));
      const isClean = results.every((result) => result.differences.length === 0);
      const held = await release(open, period, { isClean, accepted: args.text('accept') });
      const json = args.has('json') ? await Promise.all(results.map((result) => asJson(open, period, result))) : null;
      process.stdout.write(json ? `${JSON.stringify(json)}\n` : results.map(asText).join(''));
      if (held) process.stderr.write(`${held}\n`);
      return isClean ? 0 : 1;
    } finally {
      await open.close();
    }
  },
};

async function compare(open: OpenEngine, provider: PaymentProvider, period: Period): Promise<Reconciliation> {
  try {
    return await reconcile(open.engine.db, provider, { period, now: open.clock() });
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error;
    throw new StartError(`${provider.name} cannot be compared: ${error.message}.`);
  }
}

/**
 * After a restoration, a comparison from the backup's day until after today lets everything go on (P13), once the statements
 * are whole. Answers why it does not, in a sentence; null when nothing is held any more.
 */
async function release(
  { engine, clock, providers }: OpenEngine,
  { fromOn, toOn, timeZone }: Period,
  { isClean, accepted }: { isClean: boolean; accepted: string | undefined },
): Promise<string | null> {
  const restoration = await findRestoration(engine.db);
  if (!restoration) return null;
  const backupOn = today(restoration.backupAt, timeZone);
  const isWhole = Temporal.PlainDate.compare(fromOn, backupOn) <= 0 && Temporal.PlainDate.compare(toOn, clock().on) > 0;
  if (!isWhole) {
    const tomorrow = clock().on.add({ days: 1 });
    return `Nothing goes on yet after the restoration: compare the whole time since the backup, --from ${backupOn} --to ${tomorrow}.`;
  }
  const wholeAt = statementsWholeAt(restoration, Object.values(providers));
  if (Temporal.Instant.compare(await readDatabaseTime(engine.db), wholeAt) < 0)
    return `Nothing goes on yet after the restoration: until ${wholeAt} the statements may not show the last payments. Compare again then.`;
  if (!isClean && !accepted)
    return 'Nothing goes on yet after the restoration: --accept "REASON" answers for the differences.';
  const note = accepted ?? `reconciled ${fromOn} to ${toOn}`;
  await releaseRestorations(engine.db, { actor: 'operator:cli', ...clock() }, note);
  return null;
}

async function asJson({ engine }: OpenEngine, period: Period, { provider, matched, differences }: Reconciliation) {
  const lines = await listComparedLines(engine.db, provider, period);
  return { provider, matched: Number(matched), different: differences.length, lines: lines.map(lineAsJson) };
}

function lineAsJson({ ref, kind, what, ours, theirs, currency }: ComparedLine) {
  const amount = (value: bigint | null) => (value === null ? null : Number(value));
  return { ref, kind, what, ours: amount(ours), theirs: amount(theirs), currency };
}

function asText({ provider, matched, differences }: Reconciliation): string {
  const agreeing = counted(Number(matched), 'line agrees', 'lines agree');
  const head = `${provider}: ${agreeing}, ${counted(differences.length, 'differs', 'differ')}\n`;
  return head + differences.map((line) => `  ${sentence(line)}\n`).join('');
}

function sentence({ ref, kind, what, ours, theirs, currency }: ComparedLine): string {
  const money = (value: bigint | null) =>
    value === null ? 'nothing' : `${formatDecimal(value, currency)} ${currency}`;
  return `${what.replaceAll('_', ' ')}: ${kind} ${ref}, ours ${money(ours)}, theirs ${money(theirs)}`;
}
