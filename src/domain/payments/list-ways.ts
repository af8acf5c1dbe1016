import { sql } from 'kysely';
import { getSeller } from '#domain/customers/sellers.ts';
import type { Act } from '#domain/events/record.ts';
import { readOpenCharges } from '#domain/payments/_charges.ts';
import { decideWays, type Purchase, type Way, type WayMethod } from '#domain/payments/decide-ways.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { wantsOwner } from '#domain/payments/standings.ts';
import type { Tx } from '#kit/db.ts';

/** Who pays what; without a currency it is the customer's. */
export type WayRequest = { customerId: bigint; purchase: Omit<Purchase, 'currency'> & { currency?: string } };

/** Every way a customer may pay something, placed or not yet placed, and why another way may not be taken (R11). */
export async function listWays(tx: Tx, act: Act, request: WayRequest & { providers: Providers }): Promise<Way[]> {
  const { customerId, purchase, providers } = request;
  const account = await tx
    .selectFrom('accounts')
    .select(['balance', 'currency'])
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
  const { currency = account.currency } = purchase;
  return decideWays({
    purchase: { ...purchase, currency },
    on: act.on,
    balance: account.balance,
    methods: await readWayMethods(tx, customerId),
    providers: Object.values(providers).map((each) => termsOf(each, currency)),
    hasBank: (await getSeller(tx)).iban !== '',
    isCharging: (await readOpenCharges(tx, [customerId])).length > 0,
  });
}

function termsOf({ name, kinds, limits }: PaymentProvider, currency: string) {
  return { name, kinds, limits: limits(currency) };
}

async function readWayMethods(tx: Tx, customerId: bigint): Promise<WayMethod[]> {
  const { rows } = await sql<WayMethod>`
    select m.method_id as "methodId", m.provider, m.state, m.expires_on as "expiresOn", m.failure, ${wantsOwner} as "wantsOwner"
      from payment_methods m where m.customer_id = ${customerId} and m.state <> 'removed'
     order by m.is_default desc, m.backup_rank nulls last, m.method_id desc`.execute(tx);
  return rows;
}
