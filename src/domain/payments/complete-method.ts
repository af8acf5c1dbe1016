import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { toRefusal } from '#domain/payments/_answers.ts';
import { isUsable, readMethods, writeDefault } from '#domain/payments/_methods.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { type MethodDetails, type ProviderName, ProviderRefused } from '#domain/payments/provider.ts';
import { getProvider, type PaymentDesk } from '#domain/payments/providers.ts';
import type { Method, MethodState } from '#domain/payments/types.ts';
import type { Tx } from '#kit/db.ts';

export type MethodKey = { customerId: bigint; methodId: bigint };

/** `askRegistration` for somebody who waits for the answer. Refuses `method_unknown`, `provider_unavailable`, `provider_refused`. */
export async function completeMethod(desk: PaymentDesk, act: Act, key: MethodKey): Promise<MethodState> {
  return askRegistration(desk, act, key).catch(toRefusal);
}

/**
 * Asks the provider what became of a registration and writes its answer (P12): asking twice changes nothing more. A valid
 * method becomes the default when there is no other, and also while the customer is in debt, because it was registered
 * to be collected from (R27, R32). Throws what the provider throws; refuses `method_unknown`.
 */
export async function askRegistration(desk: PaymentDesk, act: Act, key: MethodKey): Promise<MethodState> {
  const method = await desk.transact((tx) => findMethod(tx, key));
  if (method.state !== 'pending' || method.providerRef === '') return method.state;
  const details = await getProvider(desk.providers, method.provider).getMethod(method.providerRef);
  if (details.state === 'pending') return 'pending';
  return desk.transact((tx) => writeCompletion(tx, act, { key, details }));
}

/** `ref` is empty when it never came to its provider, as far as we know. */
export type Registration = MethodKey & { provider: ProviderName; ref: string; registeredAt: Temporal.Instant };

/**
 * Asks about a registration for which nobody waits, because who began it may have closed the page (R27). It has failed when
 * its provider does not know it, and when it is still open after longer than any provider's page lives. Answers when to ask
 * again: after as long as it has been open, from 5 minutes to 6 hours; null when it is over. Throws ProviderUnavailable.
 */
export async function followRegistration(
  desk: PaymentDesk,
  act: Act,
  { provider, ref, registeredAt, ...key }: Registration,
): Promise<Temporal.Instant | null> {
  const isAsked = ref !== '' && desk.providers[provider] !== undefined;
  const state = isAsked ? await askRegistration(desk, act, key).catch(orFailed) : 'pending';
  const minutes = Math.floor(act.at.since(registeredAt).total('minutes'));
  if (state === 'failed' || (state === 'pending' && (ref === '' || minutes >= longestMinutes))) {
    await desk.transact((tx) => failRegistration(tx, act, key));
    return null;
  }
  return state === 'pending' ? act.at.add({ minutes: Math.min(Math.max(minutes, 5), 360) }) : null;
}

// PayPal keeps a registration for three days, Stripe its page for one.
const longestMinutes = 4 * 24 * 60;

function orFailed(error: unknown): 'failed' {
  if (error instanceof ProviderRefused) return 'failed';
  throw error;
}

async function failRegistration(tx: Tx, act: Act, key: MethodKey): Promise<void> {
  const { kind } = await findMethod(tx, key);
  const details = { state: 'failed' as const, kind, brand: '', lastFour: '', expiresOn: null, token: '' };
  await writeCompletion(tx, act, { key, details });
}

async function findMethod(tx: Tx, { customerId, methodId }: MethodKey): Promise<Method> {
  const method = (await readMethods(tx, [customerId])).find((each) => each.methodId === methodId);
  if (!method) throw refusePayment('method_unknown');
  return method;
}

type Completion = { key: MethodKey; details: MethodDetails };

async function writeCompletion(tx: Tx, act: Act, { key, details }: Completion): Promise<MethodState> {
  const { customerId, methodId } = key;
  const account = await lockAccount(tx, customerId);
  const methods = await readMethods(tx, [customerId]);
  const current = methods.find((each) => each.methodId === methodId);
  if (current?.state !== 'pending') return current?.state ?? 'removed';
  await writeDetails(tx, act, { key, details });
  const { state, kind, brand, lastFour } = details;
  if (state !== 'valid') {
    await recordEvents(tx, act, [{ customerId, type: 'methods.changed', data: { method_id: methodId, state } }]);
    return state;
  }
  const isDefault = account.balance < 0n || !methods.some((each) => each.isDefault && isUsable(each, act.on));
  if (isDefault) await writeDefault(tx, customerId, methodId);
  const data = { method_id: methodId, kind, brand, last_four: lastFour, is_default: isDefault };
  await recordEvents(tx, act, [{ customerId, type: 'methods.registered', data }]);
  return 'valid';
}

async function writeDetails(tx: Tx, { at }: Act, { key, details }: Completion): Promise<void> {
  const { customerId, methodId } = key;
  const { state, kind, brand, lastFour, expiresOn, token } = details;
  await tx
    .updateTable('payment_methods')
    .set({ state, kind, brand, last_four: lastFour, expires_on: expiresOn, token, checked_at: at, check_after: null })
    .where('customer_id', '=', customerId)
    .where('method_id', '=', methodId)
    .execute();
}
