import { sql } from 'kysely';
import { refuse } from '#domain/customers/_refusals.ts';
import { selectCustomers } from '#domain/customers/_store.ts';
import type { Customer } from '#domain/customers/types.ts';
import type { Db, Tx } from '#kit/db.ts';

/** The customers with these ids, by id. One that does not exist is missing: ids come from our own rows. */
export async function getCustomers(tx: Db | Tx, customerIds: readonly bigint[]): Promise<Map<bigint, Customer>> {
  const customers = await selectCustomers(tx, sql`customer_id = any(${customerIds}::bigint[])`);
  return new Map(customers.map((customer) => [customer.customerId, customer]));
}

/** One customer. Refuses `unknown_customer`, also for one that row-level security hides (P11). */
export async function getCustomer(tx: Db | Tx, customerId: bigint): Promise<Customer> {
  const [customer] = await selectCustomers(tx, sql`customer_id = ${customerId}`);
  if (!customer) throw refuse('unknown_customer');
  return customer;
}

/** The customers with these codes, by code; a code we do not know is missing from the answer. */
export async function findCustomers(tx: Db | Tx, codes: readonly string[]): Promise<Map<string, Customer>> {
  const customers = await selectCustomers(tx, sql`code = any(${codes}::text[])`);
  return new Map(customers.map((customer) => [customer.code, customer]));
}
