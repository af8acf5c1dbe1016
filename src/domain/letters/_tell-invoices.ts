import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import { columns, type Tx } from '#kit/db.ts';
import { readSettledBy } from './_facts-debts.ts';
import { readBalances, readPayments } from './_facts-money.ts';
import { tellPaidAgain } from './_tell-orders.ts';
import { amountOf, customersOf, idOf, type LetterPlan, listed, type Teller, type Telling } from './_telling.ts';
import type { LetterFacts } from './types.ts';

/** An invoice that credit or its order covered. What is left to pay is collected first, and that is told then (R23, R24). */
export const tellInvoices: Teller = async (telling, events) => {
  const covered = events.filter((event) => amountOf(event, 'due') === 0n);
  if (covered.length === 0) return [];
  const invoices = await readInvoices(telling.tx, covered);
  const lines = await readLines(telling.tx, covered);
  return covered.flatMap((event): LetterPlan[] => {
    const invoiceId = idOf(event, 'invoice_id');
    const invoice = invoices.get(invoiceId);
    if (!invoice) return [];
    const documentUrl = telling.links.invoice(invoiceId);
    const facts = {
      ...invoice,
      covered: invoice.gross,
      due: 0n,
      lines: listed(lines.get(invoiceId) ?? [], documentUrl),
      method: null,
      documentUrl,
    };
    return [{ kind: 'invoice', customerId: event.customerId, step: `invoice:${invoiceId}`, facts }];
  });
};

/** Money came in: what we collected ourselves is told with the invoices it settled (R23); the rest with its order. */
export const tellPayments: Teller = async (telling, events) => {
  const keys = events.map((event) => ({ customerId: event.customerId, id: idOf(event, 'payment_id') }));
  const payments = await readPayments(telling.tx, 'payment_id', keys);
  const collected = payments.filter((payment) => payment.forDebt);
  const settled = await readSettledBy(telling.tx, collected);
  const letters = collected.flatMap((payment): LetterPlan[] => {
    const { customerId, paymentId, amount, currency, paidBy, receivedAt } = payment;
    const invoices = settled.get(paymentId) ?? [];
    // Nothing was owed any more when it came: it is free credit, and there is nothing it settled to tell of.
    if (paidBy === 'transfer' || invoices.length === 0) return [];
    const facts = { amount, currency, invoices, method: paidBy, collectedAt: receivedAt };
    return [{ kind: 'collected', customerId, step: `collected:${paymentId}`, facts }];
  });
  const forOrders = payments.filter((payment) => payment.orderId !== null);
  return [...letters, ...(await tellPaidAgain(telling, forOrders))];
};

/** A credit note: what it lowered and what became credit (R36). */
export const tellCreditNotes: Teller = async (telling, events) => {
  const notes = await readCreditNotes(telling.tx, events);
  return events.flatMap((event): LetterPlan[] => {
    const creditNoteId = idOf(event, 'credit_note_id');
    const note = notes.get(creditNoteId);
    if (!note) return [];
    const facts = { ...note, toCredit: note.gross - note.toDebt, documentUrl: telling.links.creditNote(creditNoteId) };
    return [{ kind: 'credit_note', customerId: event.customerId, step: `credit_note:${creditNoteId}`, facts }];
  });
};

/** Money went back to where it came from (R6). */
export const tellRefunds: Teller = async (telling, events) => {
  const keys = events.map((event) => ({ customerId: event.customerId, id: idOf(event, 'payment_id') }));
  const payments = new Map((await readPayments(telling.tx, 'payment_id', keys)).map((each) => [each.paymentId, each]));
  const accounts = await readBalances(telling.tx, customersOf(events));
  const reasons = await readReasons(telling, events);
  return events.flatMap((event): LetterPlan[] => {
    const { customerId } = event;
    const payment = payments.get(idOf(event, 'payment_id'));
    if (!payment || payment.paidBy === 'transfer') return [];
    const refundId = idOf(event, 'refund_id');
    const facts = {
      amount: amountOf(event, 'amount'),
      currency: payment.currency,
      method: payment.paidBy,
      refundedAt: event.at,
      balance: accounts.get(customerId)?.balance ?? 0n,
      reason: reasons.get(refundId) ?? '',
    };
    return [{ kind: 'refund', customerId, step: `refund:${refundId}`, facts }];
  });
};

type Invoice = Pick<LetterFacts['invoice'], 'number' | 'issuedOn' | 'net' | 'vat' | 'gross' | 'currency'>;

async function readInvoices(tx: Tx, events: readonly Happened[]): Promise<Map<bigint, Invoice>> {
  const { rows } = await sql<Invoice & { invoiceId: bigint }>`
    select i.invoice_id as "invoiceId", i.number, i.issued_on as "issuedOn", i.net, i.vat, i.gross, i.currency
      from ${eventColumns(events, 'invoice_id')}
      join invoices i on i.customer_id = u.customer_id and i.invoice_id = u.id`.execute(tx);
  return new Map(rows.map((row) => [row.invoiceId, row]));
}

type Line = LetterFacts['invoice']['lines']['rows'][number];

async function readLines(tx: Tx, events: readonly Happened[]): Promise<Map<bigint, Line[]>> {
  const { rows } = await sql<Line & { invoiceId: bigint }>`
    select t.invoice_id as "invoiceId", p.name as platform, m.address, t.starts_on as "startsOn", t.ends_on as "endsOn", t.net
      from ${eventColumns(events, 'invoice_id')}
      join terms t on t.customer_id = u.customer_id and t.invoice_id = u.id
      join mailboxes m on m.customer_id = t.customer_id and m.mailbox_id = t.mailbox_id
      join platforms p on p.customer_id = m.customer_id and p.platform_id = m.platform_id
     order by t.invoice_id, t.line_no`.execute(tx);
  return Map.groupBy(rows, (row) => row.invoiceId);
}

type CreditNote = {
  number: string;
  issuedOn: Temporal.PlainDate;
  invoice: string;
  gross: bigint;
  currency: string;
  reason: string;
  toDebt: bigint;
};

// A note and what it settles are one act and bear its instant.
async function readCreditNotes(tx: Tx, events: readonly Happened[]): Promise<Map<bigint, CreditNote>> {
  const { rows } = await sql<CreditNote & { creditNoteId: bigint }>`
    select n.credit_note_id as "creditNoteId", n.number, n.issued_on as "issuedOn", i.number as invoice, n.gross, n.currency,
           n.reason, coalesce((select sum(s.amount) from settlements s
                                where s.customer_id = n.customer_id and s.source = 'credit_note' and s.at = n.issued_at), 0)::bigint as "toDebt"
      from ${eventColumns(events, 'credit_note_id')}
      join credit_notes n on n.customer_id = u.customer_id and n.credit_note_id = u.id
      join invoices i on i.customer_id = n.customer_id and i.invoice_id = n.invoice_id`.execute(tx);
  return new Map(rows.map((row) => [row.creditNoteId, row]));
}

async function readReasons({ tx }: Telling, events: readonly Happened[]): Promise<Map<bigint, string>> {
  const { rows } = await sql<{ refund_id: bigint; reason: string }>`
    select r.refund_id, r.reason from ${eventColumns(events, 'refund_id')}
      join refunds r on r.customer_id = u.customer_id and r.refund_id = u.id`.execute(tx);
  return new Map(rows.map((row) => [row.refund_id, row.reason]));
}

function eventColumns(events: readonly Happened[], name: string) {
  return columns(events, {
    customer_id: ['bigint', (event) => event.customerId],
    id: ['bigint', (event) => idOf(event, name)],
  });
}
