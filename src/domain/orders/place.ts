import type { Temporal } from 'temporal-polyfill';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Seller } from '#domain/customers/types.ts';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { priceMailboxes } from '#domain/orders/_price.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import { insertOrders } from '#domain/orders/_store.ts';
import { linkHash } from '#domain/orders/link.ts';
import type { LineRequest, Order } from '#domain/orders/types.ts';
import type { Tx } from '#kit/db.ts';
import type { Refusal } from '#kit/errors.ts';
import { nextIds } from '#kit/ids.ts';
import { formatDecimal } from '#kit/money.ts';

/** A top-up of `amount` minor units, or mailboxes. `linkSecret` makes the order's link (R8). */
export type OrderRequest = { customerId: bigint; linkSecret: string } & (
  | { kind: 'top_up'; amount: bigint }
  | { kind: 'mailboxes'; lines: readonly LineRequest[] }
);

/**
 * Places an order: a request to pay, with number, lines and expiry; nothing is credited or started before it is paid (R7,
 * R10). Refuses `amount_too_low` and `amount_too_high` with the limit, `bad_order` with every bad line.
 */
export async function placeOrder(tx: Tx, act: Act, request: OrderRequest): Promise<Order> {
  const { customerId, linkSecret } = request;
  const account = await lockAccount(tx, customerId);
  const seller = await getSeller(tx);
  const draft =
    request.kind === 'top_up'
      ? {
          kind: request.kind,
          currency: account.currency,
          ...untaxed(checkTopUp(request.amount, { seller, currency: account.currency })),
        }
      : { kind: request.kind, ...(await priceMailboxes(tx, act, request)) };
  const [order] = await writeOrders(tx, act, { seller, linkSecret, drafts: [{ customerId, ...draft }] });
  if (!order) throw new Error('one order was placed');
  return order;
}

/** An order before it has a number; amounts in minor units. */
export type OrderDraft = Pick<
  Order,
  'customerId' | 'kind' | 'currency' | 'net' | 'vatRateBp' | 'vat' | 'gross' | 'lines'
>;

/** Writes orders down and tells of them. For those who have checked what is asked for. */
export async function writeOrders(
  tx: Tx,
  act: Act,
  { seller, linkSecret, drafts }: { seller: Seller; linkSecret: string; drafts: readonly OrderDraft[] },
): Promise<Order[]> {
  const ids = await nextIds(tx, drafts.length);
  const expiresAt = expiryOf(act.at, seller);
  const orders = drafts.map((draft, i): Order & { linkHash: string } => {
    const { customerId, kind, currency, net, vatRateBp, vat, gross, lines } = draft;
    const orderId = ids[i] as bigint;
    const written = { placedAt: act.at, placedBy: act.actor, expiresAt, closedAt: null, state: 'open' as const };
    const number = `O${act.on.year}-${orderId}`;
    const hash = linkHash(linkSecret, { customerId, orderId });
    return {
      customerId,
      orderId,
      number,
      kind,
      currency,
      net,
      vatRateBp,
      vat,
      gross,
      lines,
      ...written,
      linkHash: hash,
    };
  });
  await insertOrders(tx, act, orders);
  await recordEvents(tx, act, orders.map(placedEvent));
  return orders.map(({ linkHash: _, ...order }) => order);
}

/** The amounts of an order without tax: money for the account, or for a debt whose invoices bear it. */
export function untaxed(amount: bigint): Pick<OrderDraft, 'net' | 'vatRateBp' | 'vat' | 'gross' | 'lines'> {
  return { net: amount, vatRateBp: 0, vat: 0n, gross: amount, lines: [] };
}

// More is likelier a slip of the finger than a wish.
const mostTopUp = 100_000_000_00n;

function checkTopUp(amount: bigint, { seller, currency }: { seller: Seller; currency: string }): bigint {
  const least = seller.policy.topup_minimum;
  const money = (limit: bigint) => `${formatDecimal(limit, currency)} ${currency}`;
  if (amount < least) throw refuseAmount('amount_too_low', `at least ${money(least)}`);
  if (amount > mostTopUp) throw refuseAmount('amount_too_high', `at most ${money(mostTopUp)}`);
  return amount;
}

function refuseAmount(code: 'amount_too_low' | 'amount_too_high', bound: string): Refusal {
  return refuseOrder(code, { detail: `A top-up is ${bound}.`, fields: [{ name: 'amount', rule: `R7: ${bound}` }] });
}

/** Whole days later at the same time on the seller's wall clock, also across a change of the clocks (R7). */
function expiryOf(at: Temporal.Instant, { timeZone, policy }: Seller): Temporal.Instant {
  return at.toZonedDateTimeISO(timeZone).add({ days: policy.order_expiry_days }).toInstant();
}

function placedEvent({ customerId, orderId, number, kind, gross, currency, expiresAt }: Order) {
  const data = { order_id: orderId, number, kind, gross, currency, expires_at: expiresAt.toString() };
  return { customerId, type: 'orders.placed' as const, data };
}
