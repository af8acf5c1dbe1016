import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Method } from '#domain/payments/types.ts';
import type { Tx } from '#kit/db.ts';

/** The methods of these customers that are not removed, each customer's in the order they are charged (R26). */
export async function readMethods(tx: Tx, customerIds: readonly bigint[]): Promise<Method[]> {
  const { rows } = await sql<Method>`
    select customer_id as "customerId", method_id as "methodId", provider, kind, state, provider_ref as "providerRef", token,
           brand, last_four as "lastFour", expires_on as "expiresOn", is_default as "isDefault", backup_rank as "backupRank"
      from payment_methods
     where customer_id = any(${customerIds}::bigint[]) and state <> 'removed'
     order by customer_id, is_default desc, backup_rank nulls last, method_id desc`.execute(tx);
  return rows;
}

/** Says which method is the default; null leaves the customer without one. Two statements, as there is never more than one. */
export async function writeDefault(tx: Tx, customerId: bigint, methodId: bigint | null): Promise<void> {
  await sql`
    update payment_methods set is_default = false
     where customer_id = ${customerId} and is_default and method_id is distinct from ${methodId}::bigint`.execute(tx);
  if (methodId === null) return;
  await sql`
    update payment_methods set is_default = true, backup_rank = null
     where customer_id = ${customerId} and method_id = ${methodId}`.execute(tx);
}

/** Whether this method may be charged off-session on this day: valid, and not past its last day (R32). */
export function isUsable(method: Method, on: Temporal.PlainDate): boolean {
  return method.state === 'valid' && (method.expiresOn === null || compareDays(method.expiresOn, on) >= 0);
}

function compareDays(a: Temporal.PlainDate, b: Temporal.PlainDate): number {
  return a.year - b.year || a.month - b.month || a.day - b.day;
}
