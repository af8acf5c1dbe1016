import assert from 'node:assert/strict';
import { decideVat, vatOf } from '#domain/catalog/decide-vat.ts';
import { getCatalog } from '#domain/catalog/list.ts';
import { getCustomers } from '#domain/customers/get.ts';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Customer, Seller } from '#domain/customers/types.ts';
import { printedVatNumber } from '#domain/customers/vat-number.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { takeNumbers } from '#domain/invoices/_numbers.ts';
import {
  type InvoiceRow,
  insertDebts,
  insertInvoices,
  insertSettlements,
  readBalances,
} from '#domain/invoices/_store.ts';
import { coveredAtIssue } from '#domain/invoices/decide.ts';
import { postEntries } from '#domain/ledger/post.ts';
import { debtDeadline } from '#kit/dates.ts';
import type { Tx } from '#kit/db.ts';

/**
 * An invoice to be: `net` minor units, the sum of the terms that carry `invoiceId`. `earmarked` is money already posted
 * for this very invoice (its order's payment); 0 for a renewal.
 */
export type InvoiceDraft = {
  customerId: bigint;
  invoiceId: bigint;
  orderId: bigint | null;
  net: bigint;
  earmarked: bigint;
};

export type IssuedInvoice = { customerId: bigint; invoiceId: bigint; number: string; gross: bigint; due: bigint };

/**
 * Issues invoices and takes their gross amounts from the prepaid accounts in the same transaction (R3): credit first,
 * also partly; the rest is the invoice's debt with its deadline (R4, R25). VAT by customer and day, rounded once (R1).
 * The customers' accounts must be locked. Numbers come last and without gaps (R36).
 */
export async function issueInvoices(tx: Tx, act: Act, drafts: readonly InvoiceDraft[]): Promise<IssuedInvoice[]> {
  if (drafts.length === 0) return [];
  const seller = await getSeller(tx);
  const rows = await priceDrafts(tx, act, { seller, drafts });
  await numberRows(tx, act, rows);
  await insertInvoices(tx, act, rows);
  await postInvoices(tx, act, rows);
  await insertSettlements(tx, act, settlementsOf(rows));
  await insertDebts(
    tx,
    act,
    rows.filter((row) => row.due > 0n),
  );
  await recordEvents(tx, act, rows.map(issuedEvent));
  return rows.map(({ customerId, invoiceId, number, gross, due }) => ({ customerId, invoiceId, number, gross, due }));
}

type Pricing = { seller: Seller; drafts: readonly InvoiceDraft[] };

async function priceDrafts(tx: Tx, act: Act, { seller, drafts }: Pricing): Promise<InvoiceRow[]> {
  const ids = drafts.map((draft) => draft.customerId);
  const customers = await getCustomers(tx, ids);
  const balances = await readBalances(tx, ids);
  const { rates } = await getCatalog(tx);
  const deadlineAt = debtDeadline(
    { issuedAt: act.at, issuedOn: act.on, graceDays: seller.policy.grace_days },
    seller.timeZone,
  );
  return drafts.map((draft) => {
    const customer = customers.get(draft.customerId);
    const balance = balances.get(draft.customerId);
    assert(customer && balance !== undefined, `customer ${draft.customerId} exists`);
    const vat = decideVat({ seller, customer, day: act.on, rates });
    const [total] = vatOf([{ rateBasisPoints: vat.rateBasisPoints, net: draft.net }]);
    assert(total);
    const gross = draft.net + total.vat;
    const covered = coveredAtIssue({ gross, balance, earmarked: draft.earmarked });
    balances.set(draft.customerId, balance - gross);
    return {
      ...draft,
      sellerId: seller.sellerId,
      currency: customer.currency,
      vatRateBp: vat.rateBasisPoints,
      vat: total.vat,
      gross,
      covered,
      due: gross - covered,
      vatNote: vat.note ?? '',
      buyer: snapshot(customer),
      deadlineAt,
      ...unnumbered,
    };
  });
}

const unnumbered = { series: '', year: 0, seq: 0n, number: '' };

// What the document is printed from for ever, whatever the customer changes afterwards.
function snapshot(customer: Customer) {
  const { code, name, street, postalCode, city, country, language } = customer;
  return { code, name, street, postalCode, city, country, vatNumber: printedVatNumber(customer), language };
}

async function numberRows(tx: Tx, act: Act, rows: InvoiceRow[]): Promise<void> {
  const [first] = rows;
  assert(first);
  const numbers = await takeNumbers(tx, { sellerId: first.sellerId, series: 'F', count: rows.length, on: act.on });
  for (const [i, row] of rows.entries()) Object.assign(row, numbers[i]);
}

async function postInvoices(tx: Tx, act: Act, rows: readonly InvoiceRow[]): Promise<void> {
  await postEntries(
    tx,
    act,
    rows.map((row) => ({
      customerId: row.customerId,
      cause: 'invoice',
      reference: row.number,
      currency: row.currency,
      transfers: [
        { part: 'net', debit: 'customer', credit: 'revenue', amount: row.net } as const,
        { part: 'vat', debit: 'customer', credit: 'vat', amount: row.vat } as const,
      ].filter((transfer) => transfer.amount > 0n),
    })),
  );
}

function settlementsOf(rows: readonly InvoiceRow[]) {
  return rows
    .filter((row) => row.covered > 0n)
    .map((row) => ({
      customerId: row.customerId,
      invoiceId: row.invoiceId,
      amount: row.covered,
      source: row.earmarked > 0n ? ('payment' as const) : ('credit' as const),
    }));
}

function issuedEvent(row: InvoiceRow) {
  return {
    customerId: row.customerId,
    type: 'invoices.issued' as const,
    data: { invoice_id: row.invoiceId, number: row.number, gross: row.gross, due: row.due, order_id: row.orderId },
  };
}
