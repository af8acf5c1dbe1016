import { sql } from 'kysely';
import type { Moment } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { type Finding, runCheck } from '#worker/_check.ts';
import { documentChecks } from '#worker/_verify-documents.ts';
import { ledgerChecks } from '#worker/_verify-ledger.ts';
import { moneyChecks } from '#worker/_verify-money.ts';
import { peopleChecks } from '#worker/_verify-people.ts';
import { serviceChecks } from '#worker/_verify-service.ts';

export type { Finding };

/**
 * Looks at every row for what must always be true, each as one question with the number of things examined, of things
 * that are wrong, and the first few of them. All questions see the database as it stood at one instant, so that work
 * going on meanwhile is no violation; `moment` is only used to tell how long something has been waiting.
 */
export async function verifyAll(db: Db, moment: Moment): Promise<Finding[]> {
  const checks = [
    ...ledgerChecks,
    ...documentChecks,
    ...serviceChecks,
    ...moneyChecks(moment),
    ...peopleChecks(moment),
  ];
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      // Whole tables are joined and sorted: one transaction may use more memory than the day's work, and no index helps.
      await sql`set local work_mem = '128MB'`.execute(tx);
      const findings: Finding[] = [];
      for (const check of checks) findings.push(await runCheck(tx, check));
      return findings;
    });
}
