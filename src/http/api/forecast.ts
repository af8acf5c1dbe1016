import path from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Temporal } from 'temporal-polyfill';
import Type from 'typebox';
import { vatOf } from '#domain/catalog/decide-vat.ts';
import { getCustomer } from '#domain/customers/get.ts';
import { formatCalendar } from '#domain/exports/calendar.ts';
import { type Column, formatHeader, formatRows } from '#domain/exports/format.ts';
import { type ForecastQuestion, forecast, forecastDays } from '#domain/renewals/forecast.ts';
import { actOf, customerOf, read } from '#http/act.ts';
import type { App } from '#http/context.ts';
import { sendPieces } from '#http/lists.ts';
import { Amount, Day, Strict, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';
import { formatMoney } from '#kit/formats.ts';
import { loadLanguages, messageOf, pickLanguage } from '#kit/languages.ts';
import { messageText, type Values } from '#kit/messages.ts';

const Invoice = Type.Object({
  due_on: Day,
  mailboxes: Type.Integer(),
  net: Amount,
  vat: Amount,
  gross: Amount,
  currency: Type.String(),
});

const Month = Type.Object({ month: Type.String(), invoices: Type.Integer(), gross: Amount });

type Question = ForecastQuestion & { customerId: bigint };

/** What will be invoiced and when, by the code that renews (R18). */
export function forecastRoutes(app: App): void {
  app.get(
    '/v1/forecast',
    {
      config: { access: { customer: 'money:read' } },
      schema: {
        summary: 'The invoices to come, by day and by month; as a calendar; or their lines as CSV or JSON lines',
        querystring: Strict({
          from: Type.Optional(Day),
          months: Type.Integer({ minimum: 1, maximum: 36, default: 12 }),
          format: Type.Optional(Word('json', 'csv', 'jsonl', 'ics')),
        }),
        response: {
          200: Type.Object({ from: Day, until: Day, invoices: Type.Array(Invoice), months: Type.Array(Month) }),
        },
      },
    },
    (request, reply) => {
      const { format = 'json' } = request.query;
      const customerId = customerOf(request);
      const ask = async (tx: Tx): Promise<Question> => {
        const { on: today } = await actOf(request, tx);
        const from = request.query.from ? Temporal.PlainDate.from(request.query.from) : today;
        return { from, until: from.add({ months: request.query.months }), today, customerId };
      };
      if (format === 'ics') return sendCalendar(request, reply, ask);
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
        const { from, until } = question;
        const invoices = await byDay(tx, question);
        return { from, until, invoices, months: byMonth(invoices, question) };
      });
    },
  );
}

async function byDay(tx: Tx, question: Question) {
  const days = await forecastDays(tx, question);
  return days.map(({ dueOn: due_on, mailboxes, nets, currency }) => {
    const net = nets.reduce((sum, line) => sum + line.net, 0n);
    const vat = vatOf(nets).reduce((sum, rate) => sum + rate.vat, 0n);
    return { due_on, mailboxes, net, vat, gross: net + vat, currency };
  });
}

type ComingInvoice = Awaited<ReturnType<typeof byDay>>[number];

/** The same, added up by calendar month; a month without an invoice is there with nothing. */
function byMonth(invoices: readonly ComingInvoice[], { from, until }: ForecastQuestion) {
  const months = new Map<string, { month: string; invoices: number; gross: bigint }>();
  const last = until.subtract({ days: 1 }).toPlainYearMonth();
  for (let month = from.toPlainYearMonth(); Temporal.PlainYearMonth.compare(month, last) <= 0; ) {
    months.set(month.toString(), { month: month.toString(), invoices: 0, gross: 0n });
    month = month.add({ months: 1 });
  }
  for (const { due_on, gross } of invoices) {
    const found = months.get(due_on.toPlainYearMonth().toString());
    if (!found) throw new Error(`the invoice of ${due_on} is due in no month of the forecast`);
    found.invoices += 1;
    found.gross += gross;
  }
  return [...months.values()];
}

const languages = loadLanguages(path.join(import.meta.dirname, '..', 'locales'));

/** The invoices to come as days of a calendar, in the customer's language. */
function sendCalendar(request: FastifyRequest, reply: FastifyReply, ask: (tx: Tx) => Promise<Question>): never {
  const customerId = customerOf(request);
  async function* pieces(tx: Tx) {
    const { code, language } = await getCustomer(tx, customerId);
    const words = pickLanguage(languages, language);
    const say = (name: string, values: Values = {}) => messageText(messageOf(words, `forecast.${name}`), values);
    const { at: writtenAt } = await actOf(request, tx);
    const invoices = await byDay(tx, await ask(tx));
    const entries = invoices.map(({ due_on: on, mailboxes, gross: amount, currency }) => ({
      uid: `forecast-${code}-${on}@rinnovo`,
      on,
      summary: say('summary', { gross: formatMoney({ amount, currency }, words.tag) }),
      description: say('description', { mailboxes }),
    }));
    yield formatCalendar({ name: say('name', { code }), writtenAt, entries });
  }
  return sendPieces(request, reply, { name: 'forecast.ics', type: 'text/calendar; charset=utf-8', pieces });
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
