import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type ComparedLine, compare, compared } from '#domain/payments/_reconcile-lines.ts';
import { readStatement, type Window } from '#domain/payments/_reconcile-statement.ts';
import type { PaymentProvider, ProviderName } from '#domain/payments/provider.ts';
import type { Moment } from '#kit/clock.ts';
import { startOfDay } from '#kit/dates.ts';
import type { Db } from '#kit/db.ts';

export type { ComparedLine };

/** Days `[fromOn, toOn)` of the seller's calendar. */
export type Period = { fromOn: Temporal.PlainDate; toOn: Temporal.PlainDate; timeZone: string };

/** How many lines agree, and each that does not: money they know and we do not, we and not they, or of another amount. */
export type Reconciliation = { provider: ProviderName; matched: bigint; differences: ComparedLine[] };

/**
 * Compares a provider's own statement with our books, line by line (P2, P13). Reads the statement first, a few days
 * beyond both ends, since our instant of a payment is a little later than theirs; fees, payouts and deposits it finds are
 * posted to clearing, fees and bank, each once. Money is never corrected by itself: a difference is for a person.
 */
export async function reconcile(
  db: Db,
  provider: PaymentProvider,
  ask: { period: Period; now: Moment },
): Promise<Reconciliation> {
  const { name } = provider;
  const { fromOn, toOn } = ask.period;
  const window = windowOf(ask.period);
  await readStatement(db, provider, {
    from: window.from.subtract({ hours: margin }),
    to: window.to.add({ hours: margin }),
    at: ask.now.at,
  });
  const { matched, differences } = await compare(db, name, window);
  const differing = BigInt(differences.length);
  await sql`
    insert into reconciliations (provider, from_on, to_on, matched, differing, ran_at)
    values (${name}, ${fromOn}, ${toOn}, ${matched}, ${differing}, ${ask.now.at})
    on conflict (provider, from_on, to_on) do update
       set matched = excluded.matched, differing = excluded.differing, ran_at = excluded.ran_at`.execute(db);
  return { provider: name, matched, differences };
}

/** Every line of a period that was reconciled, matched or not, oldest first. */
export async function listComparedLines(db: Db, provider: ProviderName, period: Period): Promise<ComparedLine[]> {
  return (await compared(provider, windowOf(period)).execute(db)).rows;
}

const margin = 72;

function windowOf({ fromOn, toOn, timeZone }: Period): Window {
  return { from: startOfDay(fromOn, timeZone), to: startOfDay(toOn, timeZone) };
}
