import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import type { Db } from '#kit/db.ts';

/** `backupAt`: from when on the books may lack something; `restoredAt`: nothing was charged since. */
export type Restoration = { backupAt: Temporal.Instant; restoredAt: Temporal.Instant };

/** The backup that this database was restored from and that nobody has checked yet; null: all is well. */
export async function findRestoration(db: Db): Promise<Restoration | null> {
  const { rows } = await sql<Restoration>`
    select min(backup_at) as "backupAt", max(restored_at) as "restoredAt" from restorations where released_at is null having count(*) > 0`.execute(
    db,
  );
  return rows[0] ?? null;
}

/**
 * From when on the providers' statements show whatever was charged before the restoration. Compared earlier they may be
 * silent about the last payments, and what they are silent about would be charged again (P2).
 */
export function statementsWholeAt(
  { restoredAt }: Restoration,
  providers: readonly Pick<PaymentProvider, 'statementHours'>[],
): Temporal.Instant {
  return restoredAt.add({ hours: Math.max(0, ...providers.map((provider) => provider.statementHours)) });
}

/** The books agree with the providers', or an operator answers for it: charges and letters may leave again (P13). */
export async function releaseRestorations(db: Db, act: Act, note: string): Promise<void> {
  await sql`
    update restorations set released_at = ${act.at}, released_by = ${act.actor}, release_note = ${note}
     where released_at is null`.execute(db);
}
