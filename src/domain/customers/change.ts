import { checkCustomer } from '#domain/customers/_check.ts';
import { refuse } from '#domain/customers/_refusals.ts';
import { lockCustomer, updateCustomer } from '#domain/customers/_store.ts';
import { traced } from '#domain/customers/_trace.ts';
import { getCustomer } from '#domain/customers/get.ts';
import type { Customer } from '#domain/customers/types.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';

/** What may change about a customer. Code and currency may not: documents and the prepaid account stand on them. */
export type CustomerPatch = Partial<
  Pick<Customer, 'name' | 'email' | 'street' | 'postalCode' | 'city' | 'country' | 'vatNumber' | 'language'>
>;

/**
 * Changes what we know of a customer, from the next document on; issued documents keep what they say (R36). `reason` is
 * the operator's, empty when the customers do it themselves. Refuses `unknown_customer`, `bad_customers` (R38).
 */
export async function changeCustomer(
  tx: Tx,
  act: Act,
  { customerId, patch, reason }: { customerId: bigint; patch: CustomerPatch; reason: string },
): Promise<Customer> {
  await lockCustomer(tx, customerId);
  const before = await getCustomer(tx, customerId);
  const after: Customer = { ...before, ...patch };
  const wrong = checkCustomer(after);
  if (wrong.length > 0) throw refuse('bad_customers', { fields: wrong });
  const changed = (Object.keys(patch) as (keyof CustomerPatch)[]).filter((field) => before[field] !== after[field]);
  if (changed.length === 0) return before;
  await updateCustomer(tx, after);
  const changes = traced(
    Object.fromEntries(changed.map((field) => [field, { from: before[field], to: after[field] }])),
  );
  await recordEvents(tx, act, [{ customerId, type: 'customers.changed', data: { changes, reason } }]);
  return after;
}
