import type { Act } from '#domain/events/record.ts';
import { lockAccounts } from '#domain/ledger/lock.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import type { OrderKey } from '#domain/orders/_store.ts';
import { getPayable } from '#domain/orders/pay.ts';
import { chargeMethods, findOpenCharge, listUsableMethods } from '#domain/payments/charge.ts';
import { withdrawOrderCharges } from '#domain/payments/withdraw-charges.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Pays an order with a registered method (R11): the charge is written down and sent by the worker; the order is paid when
 * it succeeds. A page that was open for the same order is taken back, and the charge is not sent before nobody can pay on
 * that page any more (P2). Refuses `order_unknown`, `order_closed`,
 * `method_not_valid`, `charge_under_way` while another charge of the customer is open (R28), and `account_held` for a
 * customer set aside, whose charge would not be sent (R16).
 */
export async function chargeOrder(
  tx: Tx,
  act: Act,
  { methodId, ...key }: OrderKey & { methodId: bigint },
): Promise<void> {
  const { customerId, orderId } = key;
  if (!(await lockAccounts(tx, [customerId])).has(customerId)) throw refuseOrder('account_held');
  const { gross, currency } = await getPayable(tx, act, key);
  if (await findOpenCharge(tx, customerId)) throw refuseOrder('charge_under_way');
  const usable = (await listUsableMethods(tx, act.on, [customerId])).get(customerId) ?? [];
  const method = usable.find((each) => each.methodId === methodId);
  if (!method) throw refuseOrder('method_not_valid');
  await withdrawOrderCharges(tx, act, [key]);
  const { provider } = method;
  await chargeMethods(tx, act, [
    { customerId, methodId, provider, amount: gross, currency, orderId, collection: null },
  ]);
}
