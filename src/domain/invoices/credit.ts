import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { takeNumbers } from '#domain/invoices/_numbers.ts';
import { refuseInvoice } from '#domain/invoices/_refusals.ts';
import { insertSettlements, readOpenDebts, updateDebts } from '#domain/invoices/_store.ts';
import { smaller } from '#domain/invoices/decide.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { takeBackWriteOff } from '#domain/invoices/write-off.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { postEntries } from '#domain/ledger/post.ts';
import type { Tx } from '#kit/db.ts';
import { nextIds } from '#kit/ids.ts';
import { percentOf } from '#kit/money.ts';

/** `net` minor units to give back; null gives back all that is left of the invoice. */
export type CreditDraft = { customerId: bigint; invoiceId: bigint; net: bigint | null; reason: string };
export type CreditNote = { creditNoteId: bigint; number: string; net: bigint; vat: bigint; gross: bigint };

/**
 * Issues a credit note against an invoice, never changing it (R36): its own numbered document, the opposite transfers
 * (R5). The amount first pays what is owed on that invoice, then takes back what was written off of it, then pays the
 * oldest debts, and is free credit for the rest (R4). The last one takes the exact rest of the VAT. Refuses
 * `invoice_unknown`, `amount_not_positive`, and `more_than_invoiced` when all credit notes together would exceed it.
 */
export async function creditInvoice(tx: Tx, act: Act, draft: CreditDraft): Promise<CreditNote> {
  const { customerId } = draft;
  await lockAccount(tx, customerId);
  const invoice = await readInvoice(tx, draft);
  const left = { net: invoice.net - invoice.creditedNet, vat: invoice.vat - invoice.creditedVat };
  const net = draft.net ?? left.net;
  if (net <= 0n) throw refuseInvoice('amount_not_positive', { fields: [{ name: 'net', rule: 'above zero' }] });
  if (net > left.net)
    throw refuseInvoice('more_than_invoiced', { fields: [{ name: 'net', rule: `at most ${left.net}` }] });
  // Many small notes may round up more often than the invoice did: never more than is left.
  const vat = net === left.net ? left.vat : smaller(percentOf(net, invoice.vatRateBp), left.vat);
  const note = { net, vat, gross: net + vat, reason: draft.reason };
  const { creditNoteId, number } = await insertNote(tx, act, { invoice, note });
  await postNote(tx, act, { invoice, note, number });
  await spendNote(tx, act, { invoice, number, gross: note.gross });
  const data = {
    credit_note_id: creditNoteId,
    number,
    invoice: invoice.number,
    gross: note.gross,
    reason: draft.reason,
  };
  await recordEvents(tx, act, [{ customerId, type: 'credit_notes.issued', data }]);
  return { creditNoteId, number, net, vat, gross: note.gross };
}

type Invoice = {
  customerId: bigint;
  invoiceId: bigint;
  sellerId: bigint;
  number: string;
  currency: string;
  vatRateBp: number;
  net: bigint;
  vat: bigint;
  creditedNet: bigint;
  creditedVat: bigint;
};
type Note = { net: bigint; vat: bigint; gross: bigint; reason: string };

async function readInvoice(tx: Tx, { customerId, invoiceId }: CreditDraft): Promise<Invoice> {
  const { rows } = await sql<Invoice>`
    select i.customer_id as "customerId", i.invoice_id as "invoiceId", i.seller_id as "sellerId", i.number, i.currency,
           i.vat_rate_bp as "vatRateBp", i.net, i.vat,
           coalesce(sum(n.net), 0)::bigint as "creditedNet", coalesce(sum(n.vat), 0)::bigint as "creditedVat"
      from invoices i
      left join credit_notes n on n.customer_id = i.customer_id and n.invoice_id = i.invoice_id
     where i.customer_id = ${customerId} and i.invoice_id = ${invoiceId}
     group by i.customer_id, i.invoice_id`.execute(tx);
  const [invoice] = rows;
  if (!invoice) throw refuseInvoice('invoice_unknown');
  return invoice;
}

async function insertNote(tx: Tx, act: Act, { invoice, note }: { invoice: Invoice; note: Note }) {
  const [number] = await takeNumbers(tx, { sellerId: invoice.sellerId, series: 'N', count: 1, on: act.on });
  const [creditNoteId] = await nextIds(tx, 1);
  if (!number || !creditNoteId) throw new Error('one number and one id were asked for');
  await tx
    .insertInto('credit_notes')
    .values({
      customer_id: invoice.customerId,
      credit_note_id: creditNoteId,
      invoice_id: invoice.invoiceId,
      seller_id: invoice.sellerId,
      ...number,
      issued_on: act.on,
      issued_at: act.at,
      currency: invoice.currency,
      ...note,
    })
    .execute();
  return { creditNoteId, number: number.number };
}

async function postNote(tx: Tx, act: Act, posting: { invoice: Invoice; note: Note; number: string }): Promise<void> {
  const { invoice, note, number } = posting;
  const transfers = [
    { part: 'net', debit: 'revenue', credit: 'customer', amount: note.net } as const,
    { part: 'vat', debit: 'vat', credit: 'customer', amount: note.vat } as const,
  ].filter((transfer) => transfer.amount > 0n);
  const { customerId, currency } = invoice;
  await postEntries(tx, act, [{ customerId, cause: 'credit_note', reference: number, currency, transfers }]);
}

async function spendNote(tx: Tx, act: Act, note: { invoice: Invoice; number: string; gross: bigint }): Promise<void> {
  const { customerId, invoiceId } = note.invoice;
  const own = (await readOpenDebts(tx, [customerId])).find((debt) => debt.invoiceId === invoiceId);
  const paid = own ? smaller(own.due, note.gross) : 0n;
  if (own && paid > 0n) {
    await insertSettlements(tx, act, [{ customerId, invoiceId, amount: paid, source: 'credit_note' }]);
    await updateDebts(tx, act, { rows: [{ customerId, invoiceId, due: own.due - paid }], closedState: 'settled' });
    if (paid === own.due) {
      await recordEvents(tx, act, [{ customerId, type: 'invoices.settled', data: { invoice_ids: [invoiceId] } }]);
    }
  }
  const rest = note.gross - paid;
  const lost = await takeBackWriteOff(tx, act, { ...note, credit: { number: note.number, amount: rest } });
  await settleDebts(tx, act, [{ customerId, amount: rest - lost, source: 'credit_note' }]);
}
