import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { failMethods } from '#domain/payments/fail-methods.ts';
import type { MethodDetails, ProviderName } from '#domain/payments/provider.ts';
import type { Tx } from '#kit/db.ts';

/**
 * Takes over what a provider says of a registered method now (R32): a card renewed by its bank gets its new number's end
 * and expiry; one that was revoked or removed over there fails here. Changes nothing that is as it was.
 */
export async function refreshMethod(
  tx: Tx,
  act: Act,
  told: { provider: ProviderName; ref: string; details: MethodDetails },
): Promise<void> {
  const { provider, ref, details } = told;
  const { rows } = await sql<{ customerId: bigint; methodId: bigint }>`
    select customer_id as "customerId", method_id as "methodId" from payment_methods
     where provider = ${provider} and provider_ref = ${ref} and state in ('valid', 'expired')`.execute(tx);
  const [method] = rows;
  if (!method) return;
  const { customerId, methodId } = method;
  await lockAccount(tx, customerId);
  if (details.state === 'failed' || details.state === 'removed') {
    await failMethods(tx, act, [{ customerId, methodId, code: `revoked_at_${provider}` }]);
    return;
  }
  const changed = await sql`
    update payment_methods
       set brand = ${details.brand}, last_four = ${details.lastFour}, expires_on = ${details.expiresOn}, state = ${details.state},
           checked_at = ${act.at},
           told_days = case when expires_on is distinct from ${details.expiresOn}::date then null else told_days end
     where customer_id = ${customerId} and method_id = ${methodId}
       and (last_four, expires_on, state) is distinct from (${details.lastFour}, ${details.expiresOn}::date, ${details.state})`.execute(
    tx,
  );
  if (Number(changed.numAffectedRows) === 0) return;
  const data = { method_id: methodId, last_four: details.lastFour, expires_on: details.expiresOn };
  await recordEvents(tx, act, [{ customerId, type: 'methods.changed', data }]);
}
