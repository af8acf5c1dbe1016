import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import Type, { type Static } from 'typebox';
import { getSeller } from '#domain/customers/sellers.ts';
import { getOrder } from '#domain/orders/get.ts';
import type { LineRequest, Order, PricedOrder } from '#domain/orders/types.ts';
import { Amount, Day, Email, Id, Instant, Maybe, readCursor, Strict, Text, toPage, Word } from '#http/schemas.ts';
import type { Tx } from '#kit/db.ts';

const TermMode = Word('monthly', 'yearly');
const head = {
  order_id: Id,
  number: Type.String(),
  kind: Word('top_up', 'settlement', 'mailboxes'),
  state: Word('open', 'paid', 'expired', 'withdrawn'),
  currency: Type.String(),
  net: Amount,
  vat_rate_bp: Type.Integer(),
  vat: Amount,
  gross: Amount,
  placed_at: Instant,
  expires_at: Instant,
  closed_at: Maybe(Instant),
};
const line = {
  line_no: Type.Integer(),
  mailbox_id: Maybe(Id),
  platform_id: Id,
  address: Type.String(),
  mode: TermMode,
  net: Amount,
};

export const OrderHead = Type.Object(head);
export const OrderView = Type.Object({ ...head, lines: Type.Array(Type.Object(line)) }, { $id: 'Order' });
/** Where a bank transfer for an order goes, and what to write on it so that it is found. */
export const Transfer = Type.Object({
  payee: Type.String(),
  iban: Type.String(),
  bic: Type.String(),
  reference: Type.String(),
});
export const Preview = Type.Object({
  currency: Type.String(),
  net: Amount,
  vat_rate_bp: Type.Integer(),
  vat: Amount,
  gross: Amount,
  vat_note: Type.String(),
  lines: Type.Array(
    Type.Object({
      ...line,
      plan: Type.String(),
      starts_on: Day,
      ends_on: Day,
      renewal: Type.Object({ on: Day, net: Maybe(Amount) }),
    }),
  ),
});

/** What is asked for: new mailboxes on a platform, or suspended ones bought back (R10, R21). */
export const Lines = Type.Array(
  Type.Union([
    Strict({
      platform_id: Id,
      plan: Text(64, 0),
      address: Email,
      mode: TermMode,
    }),
    Strict({ mailbox_id: Id, mode: TermMode }),
  ]),
  { minItems: 1, maxItems: 1000 },
);

type WrittenLine =
  | { platform_id: number; plan: string; address: string; mode: 'monthly' | 'yearly' }
  | { mailbox_id: number; mode: 'monthly' | 'yearly' };

export function lineRequests(lines: readonly WrittenLine[]): LineRequest[] {
  return lines.map((line) => {
    if ('mailbox_id' in line) return { mailboxId: BigInt(line.mailbox_id), mode: line.mode };
    const { platform_id, plan, address, mode } = line;
    return { platformId: BigInt(platform_id), plan, address, mode };
  });
}

export function previewView(preview: PricedOrder) {
  const { currency, net, vatRateBp: vat_rate_bp, vat, gross, vatNote: vat_note } = preview;
  const lines = preview.lines.map((line) => ({
    ...lineView(line),
    plan: line.plan,
    starts_on: line.startsOn,
    ends_on: line.endsOn,
    renewal: line.renewal,
  }));
  return { currency, net, vat_rate_bp, vat, gross, vat_note, lines };
}

export function orderView(order: Order) {
  return { ...headView(order), lines: order.lines.map(lineView) };
}

export async function transferView(tx: Tx, { number }: { number: string }): Promise<Static<typeof Transfer>> {
  const { name, iban, bic } = await getSeller(tx);
  return { payee: name, iban, bic, reference: number };
}

/** One order of the customer's. Refuses `order_unknown`. */
export async function readOrder(tx: Tx, key: { customerId: bigint; orderId: bigint }) {
  return orderView(await getOrder(tx, key));
}

function headView(order: Order) {
  return {
    order_id: order.orderId,
    number: order.number,
    kind: order.kind,
    state: order.state,
    currency: order.currency,
    net: order.net,
    vat_rate_bp: order.vatRateBp,
    vat: order.vat,
    gross: order.gross,
    placed_at: order.placedAt,
    expires_at: order.expiresAt,
    closed_at: order.closedAt,
  };
}

function lineView(line: Order['lines'][number]) {
  return {
    line_no: line.lineNo,
    mailbox_id: line.mailboxId,
    platform_id: line.platformId,
    address: line.address,
    mode: line.mode,
    net: line.net,
  };
}

type Head = Omit<ReturnType<typeof headView>, 'placed_at'> & { placed_at: Temporal.Instant };

export async function listOrders(
  tx: Tx,
  customerId: bigint,
  query: { cursor?: string; limit: number; state?: string },
) {
  const before = readCursor(query.cursor, ['number'])?.[0] ?? null;
  const { rows } = await sql<Head>`
    select order_id, number, kind, state, currency, net, vat_rate_bp, vat, gross, placed_at, expires_at, closed_at
      from orders
     where customer_id = ${customerId} and (${before}::bigint is null or order_id < ${before}::bigint)
       and (${query.state ?? null}::text is null or state = ${query.state ?? null})
     order by order_id desc limit ${query.limit + 1}`.execute(tx);
  return toPage(rows, query.limit, (row) => [row.order_id]);
}
