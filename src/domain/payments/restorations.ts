import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import type { Db } from '#kit/db.ts';

/** When the backup was taken that this database was restored from and that nobody has checked yet; null: all is well. */
export async function findRestoration(db: Db): Promise<{ backupAt: Temporal.Instant } | null> {
  const { rows } = await sql<{ backupAt: Temporal.Instant }>`
    select min(backup_at) as "backupAt" from restorations where released_at is null having count(*) > 0`.execute(db);
  return rows[0] ?? null;
}

/** The books agree with the providers', or an operator answers for it: charges and letters may leave again (P13). */
export async function releaseRestorations(db: Db, act: Act, note: string): Promise<void> {
  await sql`
    update restorations set released_at = ${act.at}, released_by = ${act.actor}, release_note = ${note}
     where released_at is null`.execute(db);
}
