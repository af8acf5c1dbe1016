import { createHmac, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import { type OrderKey, readOrders } from '#domain/orders/_store.ts';
import type { Order } from '#domain/orders/types.ts';
import type { Db, Tx } from '#kit/db.ts';
import { sha256 } from '#kit/ids.ts';

/**
 * The end of an order's link: `<customer>-<order>-<token>` (R8). The token is made from this installation's secret and can
 * be told again in every letter; only its hash is stored, so that who reads the database cannot open an order.
 */
export function orderLink(secret: string, key: OrderKey): string {
  return `${key.customerId}-${key.orderId}-${tokenOf(secret, key)}`;
}

/** What is stored of a link. */
export function linkHash(secret: string, key: OrderKey): string {
  return sha256(tokenOf(secret, key));
}

/** Whose order a link is about, before anything proves that it is genuine; null when it is no link at all. */
export function parseLink(link: string): (OrderKey & { token: string }) | null {
  const parts = /^([1-9]\d{0,17})-([1-9]\d{0,17})-([A-Za-z0-9_-]{43})$/.exec(link);
  if (!parts?.[1] || !parts[2] || !parts[3]) return null;
  return { customerId: BigInt(parts[1]), orderId: BigInt(parts[2]), token: parts[3] };
}

/**
 * The one order that a link opens, without login (R8). Only this order may be shown, paid and downloaded by it, nothing
 * else. A wrong link, and one whose order is closed, are refused with `link_dead`; whoever holds a genuine one is told in
 * its fields whether the order was paid, has expired or was withdrawn, so that nobody pays twice or waits in vain.
 */
export async function getLinkedOrder(tx: Db | Tx, link: string, at: Temporal.Instant): Promise<Order> {
  const key = parseLink(link);
  if (!key) throw refuseOrder('link_dead');
  const { rows } = await sql<{ hash: string }>`
    select link_hash as hash from orders where customer_id = ${key.customerId} and order_id = ${key.orderId}`.execute(
    tx,
  );
  // Two hashes, so the lengths agree and the time it takes says nothing.
  const given = Buffer.from(sha256(key.token));
  const kept = Buffer.from(rows[0]?.hash ?? sha256(''));
  if (!rows[0] || !timingSafeEqual(kept, given)) throw refuseOrder('link_dead');
  const order = (await readOrders(tx, [key])).get(key.orderId);
  if (!order) throw refuseOrder('link_dead');
  if (!isPayable(order, at)) throw refuseOrder('link_dead', { fields: [{ name: 'state', rule: closedState(order) }] });
  return order;
}

/** Whether an order may still be paid: open, and its last instant not reached (R7). */
export function isPayable(order: Pick<Order, 'state' | 'expiresAt'>, at: Temporal.Instant): boolean {
  return order.state === 'open' && Temporal.Instant.compare(at, order.expiresAt) < 0;
}

/** What became of an order that can no longer be paid; one that is over but has not been swept yet has expired. */
export function closedState(order: Pick<Order, 'state'>): Exclude<Order['state'], 'open'> {
  return order.state === 'open' ? 'expired' : order.state;
}

function tokenOf(secret: string, { customerId, orderId }: OrderKey): string {
  return createHmac('sha256', secret).update(`order:${customerId}:${orderId}`).digest('base64url');
}
