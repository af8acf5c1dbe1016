import { once } from 'node:events';
import { Temporal } from 'temporal-polyfill';
import { countOf, customerIdOf, dayOf, listFormatOf } from '#cli/_choices.ts';
import type { Command } from '#cli/_main.ts';
import { currentMoment } from '#cli/_moment.ts';
import { type Column, formatHeader, formatRows, type ListFormat, type ListRow } from '#domain/exports/format.ts';
import { type ForecastLine, forecast } from '#domain/renewals/forecast.ts';

/** Writes what will be invoiced and when, by the code that renews (R18). */
export const command: Command = {
  summary: 'Writes what will be invoiced and on which day, by the same code that renews.',
  usage: ['forecast --from DATE --months N [--customer C] --format csv|jsonl'],
  options: {
    from: { describe: 'the first day', value: 'DATE', required: true },
    months: { describe: 'how many months from there', value: 'N', required: true },
    customer: { describe: 'only for the customer with this code', value: 'C' },
    format: {
      describe: 'csv (amounts such as 2.99) or jsonl (amounts in minor units)',
      value: 'csv|jsonl',
      required: true,
    },
  },
  async run(context, args) {
    const from = dayOf('--from', args.text('from'));
    const months = countOf('--months', args.text('months'), 120);
    const format = listFormatOf(args.text('format'));
    const { system } = await context.database();
    const customerId = await customerIdOf(system, args.text('customer'));
    const { on } = await currentMoment(system);
    // What is overdue will be invoiced today. In the sandbox a day that is past can be lived again: it counts from there.
    const today = context.settings.mode === 'sandbox' && Temporal.PlainDate.compare(from, on) < 0 ? from : on;
    const whose = customerId === null ? {} : { customerId };
    await write(forecast(system, { from, until: from.add({ months }), today, ...whose }), format);
  },
};

const columns: readonly Column[] = [
  ['due_on', 'day'],
  ['customer', 'text'],
  ['platform', 'text'],
  ['mailbox', 'text'],
  ['plan', 'text'],
  ['mode', 'text'],
  ['starts_on', 'day'],
  ['ends_on', 'day'],
  ['net', 'money'],
  ['vat_rate', 'rate'],
  ['currency', 'text'],
];

async function write(lines: AsyncIterable<ForecastLine>, format: ListFormat): Promise<void> {
  await send(formatHeader(columns, format));
  let rows: ListRow[] = [];
  for await (const line of lines) {
    rows.push(rowOf(line));
    if (rows.length < linesAtOnce) continue;
    await send(formatRows(columns, rows, format));
    rows = [];
  }
  await send(formatRows(columns, rows, format));
}

const linesAtOnce = 5_000;

async function send(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function rowOf({ dueOn, startsOn, endsOn, vatRateBp, ...line }: ForecastLine): ListRow {
  return { ...line, due_on: dueOn, starts_on: startsOn, ends_on: endsOn, vat_rate: vatRateBp };
}
