import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { Db, Tx } from '#kit/db.ts';

export type ChargeState =
  | 'offered'
  | 'created'
  | 'submitted'
  | 'unknown'
  | 'succeeded'
  | 'declined'
  | 'action_required'
  | 'withdrawn';

/** A row of charges. `collectionOn` is set when it is about the debt; `orderId` when it pays an order; both for a settlement order. */
export type Charge = {
  customerId: bigint;
  chargeId: bigint;
  provider: ProviderName;
  methodId: bigint | null;
  orderId: bigint | null;
  amount: bigint;
  currency: string;
  state: ChargeState;
  providerRef: string | null;
  pageUrl: string | null;
  declineCode: string | null;
  collectionOn: Temporal.PlainDate | null;
  round: number | null;
  checks: number;
  createdAt: Temporal.Instant;
};

/** The columns of a charge as the code calls them; the table is called `c` in every statement. */
export const chargeColumns = sql`
  c.customer_id as "customerId", c.charge_id as "chargeId", c.provider, c.method_id as "methodId", c.order_id as "orderId",
  c.amount, c.currency, c.state, c.provider_ref as "providerRef", c.page_url as "pageUrl", c.decline_code as "declineCode",
  c.collection_on as "collectionOn", c.round, c.checks, c.created_at as "createdAt"`;

/**
 * Whether nothing is in the way of sending a charge (`c`): one that pays an order waits until that order's page is closed, as
 * it could be paid there at the same moment (P2). No page is opened meanwhile, since the charge is open itself.
 */
export const mayGo = sql`
  (c.state <> 'created' or not exists (select from charges x where x.customer_id = c.customer_id
                                          and x.order_id = c.order_id and x.state = 'offered'))`;

/** The key under which the provider knows a charge: decided by our number alone, so that it can never change (rule 3). */
export function chargeKey(charge: Pick<Charge, 'chargeId'>): string {
  return `charge-${charge.chargeId}`;
}

/** The charges of these customers whose outcome is open; one at most each, and no other may begin (R28). */
export async function readOpenCharges(tx: Db | Tx, customerIds: readonly bigint[]): Promise<Charge[]> {
  const { rows } = await sql<Charge>`
    select ${chargeColumns} from charges c
     where c.customer_id = any(${customerIds}::bigint[]) and c.state in ('created', 'submitted', 'unknown')`.execute(
    tx,
  );
  return rows;
}
