import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { Db, Tx } from '#kit/db.ts';

/** Something is said to have changed with a charge of the provider's, or with what an order was being paid by. */
export type ChargeHint = { provider: ProviderName; ref: string } | { customerId: bigint; orderId: bigint };

/**
 * A hint, from a message or from a payer who came back: these charges are asked about at once if their outcome is open
 * (P12), whatever the hint says of it. Answers the states of the charges it is about, none when they are none of ours.
 */
export async function hintCharges(db: Db | Tx, at: Temporal.Instant, hint: ChargeHint): Promise<string[]> {
  const about =
    'ref' in hint
      ? sql`provider = ${hint.provider} and provider_ref = ${hint.ref}`
      : sql`customer_id = ${hint.customerId} and order_id = ${hint.orderId} and provider_ref is not null`;
  const { rows } = await sql<{ state: string }>`
    update charges set next_check_at = case when next_check_at is not null then least(next_check_at, ${at}::timestamptz) end
     where ${about} returning state`.execute(db);
  return rows.map(({ state }) => state);
}
