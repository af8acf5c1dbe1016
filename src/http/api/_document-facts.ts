import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { DocumentLine, DocumentParty, DocumentState } from '#domain/exports/document.ts';
import {
  type Amounts,
  type Facts,
  type Key,
  type Paid,
  paymentAt,
  type Saying,
  totalsOf,
  whoPaid,
} from '#http/api/_document-parts.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Tx } from '#kit/db.ts';

type Invoice = Amounts & {
  number: string;
  issuedOn: Temporal.PlainDate;
  vatNote: string;
  buyer: DocumentParty & { language: string };
  state: 'open' | 'settled' | 'written_off' | null;
  due: bigint | null;
  deadlineAt: Temporal.Instant;
  closedOn: Temporal.PlainDate | null;
  lastSource: string | null;
  lastAt: Temporal.Instant | null;
};

/** An invoice as it was issued, and where its payment stands. Refuses `not_found`. */
export async function invoiceFacts(tx: Tx, key: Key, { timeZone }: Saying): Promise<Facts> {
  const invoice = await readInvoice(tx, key, timeZone);
  return {
    kind: 'invoice',
    number: invoice.number,
    issuedOn: invoice.issuedOn,
    buyer: invoice.buyer,
    refersTo: null,
    lines: await invoiceLines(tx, key, invoice.vatRateBp),
    vatNote: invoice.vatNote,
    ...totalsOf(invoice),
    state: await stateOfInvoice(tx, key, invoice),
  };
}

/** A credit note, with the invoice it corrects. Refuses `not_found`. */
export async function creditNoteFacts(tx: Tx, key: Key, { say, timeZone }: Saying): Promise<Facts> {
  type Note = Omit<Amounts, 'vatRateBp'> & {
    number: string;
    issuedOn: Temporal.PlainDate;
    reason: string;
    invoiceId: bigint;
  };
  const { rows } = await sql<Note>`
    select number, issued_on as "issuedOn", currency, net, vat, gross, reason, invoice_id as "invoiceId"
      from credit_notes where customer_id = ${key.customerId} and credit_note_id = ${key.id}`.execute(tx);
  const [note] = rows;
  if (!note) throw refuseRequest('not_found');
  const invoice = await readInvoice(tx, { ...key, id: note.invoiceId }, timeZone);
  const rateBasisPoints = invoice.vatRateBp;
  const description = say('credit', { number: invoice.number });
  return {
    kind: 'credit_note',
    number: note.number,
    issuedOn: note.issuedOn,
    buyer: invoice.buyer,
    refersTo: { number: invoice.number, issuedOn: invoice.issuedOn },
    lines: [{ description, detail: note.reason, term: null, net: note.net, rateBasisPoints }],
    vatNote: invoice.vatNote,
    ...totalsOf({ ...note, vatRateBp: rateBasisPoints }),
    state: { is: 'closed', why: 'credited', closedOn: note.issuedOn },
  };
}

async function readInvoice(tx: Tx, { customerId, id }: Key, timeZone: string): Promise<Invoice> {
  const { rows } = await sql<Invoice>`
    select i.number, i.issued_on as "issuedOn", i.currency, i.net, i.vat, i.gross, i.vat_rate_bp as "vatRateBp",
           i.vat_note as "vatNote", i.buyer, d.state, d.due, coalesce(d.deadline_at, i.deadline_at) as "deadlineAt",
           (d.closed_at at time zone ${timeZone})::date as "closedOn", s.source as "lastSource", s.at as "lastAt"
      from invoices i
      left join debts d on d.customer_id = i.customer_id and d.invoice_id = i.invoice_id
      left join lateral (select source, at from settlements s
                          where s.customer_id = i.customer_id and s.invoice_id = i.invoice_id and s.amount > 0
                          order by s.settlement_id desc limit 1) s on true
     where i.customer_id = ${customerId} and i.invoice_id = ${id}`.execute(tx);
  const [invoice] = rows;
  if (!invoice) throw refuseRequest('not_found');
  return invoice;
}

async function invoiceLines(tx: Tx, { customerId, id }: Key, rateBasisPoints: number): Promise<DocumentLine[]> {
  type Line = {
    address: string;
    platform: string;
    plan: string;
    startsOn: Temporal.PlainDate;
    endsOn: Temporal.PlainDate;
    net: bigint;
  };
  const { rows } = await sql<Line>`
    select m.address, p.name as platform, plans.name as plan, t.starts_on as "startsOn", t.ends_on as "endsOn", t.net
      from terms t
      join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
      join plans on plans.plan_id = t.plan_id
     where t.customer_id = ${customerId} and t.invoice_id = ${id} order by t.line_no`.execute(tx);
  return rows.map(({ address, platform, plan, startsOn, endsOn, net }) => ({
    description: address,
    detail: `${plan} · ${platform}`,
    term: { startsOn, endsOn },
    net,
    rateBasisPoints,
  }));
}

async function stateOfInvoice(tx: Tx, { customerId }: Key, invoice: Invoice): Promise<DocumentState> {
  const { state, due, deadlineAt, closedOn, issuedOn, number, lastSource, lastAt } = invoice;
  if (state === 'open') return { is: 'open', due: due ?? 0n, deadlineAt, reference: number };
  const on = closedOn ?? issuedOn;
  if (state === 'written_off') return { is: 'closed', why: 'written_off', closedOn: on };
  if (lastSource === 'credit_note') return { is: 'closed', why: 'credited', closedOn: on };
  const payment: Paid | null = lastSource === 'payment' && lastAt ? await paymentAt(tx, customerId, lastAt) : null;
  return { is: 'paid', paidOn: on, paidBy: whoPaid(payment) };
}
