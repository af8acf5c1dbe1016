import { sql } from 'kysely';
import type { Process } from '#domain/events/process.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { closeOrders } from '#domain/orders/_close.ts';
import { type OrderKey, readOrders } from '#domain/orders/_store.ts';
import { isUnderWay } from '#domain/payments/charge.ts';

// What became of a charge decides: what was begun in time pays its order, however long an outage lasts (P4).
const beingCharged = sql`
  exists (select from charges c where c.customer_id = orders.customer_id and c.order_id = orders.order_id
                                  and ${isUnderWay})`;

/**
 * Unpaid orders expire with their last instant (R7): from then on they cannot be paid, and their links are dead (R8). One
 * that is being charged waits for the outcome.
 */
export const expireOrders: Process = {
  name: 'expire-orders',
  plan: async (db, { at }) => {
    const { rows } = await sql<{ customerId: bigint }>`
      select distinct customer_id as "customerId" from orders
       where state = 'open' and expires_at <= ${at} and not ${beingCharged}`.execute(db);
    return rows.map((row) => row.customerId);
  },
  run: async (tx, act, customerIds) => {
    const accounts = await lockAccounts(tx, customerIds);
    const { rows } = await sql<OrderKey>`
      select customer_id as "customerId", order_id as "orderId" from orders
       where customer_id = any(${[...accounts.keys()]}::bigint[]) and state = 'open' and expires_at <= ${act.at}
         and not ${beingCharged}`.execute(tx);
    if (rows.length === 0) return 0;
    const orders = [...(await readOrders(tx, rows)).values()];
    return closeOrders(tx, act, { orders, state: 'expired', reason: '' });
  },
};
