import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { settleDebts } from '#domain/invoices/settle.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { closeOrders } from '#domain/orders/_close.ts';
import { findObstacles, fulfilOrders } from '#domain/orders/_fulfil.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import { closeRows, type OrderKey, readOrders } from '#domain/orders/_store.ts';
import { closedState, isPayable } from '#domain/orders/link.ts';
import type { Order } from '#domain/orders/types.ts';
import type { Payment } from '#domain/payments/receive.ts';
import { withdrawOrderCharges } from '#domain/payments/withdraw-charges.ts';
import type { Tx } from '#kit/db.ts';

/** `askedAt`: when the charge of a method that brought it was asked for; else it counts from now. */
export type Spendable = Payment & { askedAt?: Temporal.Instant };

/**
 * Spends payments that were received in this transaction, the accounts locked. Money for an open order pays it, exactly
 * once: a top-up and a settlement go to the account, where they pay the oldest debt first (R4, R7, R9); mailboxes start
 * and are invoiced, that money being theirs before older debts (R10). All other money, the surplus of an order, and what
 * comes for an order that is paid, expired, withdrawn or cannot be fulfilled any more, pays debts and is free credit then
 * (R11): never lost. What was charged before an order's last instant is in time, whenever its outcome is heard (P4).
 */
export async function spendPayments(tx: Tx, act: Act, payments: readonly Spendable[]): Promise<void> {
  if (payments.length === 0) return;
  const ordered = payments.filter((payment) => payment.orderId !== null);
  const paid = await takePayable(tx, act, ordered);
  await closePaid(tx, act, [...paid.values()]);
  const starting = [...paid].filter(([, order]) => order.kind === 'mailboxes');
  const left = await fulfilOrders(
    tx,
    act,
    starting.map(([payment, order]) => ({ order, earmarked: payment.amount })),
  );
  await settleDebts(
    tx,
    act,
    payments.flatMap((payment) => {
      const order = paid.get(payment);
      const amount = order?.kind === 'mailboxes' ? (left.get(order.orderId) ?? 0n) : payment.amount;
      return amount > 0n ? [{ customerId: payment.customerId, amount, source: 'payment' as const }] : [];
    }),
  );
}

/**
 * Pays an order for mailboxes from the prepaid account (R11). A top-up cannot be paid by what it is to fill, and a debt
 * leaves nothing to pay it from. Refuses `order_unknown`, `order_closed`, `not_from_account`, `credit_too_low`.
 */
export async function payFromAccount(tx: Tx, act: Act, key: OrderKey): Promise<void> {
  const account = await lockAccount(tx, key.customerId);
  const order = await getPayable(tx, act, key);
  if (order.kind !== 'mailboxes') throw refuseOrder('not_from_account');
  if (account.balance < order.gross) throw refuseOrder('credit_too_low');
  await closePaid(tx, act, [order]);
  await fulfilOrders(tx, act, [{ order, earmarked: 0n }]);
}

/**
 * The order if it may be paid now; the account must be locked. Refuses `order_unknown`, `order_closed`, also when what it
 * asks for can no longer be given: nobody pays for that first.
 */
export async function getPayable(tx: Tx, act: Act, key: OrderKey): Promise<Order> {
  const order = await getOpen(tx, key);
  if (!isPayable(order, act.at)) throw refuseOrder('order_closed', { detail: `This order is ${closedState(order)}.` });
  const obstacles = await findObstacles(tx, [order]);
  if (obstacles.size > 0) throw refuseOrder('order_closed', { detail: unfulfillable });
  return order;
}

/**
 * The order if it is neither paid nor withdrawn nor has been found expired; the account must be locked. Refuses
 * `order_unknown`, `order_closed`.
 */
export async function getOpen(tx: Tx, key: OrderKey): Promise<Order> {
  const order = (await readOrders(tx, [key])).get(key.orderId);
  if (!order) throw refuseOrder('order_unknown');
  if (order.state !== 'open') throw refuseOrder('order_closed', { detail: `This order is ${order.state}.` });
  return order;
}

const unfulfillable = 'What this order asks for has changed in the meantime. Place a new one.';

/** Which payments pay their order; an order that nothing can be done for any more is withdrawn on the way. */
async function takePayable(tx: Tx, act: Act, payments: readonly Spendable[]): Promise<Map<Payment, Order>> {
  const keys = payments.map(({ customerId, orderId }) => ({ customerId, orderId: orderId as bigint }));
  const orders = payments.length === 0 ? new Map<bigint, Order>() : await readOrders(tx, keys);
  const paid = new Map<Payment, Order>();
  for (const payment of payments) {
    const order = orders.get(payment.orderId as bigint);
    const at = payment.askedAt ?? act.at;
    if (!order || !isPayable(order, at) || payment.amount < order.gross || payment.currency !== order.currency)
      continue;
    paid.set(payment, order);
    // The second payment of the same order finds it gone (R11).
    orders.delete(order.orderId);
  }
  const obstacles = await findObstacles(tx, [...paid.values()]);
  const hopeless = [...paid].filter(([, order]) => obstacles.has(order.orderId));
  await closeOrders(tx, act, { orders: hopeless.map(([, order]) => order), state: 'withdrawn', reason: unfulfillable });
  for (const [payment] of hopeless) paid.delete(payment);
  return paid;
}

async function closePaid(tx: Tx, act: Act, orders: readonly Order[]): Promise<void> {
  if (orders.length === 0) return;
  const closed = await closeRows(tx, act, { keys: orders, state: 'paid' });
  if (closed.size !== orders.length)
    throw new Error('an order was paid by somebody else under the lock of its customer');
  await withdrawOrderCharges(tx, act, orders);
  await recordEvents(
    tx,
    act,
    orders.map(({ customerId, orderId, number, kind, gross, currency }) => ({
      customerId,
      type: 'orders.paid' as const,
      data: { order_id: orderId, number, kind, gross, currency },
    })),
  );
}
