import { sql } from 'kysely';
import { creditNotes, invoices, movements, orders, payments, transfers } from '#domain/exports/_lists-money.ts';
import { events, letters } from '#domain/exports/_lists-people.ts';
import { lines, mailboxes, prices } from '#domain/exports/_lists-service.ts';
import { formatHeader, formatRows, type ListFormat, type ListRow } from '#domain/exports/format.ts';
import type { Tx } from '#kit/db.ts';

const lists = {
  prices,
  mailboxes,
  invoices,
  lines,
  'credit-notes': creditNotes,
  movements,
  transfers,
  orders,
  payments,
  letters,
  events,
};

export type ListName = keyof typeof lists;

/** Every list that can be taken out, in the order in which they are told about. */
export const listNames = Object.keys(lists) as ListName[];

/** What is wanted of a list: how it is written, and whose rows; with null those of every customer this transaction sees. */
export type ListWish = { format: ListFormat; customerId: bigint | null };

/**
 * Writes a list piece by piece, however long it is, as it stood at one instant (R36). The rows come in an order that
 * never changes. CSV neutralises formulas; see `formatRows` for how amounts and days are written.
 */
export async function* exportList(tx: Tx, name: ListName, wish: ListWish): AsyncGenerator<string> {
  const { columns, query } = lists[name];
  yield formatHeader(columns, wish.format);
  await sql`declare list no scroll cursor for ${query(wish.customerId)}`.execute(tx);
  for (;;) {
    const { rows } = await sql<ListRow>`fetch ${sql.lit(rowsAtOnce)} from list`.execute(tx);
    if (rows.length > 0) yield formatRows(columns, rows, wish.format);
    if (rows.length < rowsAtOnce) break;
  }
  await sql`close list`.execute(tx);
}

// A cursor: neither the server nor this process ever holds more than one piece of the list.
const rowsAtOnce = 5_000;
