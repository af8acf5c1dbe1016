import { sql } from 'kysely';
import { getSeller } from '#domain/customers/sellers.ts';
import { completeMethod } from '#domain/payments/complete-method.ts';
import { hintCharges } from '#domain/payments/hint.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { HttpContext } from '#http/context.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';

/** Something that the page of the sandbox says has changed. */
export type Hint = { provider: ProviderName; kind: 'method' | 'charge'; ref: string };

/**
 * Takes a hint for what it is (P12): a charge is asked for sooner, a registration is asked for now, and what the
 * provider's API answers then counts. A forged or repeated hint costs a question and changes nothing.
 */
export async function heed(context: HttpContext, { provider, kind, ref }: Hint): Promise<void> {
  const db = context.database.system;
  const moment = await readMoment(db, (await getSeller(db)).timeZone);
  if (kind === 'charge') {
    await hintCharges(db, moment.at, { provider, ref });
    return;
  }
  const { rows } = await sql<{ customerId: bigint; methodId: bigint }>`
    select customer_id as "customerId", method_id as "methodId" from payment_methods
     where provider = ${provider} and provider_ref = ${ref} and state = 'pending'`.execute(db);
  const desk = {
    transact: <T>(work: Parameters<typeof transaction<T>>[1]) => transaction(db, work),
    providers: context.providers,
  };
  for (const key of rows) await completeMethod(desk, { actor: `provider:${provider}`, ...moment }, key);
}
