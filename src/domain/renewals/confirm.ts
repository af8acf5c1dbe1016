import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { Tx } from '#kit/db.ts';
import { refusals } from '#kit/errors.ts';

const refuse = refusals({
  run_unknown: [404, 'There is no such run.'],
  run_not_held: [409, 'This run does not wait for a confirmation.'],
});

const superseded = 'What this run held has passed to a later day: the word is to be given for that one.';

/**
 * An operator's word on a run the brake holds (R16), with the reason in the audit trail (R37). The next look at the day goes
 * on. Refuses `run_unknown`, and `run_not_held`, also when midnight came first and a later day holds what this one did.
 */
export async function confirmRun(
  tx: Tx,
  act: Act,
  word: { runId: bigint; reason: string },
): Promise<Temporal.PlainDate> {
  const { rows } = await sql<{ business_on: Temporal.PlainDate; mailboxes: bigint }>`
    update runs set confirmed_at = ${act.at}, confirmed_by = ${act.actor}, confirmation = ${word.reason}, state = 'running'
     where run_id = ${word.runId} and state = 'held'
    returning business_on`.execute(tx);
  const [run] = rows;
  if (!run) {
    const known = await tx.selectFrom('runs').select('state').where('run_id', '=', word.runId).executeTakeFirst();
    if (known?.state === 'superseded') throw refuse('run_not_held', { detail: superseded });
    throw refuse(known ? 'run_not_held' : 'run_unknown');
  }
  await recordSellerEvent(tx, act, {
    type: 'runs.confirmed',
    data: { business_on: run.business_on, reason: word.reason },
  });
  return run.business_on;
}
