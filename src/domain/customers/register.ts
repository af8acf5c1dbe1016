import { checkCustomer } from '#domain/customers/_check.ts';
import { refuse } from '#domain/customers/_refusals.ts';
import { insertCustomers } from '#domain/customers/_store.ts';
import type { NewCustomer } from '#domain/customers/types.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Registers customers, all or none; 100,000 at once are fine. Their prepaid accounts are opened by the ledger, in the
 * same transaction (R2). Refuses `bad_customers`, with every bad row as `rows[3].country`, and `customers_exist` (R38).
 * Returns the new ids by code.
 */
export async function registerCustomers(tx: Tx, act: Act, rows: readonly NewCustomer[]): Promise<Map<string, bigint>> {
  const wrong = checkCustomers(rows);
  if (wrong.length > 0) throw refuse('bad_customers', { fields: wrong });
  if (rows.length === 0) return new Map();
  const ids = await insertCustomers(tx, act, rows);
  const taken = rows.flatMap((row, i) => (ids.has(row.code) ? [] : [{ name: `rows[${i}].code`, rule: exists(row) }]));
  if (taken.length > 0) throw refuse('customers_exist', { fields: taken });
  const events = [...ids].map(([code, customerId]) => ({
    customerId,
    type: 'customers.registered' as const,
    data: { code },
  }));
  await recordEvents(tx, act, events);
  return ids;
}

/** What is wrong with rows of new customers, by row and field, without asking the database. */
export function checkCustomers(rows: readonly NewCustomer[]) {
  const firstSeen = new Map<string, number>();
  return rows.flatMap((row, i) => {
    const fields = checkCustomer(row);
    const first = firstSeen.get(row.code);
    if (first === undefined) firstSeen.set(row.code, i);
    else fields.push({ name: 'code', rule: `R38: rows[${first}] has the same code` });
    return fields.map(({ name, rule }) => ({ name: `rows[${i}].${name}`, rule }));
  });
}

function exists(row: NewCustomer): string {
  return `R38: a customer ${row.code} exists already`;
}
