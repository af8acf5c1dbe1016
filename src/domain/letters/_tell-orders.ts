import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Happened } from '#domain/events/reaction.ts';
import { columns, type Tx } from '#kit/db.ts';
import { type PaymentFacts, readBalances, readPayments } from './_facts-money.ts';
import { customersOf, idOf, type LetterPlan, type Teller, type Telling } from './_telling.ts';
import type { OrderFacts } from './types.ts';

/** An order is ready to be paid (R7). A settlement order comes with the letter of its debt (R9). */
export const tellPlaced: Teller = async (telling, events) => {
  const orders = await readOrders(telling, events);
  const iban = telling.seller.iban || null;
  return events.flatMap((event): LetterPlan[] => {
    const order = orders.get(idOf(event, 'order_id'));
    if (order?.state !== 'open' || order.purpose === 'settlement') return [];
    const step = `order_placed:${order.orderId}`;
    return [{ kind: 'order_placed', customerId: event.customerId, step, facts: { order, iban } }];
  });
};

/** An order was paid: by what, and what stands on the account now. */
export const tellPaid: Teller = async (telling, events) => {
  const orders = await readOrders(telling, events);
  const keys = events.map((event) => ({ customerId: event.customerId, id: idOf(event, 'order_id') }));
  const payments = Map.groupBy(await readPayments(telling.tx, 'order_id', keys), (payment) => payment.orderId);
  const accounts = await readBalances(telling.tx, customersOf(events));
  return events.flatMap((event): LetterPlan[] => {
    const order = orders.get(idOf(event, 'order_id'));
    if (!order) return [];
    const payment = payingOf(order, payments.get(order.orderId) ?? []);
    const balance = accounts.get(event.customerId)?.balance ?? 0n;
    const surplus = payment && payment.amount > order.gross ? payment.amount - order.gross : 0n;
    const paidBy = payment?.paidBy ?? ('account' as const);
    const facts = { order, paidAt: event.at, paidBy, surplus, balance };
    return [{ kind: 'order_paid', customerId: event.customerId, step: `order_paid:${order.orderId}`, facts }];
  });
};

/** An order that was paid already was paid once more: the money is credit, not lost (R11). */
export async function tellPaidAgain(telling: Telling, payments: readonly PaymentFacts[]): Promise<LetterPlan[]> {
  const keys = payments.flatMap(({ customerId, orderId }) => (orderId === null ? [] : [{ customerId, id: orderId }]));
  if (keys.length === 0) return [];
  const all = Map.groupBy(await readPayments(telling.tx, 'order_id', keys), (payment) => payment.orderId);
  const orders = await readOrderFacts(
    telling,
    keys.map(({ customerId, id }) => ({ customerId, orderId: id })),
  );
  const accounts = await readBalances(
    telling.tx,
    keys.map((key) => key.customerId),
  );
  return payments.flatMap((payment): LetterPlan[] => {
    const { customerId, orderId, paymentId, paidBy, amount, receivedAt } = payment;
    const order = orderId === null ? undefined : orders.get(orderId);
    if (order?.state !== 'paid' || !order.closedAt || isBefore(receivedAt, order.closedAt)) return [];
    if (payingOf(order, all.get(orderId) ?? [])?.paymentId === paymentId) return [];
    const balance = accounts.get(customerId)?.balance ?? 0n;
    const facts = { order, paidAt: receivedAt, paidBy, surplus: amount, balance };
    return [{ kind: 'order_paid', customerId, step: `order_paid_again:${paymentId}`, facts }];
  });
}

// Of all payments that named the order the one that paid it: they are one act. None when the account paid it.
function payingOf({ gross, closedAt }: Order, payments: readonly PaymentFacts[]): PaymentFacts | undefined {
  return payments.find(({ amount, receivedAt }) => amount >= gross && closedAt?.equals(receivedAt));
}

function isBefore(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return a.epochNanoseconds < b.epochNanoseconds;
}

type Order = OrderFacts & { orderId: bigint; state: string; closedAt: Temporal.Instant | null };

function readOrders(telling: Telling, events: readonly Happened[]): Promise<Map<bigint, Order>> {
  const keys = events.map((event) => ({ customerId: event.customerId, orderId: idOf(event, 'order_id') }));
  return readOrderFacts(telling, keys);
}

type OrderKey = { customerId: bigint; orderId: bigint };
type Row = Omit<Order, 'link'> & { customerId: bigint };

async function readOrderFacts({ tx, links }: Telling, keys: readonly OrderKey[]): Promise<Map<bigint, Order>> {
  const rows = await readRows(tx, keys);
  return new Map(rows.map((row) => [row.orderId, { ...row, link: links.order(row) }]));
}

async function readRows(tx: Tx, keys: readonly OrderKey[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select o.customer_id as "customerId", o.order_id as "orderId", o.number, o.kind as purpose, o.state, o.gross, o.currency,
           o.expires_at as "expiresAt", o.closed_at as "closedAt"
      from ${columns(keys, {
        customer_id: ['bigint', (key) => key.customerId],
        order_id: ['bigint', (key) => key.orderId],
      })}
      join orders o on o.customer_id = u.customer_id and o.order_id = u.order_id`.execute(tx);
  return rows;
}
