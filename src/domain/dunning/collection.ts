import { sql } from 'kysely';
import type { Reaction } from '#domain/events/reaction.ts';
import type { Act } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';

/** Follows an issued invoice: what credit did not cover is collected at once (R23). */
export const collectInvoices: Reaction = async (tx, act, events) => {
  const unpaid = events.filter((event) => Number(event.data['due'] ?? 0) > 0);
  await startCollections(
    tx,
    act,
    unpaid.map((event) => event.customerId),
  );
};

/** Follows a method registered while in debt (R27), and debts that are open again after a chargeback: collected at once. */
export const collectDebts: Reaction = (tx, act, events) =>
  startCollections(
    tx,
    act,
    events.map((event) => event.customerId),
  );

/** Begins the collection of the whole open debt anew, from round 0 and today; who owes nothing is left alone. */
export async function startCollections(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  if (customerIds.length === 0) return;
  await sql`
    insert into collections (customer_id, started_on, round, due_on)
    select customer_id, ${act.on}::date, 0, ${act.on}::date from accounts
     where customer_id = any(${customerIds}::bigint[]) and balance < 0
    on conflict (customer_id) do update set started_on = excluded.started_on, round = 0, due_on = excluded.due_on`.execute(
    tx,
  );
}

/** Ends the collections of customers who owe nothing any more. Without it they would be looked at once more, and closed then. */
export async function closeCollections(tx: Tx, customerIds: readonly bigint[]): Promise<void> {
  if (customerIds.length === 0) return;
  await sql`
    update collections c set due_on = null from accounts a
     where a.customer_id = c.customer_id and c.customer_id = any(${customerIds}::bigint[]) and a.balance >= 0
       and c.due_on is not null`.execute(tx);
}
