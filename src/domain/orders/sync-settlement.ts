import { getSeller } from '#domain/customers/sellers.ts';
import type { Reaction } from '#domain/events/reaction.ts';
import type { Act } from '#domain/events/record.ts';
import { type Account, lockAccount, lockAccounts } from '#domain/ledger/lock.ts';
import { closeOrders } from '#domain/orders/_close.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import { readSettlementOrders } from '#domain/orders/_store.ts';
import { isPayable } from '#domain/orders/link.ts';
import { untaxed, writeOrders } from '#domain/orders/place.ts';
import type { Order } from '#domain/orders/types.ts';
import type { Tx } from '#kit/db.ts';

/** For whom; `place` whether an order is needed where there is a debt, as for a letter that carries its link. */
export type SettlementSync = { customerIds: readonly bigint[]; linkSecret: string; place: boolean };

/**
 * Keeps settlement orders true (R9): one whose amount is not exactly the open debt any more is withdrawn, and a new one is
 * placed when one is needed. Answers the order now open, by customer; a customer without debt, or parked, has none.
 */
export async function syncSettlementOrders(tx: Tx, act: Act, sync: SettlementSync): Promise<Map<bigint, Order>> {
  const accounts = await lockAccounts(tx, sync.customerIds);
  const open = await readSettlementOrders(tx, [...accounts.keys()]);
  const isRight = (order: Order) => isPayable(order, act.at) && order.gross === debtOf(accounts.get(order.customerId));
  await closeOrders(tx, act, {
    orders: open.filter((order) => !isRight(order)),
    state: 'withdrawn',
    reason: 'the debt has changed',
  });
  const kept = new Map(open.filter(isRight).map((order) => [order.customerId, order]));
  if (!sync.place) return kept;
  const missing = [...accounts.values()].filter((account) => debtOf(account) > 0n && !kept.has(account.customerId));
  if (missing.length === 0) return kept;
  const drafts = missing.map((account) => {
    const { customerId, currency } = account;
    return { customerId, currency, kind: 'settlement' as const, ...untaxed(debtOf(account)) };
  });
  const placed = await writeOrders(tx, act, { seller: await getSeller(tx), linkSecret: sync.linkSecret, drafts });
  for (const order of placed) kept.set(order.customerId, order);
  return kept;
}

/**
 * The order with which a customer pays all that is open, at once: the one there is, else a new one (R9). Refuses
 * `nothing_owed`, and `account_held` for a customer set aside until an operator has looked (R16).
 */
export async function orderSettlement(
  tx: Tx,
  act: Act,
  { customerId, linkSecret }: { customerId: bigint; linkSecret: string },
): Promise<Order> {
  const account = await lockAccount(tx, customerId);
  if (debtOf(account) === 0n) throw refuseOrder('nothing_owed');
  const order = (await syncSettlementOrders(tx, act, { customerIds: [customerId], linkSecret, place: true })).get(
    customerId,
  );
  if (!order) throw refuseOrder('account_held');
  return order;
}

/** Follows whatever changes a debt: its settlement order is not for the right amount any more (R9). */
export const withdrawStaleSettlements: Reaction = async (tx, act, events) => {
  const customerIds = [...new Set(events.map((event) => event.customerId))];
  await syncSettlementOrders(tx, act, { customerIds, linkSecret: '', place: false });
};

/** Debt and credit never coexist, so what is missing on the account is what is owed (R4). */
function debtOf(account: Account | undefined): bigint {
  return account && account.balance < 0n ? -account.balance : 0n;
}
