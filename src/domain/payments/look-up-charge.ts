import { sql } from 'kysely';
import { isOurs } from '#domain/payments/_ask.ts';
import { type Charge, chargeColumns, chargeKey } from '#domain/payments/_charges.ts';
import { refusePayment } from '#domain/payments/_refusals.ts';
import { type ChargeDetails, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';
import type { PaymentDesk } from '#domain/payments/providers.ts';
import type { Tx } from '#kit/db.ts';

/** What a charge's provider says of it now; `problem` in words where it says nothing, or what does not fit our charge. */
export type ProviderAnswer = {
  providerRef: string | null;
  details: ChargeDetails | null;
  problem: string | null;
};

/**
 * Asks the provider about a charge, by its reference or its key, and changes nothing here: whatever it says is applied by
 * driveCharges when it asks itself (P12). For people who wonder about an outcome nobody knows (R28). Refuses
 * `charge_unknown`.
 */
export async function lookUpCharge(desk: PaymentDesk, chargeId: bigint): Promise<ProviderAnswer> {
  const charge = await desk.transact((tx) => findCharge(tx, chargeId));
  let { providerRef } = charge;
  const provider = desk.providers[charge.provider];
  if (!provider) return { providerRef, details: null, problem: `Payments by ${charge.provider} are not set up here.` };
  try {
    providerRef ??= await provider.findCharge(chargeKey(charge), charge.token, charge.createdAt);
    if (providerRef === null) return { providerRef, details: null, problem: 'The provider knows no such charge.' };
    const details = await provider.getCharge(providerRef);
    return { providerRef, details, problem: isOurs(charge, details) ? null : 'This is another charge than ours.' };
  } catch (error) {
    if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error;
    return { providerRef, details: null, problem: error.message };
  }
}

async function findCharge(tx: Tx, chargeId: bigint): Promise<Charge & { token: string | null }> {
  const { rows } = await sql<Charge & { token: string | null }>`
    select ${chargeColumns}, m.token
      from charges c
      left join payment_methods m on m.customer_id = c.customer_id and m.method_id = c.method_id
     where c.charge_id = ${chargeId}`.execute(tx);
  const [charge] = rows;
  if (!charge) throw refusePayment('charge_unknown');
  return charge;
}
