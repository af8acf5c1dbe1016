import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Effect } from '#domain/events/effect.ts';
import type { Act } from '#domain/events/record.ts';
import { followRegistration, type MethodKey, type Registration } from '#domain/payments/complete-method.ts';
import { keepBusy } from '#domain/payments/lanes.ts';
import { type ProviderName, ProviderRefused, ProviderUnavailable, providerNames } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { refreshMethod } from '#domain/payments/refresh-method.ts';
import type { MethodState } from '#domain/payments/types.ts';
import { columns, type Db, type Tx, transaction } from '#kit/db.ts';

/** `tell` hears of a method of which the provider says what nobody understands. */
export type CheckDesk = {
  db: Db;
  providers: Providers;
  leaseSeconds: number;
  tell(message: string, details: object): void;
};

/** Wants the provider asked how these methods are (P12); the business day does it, and somebody may wait for it. */
export async function requestChecks(tx: Tx, act: Act, methods: readonly MethodKey[]): Promise<void> {
  if (methods.length === 0) return;
  await sql`
    update payment_methods m set check_after = ${act.at} from ${keys(methods)}
     where m.customer_id = u.customer_id and m.method_id = u.method_id and m.check_after is null`.execute(tx);
}

/**
 * Asks the providers how methods are whose checks were requested, outside any transaction (rule 4), so that a card that was
 * removed over there or a consent that was withdrawn is known before a charge fails; and what became of registrations, for
 * whose end nobody may be waiting any more (R27). An effect for each provider.
 */
export function methodChecksEffects(desk: CheckDesk): Effect[] {
  return providerNames.map((provider) => ({
    name: 'method-checks',
    drive: async (clock) => {
      const claim = (most: number) => claimChecks(desk, { provider, most, at: clock().at });
      const ask = (method: Claimed) => check(desk, { actor: `provider:${provider}`, ...clock() }, method);
      const { done, isSilent } = await keepBusy(callsInFlight, claim, ask);
      if (isSilent) await leaveChecks(desk.db, provider, clock().at);
      return done;
    },
    outstanding: ({ at }) => countOutstanding(desk, provider, at),
  }));
}

const callsInFlight = 20;

type Claimed = Registration & { state: MethodState };

type Wanted = { provider: ProviderName; most: number; at: Temporal.Instant };

async function claimChecks({ db, leaseSeconds }: CheckDesk, { provider, most, at }: Wanted) {
  const due = await sql<MethodKey>`
    select customer_id as "customerId", method_id as "methodId" from payment_methods
     where provider = ${provider} and check_after <= ${at} order by check_after limit ${most}`.execute(db);
  if (due.rows.length === 0) return [];
  const { rows } = await sql<Claimed>`
    update payment_methods m set check_after = ${at.add({ seconds: leaseSeconds })} from ${keys(due.rows)}
     where m.customer_id = u.customer_id and m.method_id = u.method_id and m.check_after <= ${at}
    returning m.customer_id as "customerId", m.method_id as "methodId", m.provider, m.provider_ref as ref,
              m.registered_at as "registeredAt", m.state`.execute(db);
  return rows;
}

// A provider that answers nobody is not asked about all the others one by one.
async function leaveChecks(db: Db, provider: ProviderName, at: Temporal.Instant): Promise<void> {
  const { rows } = await sql<{ customerId: bigint }>`
    update payment_methods set check_after = ${at.add({ hours: 1 })}
     where provider = ${provider} and check_after <= ${at}
    returning customer_id as "customerId"`.execute(db);
  await lookAgain(
    db,
    rows.map(({ customerId }) => customerId),
  );
}

/** Answers whether the provider said anything. */
async function check({ db, providers, tell }: CheckDesk, act: Act, method: Claimed): Promise<boolean> {
  const { provider, ref } = method;
  try {
    if (method.state === 'pending') {
      const desk = { transact: <T>(work: (tx: Tx) => Promise<T>) => transaction(db, work), providers };
      await settle(db, method, { checkedAt: act.at, checkAfter: await followRegistration(desk, act, method) });
      return true;
    }
    const details = await providers[provider]?.getMethod(ref);
    await transaction(db, async (tx) => {
      if (details) await refreshMethod(tx, act, { provider, ref, details });
      await settle(tx, method, { checkedAt: act.at, checkAfter: null });
    });
    return true;
  } catch (error) {
    const isUnavailable = error instanceof ProviderUnavailable;
    if (error instanceof ProviderRefused) {
      // What it does not know it cannot say anything about.
      await settle(db, method, { checkedAt: act.at, checkAfter: null });
    } else {
      // Without an answer, or with one nobody understands, it is asked again: neither the others nor the day wait for it.
      if (!isUnavailable) tell('method not checked', { ...method, error });
      await settle(db, method, { checkedAt: null, checkAfter: act.at.add({ hours: 1 }) });
    }
    return !isUnavailable;
  }
}

type Checked = { checkedAt: Temporal.Instant | null; checkAfter: Temporal.Instant | null };

async function settle(tx: Db | Tx, { customerId, methodId }: MethodKey, { checkedAt, checkAfter }: Checked) {
  await sql`
    update payment_methods set check_after = case when state <> 'removed' then ${checkAfter}::timestamptz end, checked_at = coalesce(${checkedAt}::timestamptz, checked_at)
     where customer_id = ${customerId} and method_id = ${methodId}`.execute(tx);
  await lookAgain(tx, [customerId]);
}

// Who waited for the answer, or for its failing to come, is looked at again.
async function lookAgain(tx: Db | Tx, customerIds: readonly bigint[]): Promise<void> {
  const sorted = [...new Set(customerIds)].sort((a, b) => (a < b ? -1 : 1));
  await sql`update accounts set methods_looked_on = default where customer_id = any(${sorted}::bigint[])`.execute(tx);
}

async function countOutstanding({ db, leaseSeconds }: CheckDesk, provider: ProviderName, at: Temporal.Instant) {
  const { rows } = await sql<{ outstanding: number }>`
    select count(*)::int as outstanding from payment_methods
     where provider = ${provider} and check_after <= ${at.add({ seconds: leaseSeconds })}`.execute(db);
  return rows[0]?.outstanding ?? 0;
}

function keys(methods: readonly MethodKey[]) {
  return columns(methods, {
    customer_id: ['bigint', (method) => method.customerId],
    method_id: ['bigint', (method) => method.methodId],
  });
}
