import { sql } from 'kysely';
import type { Act, EventData } from '#domain/events/record.ts';
import type { Tx } from '#kit/db.ts';

/** What operators did to no customer in particular. */
export type SellerEventType =
  | 'demo.lived'
  | 'sellers.registered'
  | 'sellers.changed'
  | 'policies.changed'
  | 'plans.registered'
  | 'plans.changed'
  | 'prices.changed'
  | 'vat_rates.registered'
  | 'runs.confirmed'
  | 'operators.changed'
  | 'provider_accounts.changed'
  | 'messages.released';

/** Writes a fact about the seller, in the transaction that makes it true (P8). An operator's act says why (R37). */
export async function recordSellerEvent(
  tx: Tx,
  act: Act,
  event: { type: SellerEventType; data: EventData },
): Promise<void> {
  // Amounts stay below 2^53: kit/money refuses more.
  const data = JSON.stringify(event.data, (_key, value) => (typeof value === 'bigint' ? Number(value) : value));
  await sql`
    insert into seller_events (type, at, actor, data)
    values (${event.type}, ${act.at}::timestamptz, ${act.actor}, ${data}::jsonb)`.execute(tx);
}
