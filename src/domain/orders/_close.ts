import { type Act, recordEvents } from '#domain/events/record.ts';
import { closeRows } from '#domain/orders/_store.ts';
import type { Order } from '#domain/orders/types.ts';
import { withdrawOrderCharges } from '#domain/payments/withdraw-charges.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Closes open orders without a payment and takes back what was asked for them at a provider. The accounts must be locked.
 * Answers how many were still open.
 */
export async function closeOrders(
  tx: Tx,
  act: Act,
  closing: { orders: readonly Order[]; state: 'expired' | 'withdrawn'; reason: string },
): Promise<number> {
  const { orders, state, reason } = closing;
  const closed = await closeRows(tx, act, { keys: orders, state });
  const rows = orders.filter((order) => closed.has(order.orderId));
  await withdrawOrderCharges(tx, act, rows);
  await recordEvents(
    tx,
    act,
    rows.map(({ customerId, orderId, number, kind }) => ({
      customerId,
      type: `orders.${state}` as const,
      data: { order_id: orderId, number, kind, reason },
    })),
  );
  return rows.length;
}
