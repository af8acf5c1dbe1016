import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { type Charge, chargeColumns } from '#domain/payments/_charges.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Takes back what is asked for orders that are closed: a charge that was never sent is withdrawn at once; an offer on a
 * provider's page loses its page here and is cancelled there by driveCharges, which accepts the money of a payer who was
 * quicker. The accounts must be locked.
 */
export async function withdrawOrderCharges(
  tx: Tx,
  act: Act,
  orders: readonly { customerId: bigint; orderId: bigint }[],
): Promise<void> {
  if (orders.length === 0) return;
  const { rows } = await sql<Charge>`
    update charges c
       set state = case when c.state = 'created' then 'withdrawn' else c.state end,
           finished_at = case when c.state = 'created' then ${act.at}::timestamptz end,
           next_check_at = case when c.state = 'created' then null else ${act.at}::timestamptz end,
           page_url = null
      from ${columns(orders, {
        customer_id: ['bigint', (order) => order.customerId],
        order_id: ['bigint', (order) => order.orderId],
      })}
     where c.customer_id = u.customer_id and c.order_id = u.order_id and c.state in ('offered', 'created')
    returning ${chargeColumns}`.execute(tx);
  await tellWithdrawn(
    tx,
    act,
    rows.filter((charge) => charge.state === 'withdrawn'),
  );
}

/** Takes back the live offers for the debts of these customers, before their debts are collected another way (P2). */
export async function withdrawDebtOffers(tx: Tx, act: Act, customerIds: readonly bigint[]): Promise<void> {
  if (customerIds.length === 0) return;
  await sql`
    update charges c set page_url = null, next_check_at = ${act.at}
     where c.customer_id = any(${customerIds}::bigint[]) and c.state = 'offered' and c.collection_on is not null`.execute(
    tx,
  );
}

/** Writes into the audit trail that these charges will never take money. */
export async function tellWithdrawn(tx: Tx, act: Act, charges: readonly Charge[]): Promise<void> {
  await recordEvents(
    tx,
    act,
    charges.map(({ customerId, chargeId, orderId }) => ({
      customerId,
      type: 'charges.withdrawn' as const,
      data: { charge_id: chargeId, order_id: orderId },
    })),
  );
}
