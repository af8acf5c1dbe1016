import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { Selection } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Lifts the suspension for debt (R29). A mailbox whose expiry has passed in the meantime is due at once, and its next
 * term starts at the old expiry; `due_on` is today and not that expiry, so that lifting is not a run reaching back (R16).
 */
export async function resumeMailboxes(tx: Tx, act: Act, selections: readonly Selection[]): Promise<void> {
  const wanted = selections.flatMap(({ customerId, mailboxIds }) =>
    mailboxIds.map((mailboxId) => ({ customerId, mailboxId })),
  );
  if (wanted.length === 0) return;
  const { rows } = await sql<{ customerId: bigint; mailboxId: bigint }>`
    update mailboxes m
       set state = 'active', suspended_for = null, suspended_at = null, delete_on = null, deletion_told_at = null, deletion_told_days = null,
           due_on = greatest(m.expires_on, ${act.on}::date),
           wanted_version = m.wanted_version + 1, provision_after = ${act.at}::timestamptz
      from ${columns(wanted, {
        customer_id: ['bigint', (each) => each.customerId],
        mailbox_id: ['bigint', (each) => each.mailboxId],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.suspended_for = 'debt'
    returning m.customer_id as "customerId", m.mailbox_id as "mailboxId"`.execute(tx);
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(rows, (row) => row.customerId)].map(([customerId, mailboxes]) => ({
      customerId,
      type: 'mailboxes.resumed' as const,
      data: { mailbox_ids: mailboxes.map((mailbox) => mailbox.mailboxId) },
    })),
  );
}
