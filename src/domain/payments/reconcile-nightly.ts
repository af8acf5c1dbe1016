import { sql } from 'kysely';
import type { Effect } from '#domain/events/effect.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { reconcile } from '#domain/payments/reconcile.ts';
import type { Db } from '#kit/db.ts';

export type ReconciliationDesk = {
  db: Db;
  providers: Providers;
  timeZone: string;
  tell(message: string, details: object): void;
};

/**
 * Compares yesterday with every provider, once a day; the result stands in `reconciliations` and in the metrics. A
 * provider that does not answer is asked again at the next look.
 */
export function reconciliationEffect({ db, providers, timeZone, tell }: ReconciliationDesk): Effect {
  return {
    name: 'reconciliation',
    outstanding: async () => 0,
    drive: async (clock) => {
      const now = clock();
      const fromOn = now.on.subtract({ days: 1 });
      let done = 0;
      for (const provider of Object.values(providers)) {
        const { rows } = await sql`
          select from reconciliations where provider = ${provider.name} and from_on = ${fromOn} and to_on = ${now.on}`.execute(
          db,
        );
        if (rows.length > 0) continue;
        try {
          const { differences } = await reconcile(db, provider, { period: { fromOn, toOn: now.on, timeZone }, now });
          if (differences.length > 0)
            tell('provider and ledger differ', { provider: provider.name, differences: differences.slice(0, 10) });
          done++;
        } catch (error) {
          if (!(error instanceof ProviderUnavailable)) throw error;
        }
      }
      return done;
    },
  };
}
