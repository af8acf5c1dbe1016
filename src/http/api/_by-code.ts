import { sql } from 'kysely';
import { findCustomers } from '#domain/customers/get.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Tx } from '#kit/db.ts';

/** The customer with a code. Refuses `not_found`, naming the field. */
export async function customerByCode(tx: Tx, code: string): Promise<bigint> {
  const found = (await findCustomers(tx, [code])).get(code);
  if (!found)
    throw refuseRequest('not_found', { fields: [{ name: 'customer', rule: `no customer has the code ${code}` }] });
  return found.customerId;
}

/** The id of a customer's invoice by its number. Refuses `not_found`, naming the field. */
export async function invoiceByNumber(tx: Tx, customerId: bigint, number: string): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    select invoice_id as id from invoices where customer_id = ${customerId} and number = ${number}`.execute(tx);
  if (!rows[0])
    throw refuseRequest('not_found', { fields: [{ name: 'invoice', rule: `the customer has no invoice ${number}` }] });
  return rows[0].id;
}

/** The id of a customer's order by its number. Refuses `not_found`, naming the field. */
export async function orderByNumber(tx: Tx, customerId: bigint, number: string): Promise<bigint> {
  const { rows } = await sql<{ id: bigint }>`
    select order_id as id from orders where customer_id = ${customerId} and number = ${number}`.execute(tx);
  if (!rows[0])
    throw refuseRequest('not_found', { fields: [{ name: 'order', rule: `the customer has no order ${number}` }] });
  return rows[0].id;
}
