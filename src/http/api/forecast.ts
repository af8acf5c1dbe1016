import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { vatOf } from '#domain/catalog/decide-vat.ts';
import { type Column, formatHeader, formatRows } from '#domain/exports/format.ts';
import { type ForecastLine, type ForecastQuestion, forecast } from '#domain/renewals/forecast.ts';
import { actOf, customerOf, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { sendPieces } from '#http/lists.ts';
import { Amount, Day, Strict, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const Invoice = Type.Object({
  due_on: Day,
  mailboxes: Type.Integer(),
  net: Amount,
  vat: Amount,
  gross: Amount,
  currency: Type.String(),
});

/** What will be invoiced and when, by the code that renews (R18). */
export function forecastRoutes(app: App): void {
  app.get(
    '/v1/forecast',
    {
      config: { access: { customer: 'money:read' } },
      schema: {
        summary: 'The invoices to come, by day; or their lines as CSV or JSON lines',
        querystring: Strict({
          from: Type.Optional(Day),
          months: Type.Integer({ minimum: 1, maximum: 36, default: 12 }),
          format: Type.Optional(Word('json', 'csv', 'jsonl')),
        }),
        response: { 200: Type.Object({ from: Day, until: Day, invoices: Type.Array(Invoice) }) },
      },
    },
    (request, reply) => {
      const { format = 'json' } = request.query;
      const customerId = customerOf(request);
      const ask = async (tx: Tx): Promise<ForecastQuestion> => {
        const { on: today } = await actOf(request, tx);
        const from = request.query.from ? Temporal.PlainDate.from(request.query.from) : today;
        return { from, until: from.add({ months: request.query.months }), today, customerId };
      };
      if (format !== 'json') {
        const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl';
        return sendPieces(request, reply, {
          name: `forecast.${format}`,
          type,
          pieces: (tx) => lines(tx, ask(tx), format),
        });
      }
      return read(request, async (tx) => {
        const question = await ask(tx);
        return { from: question.from, until: question.until, invoices: await byDay(tx, question) };
      });
    },
  );
}

async function byDay(tx: Tx, question: ForecastQuestion) {
  const days = new Map<string, ForecastLine[]>();
  for await (const line of forecast(tx, question)) {
    const day = String(line.dueOn);
    const found = days.get(day);
    if (found) found.push(line);
    else days.set(day, [line]);
  }
  return [...days.values()].map((found) => {
    const [first] = found as [ForecastLine];
    const net = found.reduce((sum, line) => sum + line.net, 0n);
    const rates = vatOf(found.map((line) => ({ rateBasisPoints: line.vatRateBp, net: line.net })));
    const vat = rates.reduce((sum, rate) => sum + rate.vat, 0n);
    return { due_on: first.dueOn, mailboxes: found.length, net, vat, gross: net + vat, currency: first.currency };
  });
}

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

async function* lines(tx: Tx, asked: Promise<ForecastQuestion>, format: 'csv' | 'jsonl'): AsyncGenerator<string> {
  let piece = formatHeader(columns, format);
  for await (const line of forecast(tx, await asked)) {
    const { dueOn: due_on, startsOn: starts_on, endsOn: ends_on, vatRateBp: vat_rate, ...rest } = line;
    piece += formatRows(columns, [{ ...rest, due_on, starts_on, ends_on, vat_rate }], format);
    if (piece.length < 50_000) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
