import { sql } from 'kysely';
import type { Moment } from '#kit/clock.ts';
import type { Db, Tx } from '#kit/db.ts';
import { type Finding, runCheck } from '#worker/_check.ts';
import { documentChecks } from '#worker/_verify-documents.ts';
import { ledgerChecks } from '#worker/_verify-ledger.ts';
import { moneyChecks } from '#worker/_verify-money.ts';
import { orderChecks } from '#worker/_verify-orders.ts';
import { peopleChecks } from '#worker/_verify-people.ts';
import { serviceChecks } from '#worker/_verify-service.ts';

export type { Finding };

/**
 * Looks at every row for what must always be true, each as one question with the number of things examined, of things
 * that are wrong, and the first few of them. All questions see the database as it stood at one instant, so that work
 * going on meanwhile is no violation; `moment` is only used to tell how long something has been waiting.
 */
export function verifyAll(db: Db, moment: Moment): Promise<Finding[]> {
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return reading.execute((tx) => verifyWithin(tx, moment));
}

/** The same, as one transaction sees it. */
export async function verifyWithin(tx: Tx, moment: Moment): Promise<Finding[]> {
  // Whole tables are joined and sorted: one transaction may use more memory than the day's work, and no index helps.
  await sql`set local work_mem = '128MB'`.execute(tx);
  const findings: Finding[] = [];
  for (const check of checksAt(moment)) findings.push(await runCheck(tx, check));
  return findings;
}

function checksAt(moment: Moment) {
  return [
    ...ledgerChecks,
    ...documentChecks,
    ...serviceChecks,
    ...moneyChecks(moment),
    ...orderChecks,
    ...peopleChecks(moment),
  ];
}
