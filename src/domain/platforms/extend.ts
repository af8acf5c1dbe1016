import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { insertTerms } from '#domain/platforms/_terms.ts';
import type { Term } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Gives mailboxes their next terms (R12) and moves their expiries with them. A mode that was changed after the cut-off
 * waits one term more and now becomes the mode of the next expiry. A mailbox whose expiry is no longer where the term
 * begins was renewed by somebody else: the transaction breaks, and nothing is renewed twice (R14). One that was released
 * or resumed is due from that day on, with all the terms it is behind: another look at the day must not find a run that
 * reaches back (R16).
 */
export async function extendMailboxes(tx: Tx, terms: readonly Term[]): Promise<void> {
  if (terms.length === 0) return;
  const moved = await sql`
    update mailboxes m
       set expires_on = u.ends_on, due_on = greatest(u.ends_on, case when m.due_on > m.expires_on then m.due_on end), mode = coalesce(m.later_mode, m.mode), later_mode = null,
           noticed = null
      from ${columns(terms, {
        customer_id: ['bigint', (term) => term.customerId],
        mailbox_id: ['bigint', (term) => term.mailboxId],
        starts_on: ['date', (term) => term.startsOn],
        ends_on: ['date', (term) => term.endsOn],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.expires_on = u.starts_on and m.state = 'active'`.execute(
    tx,
  );
  assert.equal(Number(moved.numAffectedRows), terms.length, 'every mailbox stood at the expiry it is renewed from');
  await insertTerms(tx, terms);
}
