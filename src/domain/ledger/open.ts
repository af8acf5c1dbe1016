import { sql } from 'kysely';
import { columns, type Tx } from '#kit/db.ts';

/** Opens the prepaid accounts of new customers, at 0 (R2); the currency is the customer's, for ever. */
export async function openAccounts(tx: Tx, drafts: readonly { customerId: bigint; currency: string }[]): Promise<void> {
  if (drafts.length === 0) return;
  await sql`
    insert into accounts (customer_id, currency)
    select u.customer_id, u.currency
      from ${columns(drafts, {
        customer_id: ['bigint', (draft) => draft.customerId],
        currency: ['text', (draft) => draft.currency],
      })}`.execute(tx);
}
