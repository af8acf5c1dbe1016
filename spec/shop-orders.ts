import { getOrder } from '#domain/orders/get.ts';
import { offerPayment } from '#domain/orders/offer.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { recordTransfer } from '#domain/orders/record-transfer.ts';
import type { Order } from '#domain/orders/types.ts';
import { asCustomer, type Tx } from '#kit/db.ts';
import { linkSecret, type Shop, type ShopCustomer } from '#spec/shop.ts';

/** Acts as the portal does: in the customer's own role, held by row-level security. */
export function acting<T>(shop: Shop, { customerId }: ShopCustomer, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asCustomer(shop.api, customerId, work);
}

/** An order that fills the account by `amount`. */
export function placeTopUp(shop: Shop, customer: ShopCustomer, amount: bigint): Promise<Order> {
  const { customerId } = customer;
  return acting(shop, customer, (tx) => placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'top_up', amount }));
}

/** An order for one new mailbox. */
export function placeMailbox(
  shop: Shop,
  customer: ShopCustomer,
  address: string,
  mode: 'monthly' | 'yearly' = 'monthly',
): Promise<Order> {
  const { customerId, platformId } = customer;
  const lines = [{ platformId, plan: 'basic', address, mode }];
  return acting(shop, customer, (tx) =>
    placeOrder(tx, shop.act(), { customerId, linkSecret, kind: 'mailboxes', lines }),
  );
}

/** The page on which an order is paid, by card unless said otherwise. */
export function offer(
  shop: Shop,
  customer: ShopCustomer,
  { customerId, orderId }: Order,
  kind: 'card' | 'paypal' = 'card',
) {
  const transact = <T>(work: (tx: Tx) => Promise<T>) => acting(shop, customer, work);
  const request = { customerId, orderId, kind, returnUrl: 'http://portal.test/' };
  return offerPayment({ transact, providers: shop.providers }, shop.act(), request);
}

let transfers = 0;

/** A line of the bank’s statement, recorded by an operator. */
export function transfer(
  shop: Shop,
  { customerId }: ShopCustomer,
  amount: bigint,
  order: Order | null,
  reference = `TRN ${++transfers}`,
) {
  const line = { customerId, orderId: order?.orderId ?? null, amount, reference, reason: 'bank statement' };
  return shop.within((tx) => recordTransfer(tx, shop.act('operator:1'), line));
}

/** How an order stands. */
export async function stateOf(shop: Shop, order: Order): Promise<string> {
  return (await getOrder(shop.db, order)).state;
}
