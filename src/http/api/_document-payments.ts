import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { DocumentLine, DocumentState } from '#domain/exports/document.ts';
import {
  type Facts,
  type Key,
  type Paid,
  paid,
  type Saying,
  totalsOf,
  whoPaid,
  withMethod,
} from '#http/api/_document-parts.ts';
import { refuseRequest } from '#http/problems.ts';
import type { Tx } from '#kit/db.ts';

type Order = {
  number: string;
  kind: 'top_up' | 'settlement' | 'mailboxes';
  state: 'open' | 'paid' | 'expired' | 'withdrawn';
  currency: string;
  net: bigint;
  vat: bigint;
  gross: bigint;
  vatRateBp: number;
  placedOn: Temporal.PlainDate;
  expiresAt: Temporal.Instant;
  closedOn: Temporal.PlainDate | null;
};

/** An order and where its payment stands. Refuses `not_found`. */
export async function orderFacts(tx: Tx, key: Key, { say, timeZone }: Saying): Promise<Facts> {
  const { rows } = await sql<Order>`
    select number, kind, state, currency, net, vat, gross, vat_rate_bp as "vatRateBp", expires_at as "expiresAt",
           (placed_at at time zone ${timeZone})::date as "placedOn", (closed_at at time zone ${timeZone})::date as "closedOn"
      from orders where customer_id = ${key.customerId} and order_id = ${key.id}`.execute(tx);
  const [order] = rows;
  if (!order) throw refuseRequest('not_found');
  const taxed = order.kind === 'mailboxes';
  const single = {
    description: taxed ? '' : say(order.kind),
    detail: '',
    term: null,
    net: order.net,
    rateBasisPoints: null,
  };
  const totals = totalsOf(order);
  return {
    kind: 'order',
    number: order.number,
    issuedOn: order.placedOn,
    buyer: null,
    refersTo: null,
    lines: taxed ? await orderLines(tx, key, order.vatRateBp) : [single],
    vatNote: '',
    ...totals,
    vat: taxed ? totals.vat : [],
    state: await stateOfOrder(tx, key, order),
  };
}

/** The receipt of a payment. Refuses `not_found`. */
export async function receiptFacts(tx: Tx, key: Key, { say, timeZone }: Saying): Promise<Facts> {
  type Payment = Paid & {
    paymentId: bigint;
    amount: bigint;
    currency: string;
    receivedOn: Temporal.PlainDate;
    order: string | null;
    placedOn: Temporal.PlainDate | null;
  };
  const { rows } = await sql<Payment>`
    select ${paid}, y.payment_id as "paymentId", y.amount, y.currency, y.received_on as "receivedOn", o.number as order,
           (o.placed_at at time zone ${timeZone})::date as "placedOn"
      from payments y ${withMethod}
      left join orders o on o.customer_id = y.customer_id and o.order_id = y.order_id
     where y.customer_id = ${key.customerId} and y.payment_id = ${key.id}`.execute(tx);
  const [payment] = rows;
  if (!payment) throw refuseRequest('not_found');
  const { amount, currency, receivedOn, order, placedOn } = payment;
  const description = order ? say('payment_for', { number: order }) : say('payment');
  return {
    kind: 'receipt',
    number: `R${payment.paymentId}`,
    issuedOn: receivedOn,
    buyer: null,
    refersTo: order && placedOn ? { number: order, issuedOn: placedOn } : null,
    lines: [{ description, detail: '', term: null, net: amount, rateBasisPoints: null }],
    currency,
    net: amount,
    vat: [],
    gross: amount,
    vatNote: '',
    state: { is: 'paid', paidOn: receivedOn, paidBy: whoPaid(payment) },
  };
}

async function orderLines(tx: Tx, { customerId, id }: Key, rateBasisPoints: number): Promise<DocumentLine[]> {
  const { rows } = await sql<{ address: string; platform: string; plan: string; net: bigint }>`
    select l.address, p.name as platform, plans.name as plan, l.net
      from order_lines l
      join platforms p on p.customer_id = l.customer_id and p.platform_id = l.platform_id
      join plans on plans.plan_id = l.plan_id
     where l.customer_id = ${customerId} and l.order_id = ${id} order by l.line_no`.execute(tx);
  return rows.map(({ address, platform, plan, net }) => {
    return { description: address, detail: `${plan} · ${platform}`, term: null, net, rateBasisPoints };
  });
}

async function stateOfOrder(tx: Tx, { customerId, id }: Key, order: Order): Promise<DocumentState> {
  const { state, gross, expiresAt, number, closedOn } = order;
  if (state === 'open' || !closedOn) return { is: 'open', due: gross, deadlineAt: expiresAt, reference: number };
  if (state !== 'paid') return { is: 'closed', why: state, closedOn };
  const { rows } = await sql<Paid>`
    select ${paid} from payments y ${withMethod}
     where y.customer_id = ${customerId} and y.order_id = ${id} order by y.payment_id limit 1`.execute(tx);
  return { is: 'paid', paidOn: closedOn, paidBy: whoPaid(rows[0] ?? null) };
}
