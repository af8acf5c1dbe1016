import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Reaction } from '#domain/events/reaction.ts';
import type { Db, Tx } from '#kit/db.ts';

/** Where an account remembers the last day on which somebody looked at its coming renewals, for one purpose. */
export type Look = 'notices_looked_on' | 'methods_looked_on';

/** The customers nobody has looked at yet on this day; those who were are not even read. */
export async function listUnlooked(db: Db, look: Look, on: Temporal.PlainDate): Promise<bigint[]> {
  const { rows } = await sql<{ customer_id: bigint }>`
    select customer_id from accounts where ${sql.ref(look)} < ${on}`.execute(db);
  return rows.map((row) => row.customer_id);
}

/** They were looked at: the next look is on another day, unless something asks for it. */
export async function noteLook(
  tx: Tx,
  look: Look,
  { on, customerIds }: { on: Temporal.PlainDate; customerIds: readonly bigint[] },
): Promise<void> {
  const sorted = [...customerIds].sort((a, b) => (a < b ? -1 : 1));
  await sql`
    update accounts set ${sql.ref(look)} = ${on} where customer_id = any(${sorted}::bigint[]) and ${sql.ref(look)} < ${on}`.execute(
    tx,
  );
}

/**
 * Something changed that may renew before tomorrow's look would tell of it, or within days that were judged already: these
 * are looked at again, now, and their methods judged from the start.
 */
export async function lookAgain(tx: Tx, customerIds: readonly bigint[]): Promise<void> {
  const sorted = [...new Set(customerIds)].sort((a, b) => (a < b ? -1 : 1));
  if (sorted.length === 0) return;
  await sql`
    update accounts set notices_looked_on = default, methods_looked_on = default, methods_judged_to = null
     where customer_id = any(${sorted}::bigint[])`.execute(tx);
}

/** The same where it follows from facts: mailboxes that are new, that renew again, or whose customer may be told again. */
export const lookAgainAfter: Reaction = (tx, _act, events) =>
  lookAgain(
    tx,
    events.map(({ customerId }) => customerId),
  );
