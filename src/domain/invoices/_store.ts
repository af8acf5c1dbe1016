import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { columns, type Tx } from '#kit/db.ts';

export type InvoiceRow = {
  customerId: bigint;
  invoiceId: bigint;
  sellerId: bigint;
  orderId: bigint | null;
  series: string;
  year: number;
  seq: bigint;
  number: string;
  deadlineAt: Temporal.Instant;
  currency: string;
  net: bigint;
  vatRateBp: number;
  vat: bigint;
  gross: bigint;
  vatNote: string;
  buyer: object;
  earmarked: bigint;
  covered: bigint;
  due: bigint;
};

export type SettlementRow = {
  customerId: bigint;
  invoiceId: bigint;
  amount: bigint;
  source: 'credit' | 'payment' | 'credit_note' | 'write_off' | 'reversal';
};

export type DebtRow = { customerId: bigint; invoiceId: bigint; due: bigint };

/** The balances as this transaction sees them: after the lock, and after what it has posted itself. */
export async function readBalances(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, bigint>> {
  const { rows } = await sql<{ customer_id: bigint; balance: bigint }>`
    select customer_id, balance from accounts where customer_id = any(${customerIds}::bigint[])`.execute(tx);
  return new Map(rows.map((row) => [row.customer_id, row.balance]));
}

export async function insertInvoices(tx: Tx, act: Act, rows: readonly InvoiceRow[]): Promise<void> {
  await sql`
    insert into invoices (customer_id, invoice_id, seller_id, series, year, seq, number, issued_on, issued_at,
                          deadline_at, order_id, currency, net, vat_rate_bp, vat, gross, vat_note, buyer)
    select u.customer_id, u.invoice_id, u.seller_id, u.series, u.year, u.seq, u.number, ${act.on}::date, ${act.at}::timestamptz,
           u.deadline_at, u.order_id, u.currency, u.net, u.vat_rate_bp, u.vat, u.gross, u.vat_note, u.buyer
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        invoice_id: ['bigint', (row) => row.invoiceId],
        seller_id: ['bigint', (row) => row.sellerId],
        series: ['text', (row) => row.series],
        year: ['integer', (row) => row.year],
        seq: ['bigint', (row) => row.seq],
        number: ['text', (row) => row.number],
        deadline_at: ['timestamptz', (row) => row.deadlineAt],
        order_id: ['bigint', (row) => row.orderId],
        currency: ['text', (row) => row.currency],
        net: ['bigint', (row) => row.net],
        vat_rate_bp: ['integer', (row) => row.vatRateBp],
        vat: ['bigint', (row) => row.vat],
        gross: ['bigint', (row) => row.gross],
        vat_note: ['text', (row) => row.vatNote],
        buyer: ['jsonb', (row) => JSON.stringify(row.buyer)],
      })}`.execute(tx);
}

export async function insertSettlements(tx: Tx, act: Act, rows: readonly SettlementRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    insert into settlements (customer_id, invoice_id, amount, source, at)
    select u.customer_id, u.invoice_id, u.amount, u.source, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        invoice_id: ['bigint', (row) => row.invoiceId],
        amount: ['bigint', (row) => row.amount],
        source: ['text', (row) => row.source],
      })}`.execute(tx);
}

/**
 * Opens debts, or opens them again: then with a new deadline (R25), except one that is overdue and has suspended its
 * mailboxes already, which only grows. A new deadline would leave them suspended for a debt that is not due yet (R29).
 */
export async function insertDebts(
  tx: Tx,
  act: Act,
  rows: readonly (DebtRow & { deadlineAt: Temporal.Instant })[],
): Promise<void> {
  if (rows.length === 0) return;
  const isOverdue = sql`debts.state = 'open' and debts.suspended_at is not null`;
  await sql`
    insert into debts (customer_id, invoice_id, due, deadline_at, opened_at)
    select u.customer_id, u.invoice_id, u.due, u.deadline_at, ${act.at}::timestamptz
      from ${columns(rows, {
        customer_id: ['bigint', (row) => row.customerId],
        invoice_id: ['bigint', (row) => row.invoiceId],
        due: ['bigint', (row) => row.due],
        deadline_at: ['timestamptz', (row) => row.deadlineAt],
      })}
    on conflict (customer_id, invoice_id) do update
       set due = debts.due + excluded.due, state = 'open', closed_at = null,
           deadline_at = case when ${isOverdue} then debts.deadline_at else excluded.deadline_at end,
           opened_at = case when ${isOverdue} then debts.opened_at else excluded.opened_at end,
           suspended_at = case when ${isOverdue} then debts.suspended_at end,
           reminders = case when ${isOverdue} then debts.reminders else 0 end`.execute(tx);
}

/** Writes what is left of debts; one with nothing left is closed as `closedState`. */
export async function updateDebts(
  tx: Tx,
  act: Act,
  change: { rows: readonly DebtRow[]; closedState: 'settled' | 'written_off' },
) {
  if (change.rows.length === 0) return;
  await sql`
    update debts d
       set due = u.due,
           state = case when u.due = 0 then ${change.closedState} else 'open' end,
           closed_at = case when u.due = 0 then ${act.at}::timestamptz end
      from ${columns(change.rows, {
        customer_id: ['bigint', (row) => row.customerId],
        invoice_id: ['bigint', (row) => row.invoiceId],
        due: ['bigint', (row) => row.due],
      })}
     where d.customer_id = u.customer_id and d.invoice_id = u.invoice_id`.execute(tx);
}

/** The open debts of these customers, oldest first (R4). */
export async function readOpenDebts(tx: Tx, customerIds: readonly bigint[]): Promise<(DebtRow & { number: string })[]> {
  const { rows } = await sql<DebtRow & { number: string }>`
    select d.customer_id as "customerId", d.invoice_id as "invoiceId", d.due, i.number
      from debts d join invoices i on i.customer_id = d.customer_id and i.invoice_id = d.invoice_id
     where d.customer_id = any(${customerIds}::bigint[]) and d.state = 'open'
     order by d.customer_id, i.issued_at, i.invoice_id`.execute(tx);
  return rows;
}
