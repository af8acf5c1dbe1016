import type { Act } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { closeOrders } from '#domain/orders/_close.ts';
import type { OrderKey } from '#domain/orders/_store.ts';
import { getOpen } from '#domain/orders/pay.ts';
import type { Tx } from '#kit/db.ts';

/** Withdraws an open order: its link is dead, and money that still comes for it is free credit (R8, R11). Refuses `order_unknown`, `order_closed`. */
export async function withdrawOrder(
  tx: Tx,
  act: Act,
  { reason, ...key }: OrderKey & { reason: string },
): Promise<void> {
  await lockAccount(tx, key.customerId);
  const order = await getOpen(tx, key);
  await closeOrders(tx, act, { orders: [order], state: 'withdrawn', reason });
}
