import { sql } from 'kysely';
import type { Tx } from '#kit/db.ts';

export type Account = {
  customerId: bigint;
  currency: string;
  balance: bigint;
  alertThreshold: bigint | null;
};

/**
 * Takes the customers' prepaid accounts for this transaction: the one serialization point of everything that touches
 * their money or mailboxes. Parked customers are left out of the answer (R16).
 *
 * One UPDATE and not a SELECT FOR UPDATE, because only the former works for many customers of a spread database. The
 * index gives the rows in the order of the ids, so that two batches that share customers wait for each other; should
 * the planner choose otherwise, PostgreSQL ends one of them and the driver of the day tries that batch again.
 */
export async function lockAccounts(tx: Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Account>> {
  const sorted = [...new Set(customerIds)].sort((a, b) => (a < b ? -1 : 1));
  const { rows } = await sql<Account>`
    update accounts set lock_version = lock_version + 1
     where customer_id = any(${sorted}::bigint[]) and not parked
    returning customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"`.execute(tx);
  return new Map(rows.map((row) => [row.customerId, row]));
}

/** Takes one customer's account, also a parked one: for what a person does by hand. */
export async function lockAccount(tx: Tx, customerId: bigint): Promise<Account> {
  const { rows } = await sql<Account>`
    update accounts set lock_version = lock_version + 1 where customer_id = ${customerId}
    returning customer_id as "customerId", currency, balance, alert_threshold as "alertThreshold"`.execute(tx);
  const [account] = rows;
  if (!account) throw new Error(`customer ${customerId} has no prepaid account`);
  return account;
}
