import { sql } from 'kysely';
import type { Act } from '#domain/events/record.ts';
import type { Order, OrderLine } from '#domain/orders/types.ts';
import { columns, type Db, type Tx } from '#kit/db.ts';

export type OrderKey = { customerId: bigint; orderId: bigint };

const orderColumns = sql`
  o.customer_id as "customerId", o.order_id as "orderId", o.number, o.kind, o.state, o.currency, o.net,
  o.vat_rate_bp as "vatRateBp", o.vat, o.gross, o.placed_at as "placedAt", o.placed_by as "placedBy",
  o.expires_at as "expiresAt", o.closed_at as "closedAt"`;

/** The orders with these keys, with their lines, by order id; unknown ones are missing. */
export async function readOrders(tx: Db | Tx, keys: readonly OrderKey[]): Promise<Map<bigint, Order>> {
  const { rows } = await sql<Omit<Order, 'lines'>>`
    select ${orderColumns} from orders o join ${keyColumns(keys)}
        on o.customer_id = u.customer_id and o.order_id = u.order_id`.execute(tx);
  const lines = await readLines(tx, keys);
  return new Map(rows.map((row) => [row.orderId, { ...row, lines: lines.get(row.orderId) ?? [] }]));
}

/** The open settlement orders of these customers, one at most each, without lines as they have none (R9). */
export async function readSettlementOrders(tx: Tx, customerIds: readonly bigint[]): Promise<Order[]> {
  const { rows } = await sql<Omit<Order, 'lines'>>`
    select ${orderColumns} from orders o
     where o.customer_id = any(${customerIds}::bigint[]) and o.kind = 'settlement' and o.state = 'open'`.execute(tx);
  return rows.map((row) => ({ ...row, lines: [] }));
}

/** Writes new orders with their lines; `linkHash` is all that is kept of the link (R8). */
export async function insertOrders(tx: Tx, act: Act, orders: readonly (Order & { linkHash: string })[]): Promise<void> {
  if (orders.length === 0) return;
  await sql`
    insert into orders (customer_id, order_id, number, kind, currency, net, vat_rate_bp, vat, gross, placed_at, placed_by,
                        expires_at, link_hash)
    select u.customer_id, u.order_id, u.number, u.kind, u.currency, u.net, u.vat_rate_bp, u.vat, u.gross,
           ${act.at}::timestamptz, u.placed_by, u.expires_at, u.link_hash
      from ${columns(orders, {
        customer_id: ['bigint', (order) => order.customerId],
        order_id: ['bigint', (order) => order.orderId],
        number: ['text', (order) => order.number],
        kind: ['text', (order) => order.kind],
        currency: ['text', (order) => order.currency],
        net: ['bigint', (order) => order.net],
        vat_rate_bp: ['integer', (order) => order.vatRateBp],
        vat: ['bigint', (order) => order.vat],
        gross: ['bigint', (order) => order.gross],
        placed_by: ['text', (order) => order.placedBy],
        expires_at: ['timestamptz', (order) => order.expiresAt],
        link_hash: ['text', (order) => order.linkHash],
      })}`.execute(tx);
  await insertLines(
    tx,
    orders.flatMap((order) => order.lines.map((line) => ({ ...order, ...line }))),
  );
}

/** Closes orders that are still open, and answers the keys of those it closed. */
export async function closeRows(
  tx: Tx,
  act: Act,
  closing: { keys: readonly OrderKey[]; state: Order['state'] },
): Promise<Set<bigint>> {
  if (closing.keys.length === 0) return new Set();
  const { rows } = await sql<{ orderId: bigint }>`
    update orders o set state = ${closing.state}, closed_at = ${act.at}
      from ${keyColumns(closing.keys)}
     where o.customer_id = u.customer_id and o.order_id = u.order_id and o.state = 'open'
    returning o.order_id as "orderId"`.execute(tx);
  return new Set(rows.map((row) => row.orderId));
}

async function insertLines(tx: Tx, lines: readonly (OrderKey & OrderLine)[]): Promise<void> {
  if (lines.length === 0) return;
  await sql`
    insert into order_lines (customer_id, order_id, line_no, mailbox_id, platform_id, plan_id, address, mode, net)
    select u.customer_id, u.order_id, u.line_no, u.mailbox_id, u.platform_id, u.plan_id, u.address, u.mode, u.net
      from ${columns(lines, {
        customer_id: ['bigint', (line) => line.customerId],
        order_id: ['bigint', (line) => line.orderId],
        line_no: ['integer', (line) => line.lineNo],
        mailbox_id: ['bigint', (line) => line.mailboxId],
        platform_id: ['bigint', (line) => line.platformId],
        plan_id: ['bigint', (line) => line.planId],
        address: ['text', (line) => line.address],
        mode: ['text', (line) => line.mode],
        net: ['bigint', (line) => line.net],
      })}`.execute(tx);
}

async function readLines(tx: Db | Tx, keys: readonly OrderKey[]): Promise<Map<bigint, OrderLine[]>> {
  const { rows } = await sql<OrderLine & { orderId: bigint }>`
    select l.order_id as "orderId", l.line_no as "lineNo", l.mailbox_id as "mailboxId", l.platform_id as "platformId",
           l.plan_id as "planId", l.address, l.mode, l.net
      from order_lines l join ${keyColumns(keys)} on l.customer_id = u.customer_id and l.order_id = u.order_id
     order by l.order_id, l.line_no`.execute(tx);
  return Map.groupBy(rows, (row) => row.orderId);
}

// Each key once: two payments may be for the same order, and its lines must not be read twice.
function keyColumns(keys: readonly OrderKey[]) {
  const distinct = [...new Map(keys.map((key) => [key.orderId, key])).values()];
  return columns(distinct, {
    customer_id: ['bigint', (key) => key.customerId],
    order_id: ['bigint', (key) => key.orderId],
  });
}
