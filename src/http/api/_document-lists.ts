import { type RawBuilder, sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { refuseRequest } from '#http/problems.ts';
import { readCursor, toPage } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

/** `from` and `until`: the first and the last day of issue. */
type Query = { cursor?: string; limit: number; from?: string; until?: string };
export type DebtState = 'open' | 'settled' | 'written_off';

type InvoiceLine = {
  invoice_id: bigint;
  number: string;
  issued_on: Temporal.PlainDate;
  deadline_at: Temporal.Instant;
  order_id: bigint | null;
  currency: string;
  net: bigint;
  vat_rate_bp: number;
  vat: bigint;
  gross: bigint;
  due: bigint;
  state: DebtState;
  vat_note: string;
};

const invoiceColumns = sql`i.invoice_id, i.number, i.issued_on, coalesce(d.deadline_at, i.deadline_at) as deadline_at,
  i.order_id, i.currency, i.net, i.vat_rate_bp, i.vat, i.gross, coalesce(d.due, 0) as due,
  coalesce(d.state, 'settled') as state, i.vat_note`;
const withDebt = sql`invoices i left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id`;

export async function listInvoices(tx: Tx, customerId: bigint, query: Query & { state?: DebtState }) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<InvoiceLine>`
    select ${invoiceColumns} from ${withDebt}
     where i.customer_id = ${customerId} and (${before}::bigint is null or i.invoice_id < ${before}::bigint)
       and (${query.state ?? null}::text is null or coalesce(d.state, 'settled') = ${query.state ?? null})
       and ${between(sql`i.issued_on`, query)}
     order by i.invoice_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.invoice_id]);
}

export async function getInvoiceLine(tx: Tx, { customerId, id }: { customerId: bigint; id: bigint }) {
  const { rows } = await sql<InvoiceLine>`
    select ${invoiceColumns} from ${withDebt} where i.customer_id = ${customerId} and i.invoice_id = ${id}`.execute(tx);
  const [invoice] = rows;
  if (!invoice) throw refuseRequest('not_found');
  return { ...invoice, lines: await listTerms(tx, customerId, id) };
}

type TermLine = {
  line_no: number;
  mailbox_id: bigint;
  address: string;
  platform: string;
  plan: string;
  mode: 'monthly' | 'yearly';
  starts_on: Temporal.PlainDate;
  ends_on: Temporal.PlainDate;
  net: bigint;
};

async function listTerms(tx: Tx, customerId: bigint, invoiceId: bigint): Promise<TermLine[]> {
  const { rows } = await sql<TermLine>`
    select t.line_no, t.mailbox_id, m.address, p.name as platform, plans.code as plan, t.mode, t.starts_on, t.ends_on, t.net
      from terms t
      join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join plans on plans.plan_id = t.plan_id
     where t.customer_id = ${customerId} and t.invoice_id = ${invoiceId} order by t.line_no`.execute(tx);
  return rows;
}

type NoteLine = {
  credit_note_id: bigint;
  number: string;
  invoice_id: bigint;
  invoice: string;
  issued_on: Temporal.PlainDate;
  currency: string;
  net: bigint;
  vat: bigint;
  gross: bigint;
  reason: string;
};

const noteColumns = sql`n.credit_note_id, n.number, n.invoice_id, i.number as invoice, n.issued_on, n.currency,
  n.net, n.vat, n.gross, n.reason`;
const withInvoice = sql`credit_notes n
  join invoices i on i.customer_id = n.customer_id and i.invoice_id = n.invoice_id`;

export async function getCreditNoteLine(tx: Tx, { customerId, id }: { customerId: bigint; id: bigint }) {
  const { rows } = await sql<NoteLine>`
    select ${noteColumns} from ${withInvoice}
     where n.customer_id = ${customerId} and n.credit_note_id = ${id}`.execute(tx);
  const [note] = rows;
  if (!note) throw refuseRequest('not_found');
  return note;
}

export async function listCreditNotes(tx: Tx, customerId: bigint, query: Query) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<NoteLine>`
    select ${noteColumns} from ${withInvoice}
     where n.customer_id = ${customerId} and (${before}::bigint is null or n.credit_note_id < ${before}::bigint)
       and ${between(sql`n.issued_on`, query)}
     order by n.credit_note_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.credit_note_id]);
}

type ReceiptLine = {
  payment_id: bigint;
  provider: string;
  amount: bigint;
  currency: string;
  received_on: Temporal.PlainDate;
  received_at: Temporal.Instant;
  order_id: bigint | null;
  order: string | null;
};

export async function listReceipts(tx: Tx, customerId: bigint, query: Query) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<ReceiptLine>`
    select y.payment_id, y.provider, y.amount, y.currency, y.received_on, y.received_at, y.order_id, o.number as order
      from payments y left join orders o on o.customer_id = y.customer_id and o.order_id = y.order_id
     where y.customer_id = ${customerId} and (${before}::bigint is null or y.payment_id < ${before}::bigint)
       and ${between(sql`y.received_on`, query)}
     order by y.payment_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.payment_id]);
}

/** The condition that a day of issue lies between two others, both included. */
export function between(
  day: RawBuilder<unknown>,
  { from = null, until = null }: { from?: string | null; until?: string | null },
) {
  return sql`(${from}::date is null or ${day} >= ${from}::date) and (${until}::date is null or ${day} <= ${until}::date)`;
}
