import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { readOpenCharges } from '#domain/payments/_charges.ts';
import { isUsable, readMethods, writeDefault } from '#domain/payments/_methods.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import { getProvider, type PaymentDesk } from '#domain/payments/providers.ts';
import type { Method } from '#domain/payments/types.ts';
import type { Tx } from '#kit/db.ts';

/** `renewing`: what renews by itself and would have nothing to be collected from, for the warning. */
export type MethodRemoval = { customerId: bigint; methodId: bigint; confirmed: boolean; renewing: readonly string[] };

/**
 * Takes a method away here and at the provider. The last one goes only when `confirmed`, after a warning that names what
 * will renew without it (R32); one that is being charged stays until the outcome is known. When the default goes, the
 * first backup takes its place, else the newest method. Refuses `method_unknown`, `last_method`, `method_in_use`.
 */
export async function removeMethod(desk: PaymentDesk, act: Act, removal: MethodRemoval): Promise<void> {
  const removed = await desk.transact((tx) => writeRemoval(tx, act, removal));
  if (removed.token === '') return;
  const provider = getProvider(desk.providers, removed.provider);
  await provider.removeMethod(removed.token).catch((error: unknown) => {
    // The method is out of use on our side whatever the provider says, and nobody else can charge its token.
    if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error;
  });
}

async function writeRemoval(tx: Tx, act: Act, removal: MethodRemoval): Promise<Method> {
  const { customerId, methodId } = removal;
  await lockAccount(tx, customerId);
  const methods = await readMethods(tx, [customerId]);
  const method = methods.find((each) => each.methodId === methodId);
  if (!method) throw refusePayment('method_unknown');
  const open = await readOpenCharges(tx, [customerId]);
  if (open.some((charge) => charge.methodId === methodId)) throw refusePayment('method_in_use');
  const others = methods.filter((each) => each !== method && isUsable(each, act.on));
  const last = isUsable(method, act.on) && others.length === 0;
  if (last && !removal.confirmed) throw refusePayment('last_method', { detail: warning(removal.renewing) });
  await tx
    .updateTable('payment_methods')
    .set({ state: 'removed', is_default: false, backup_rank: null, removed_at: act.at, check_after: null })
    .where('customer_id', '=', customerId)
    .where('method_id', '=', methodId)
    .execute();
  const heir = method.isDefault ? (others[0]?.methodId ?? null) : null;
  if (heir !== null) await writeDefault(tx, customerId, heir);
  const data = { method_id: methodId, brand: method.brand, last_four: method.lastFour, default_id: heir, last };
  await recordEvents(tx, act, [{ customerId, type: 'methods.removed', data }]);
  return method;
}

const named = 10;

function warning(renewing: readonly string[]): string {
  if (renewing.length === 0) return 'This is the last payment method. Confirm to remove it.';
  const more = renewing.length > named ? ` and ${renewing.length - named} more` : '';
  const list = `${renewing.slice(0, named).join(', ')}${more}`;
  return `This is the last payment method: ${list} will renew without one. Confirm to remove it.`;
}
