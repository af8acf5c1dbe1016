import { refuseOrder } from '#domain/orders/_refusals.ts';
import { type OrderKey, readOrders } from '#domain/orders/_store.ts';
import type { Order } from '#domain/orders/types.ts';
import type { Db, Tx } from '#kit/db.ts';

/** One order with its lines. Refuses `order_unknown`, also for one that row-level security hides (P11). */
export async function getOrder(tx: Db | Tx, key: OrderKey): Promise<Order> {
  const order = (await readOrders(tx, [key])).get(key.orderId);
  if (!order) throw refuseOrder('order_unknown');
  return order;
}
