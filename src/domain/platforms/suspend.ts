import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import type { Selection } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

export type Suspension = Selection & {
  /** `expiry`: its mode is none, it gets no further term. `debt`: its invoice was not paid in time. */
  reason: 'expiry' | 'debt';
  /** The end of the retention: until then the content is kept. */
  deleteOn: Temporal.PlainDate;
};

/**
 * Suspends mailboxes (R21, R29): access off, content kept until `deleteOn`. Those that are not active any more are left
 * as they are, except that an expiry also ends the wait of a mailbox suspended for debt. Tells once per customer.
 */
export async function suspendMailboxes(tx: Tx, act: Act, suspensions: readonly Suspension[]): Promise<void> {
  const wanted = suspensions.flatMap((each) => each.mailboxIds.map((mailboxId) => ({ ...each, mailboxId })));
  if (wanted.length === 0) return;
  const { rows } = await sql<{ customerId: bigint; mailboxId: bigint; reason: string; deleteOn: Temporal.PlainDate }>`
    update mailboxes m
       set state = 'suspended', suspended_for = u.reason, suspended_at = ${act.at}::timestamptz,
           delete_on = u.delete_on, deletion_told_at = null, deletion_told_days = null,
           due_on = case when u.reason = 'debt' then m.due_on end,
           wanted_version = m.wanted_version + 1, provision_after = ${act.at}::timestamptz
      from ${columns(wanted, {
        customer_id: ['bigint', (each) => each.customerId],
        mailbox_id: ['bigint', (each) => each.mailboxId],
        reason: ['text', (each) => each.reason],
        delete_on: ['date', (each) => each.deleteOn],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id
       and (m.state = 'active' or (m.suspended_for = 'debt' and u.reason = 'expiry'))
    returning m.customer_id as "customerId", m.mailbox_id as "mailboxId", u.reason, m.delete_on as "deleteOn"`.execute(
    tx,
  );
  const groups = Map.groupBy(rows, (row) => `${row.customerId} ${row.reason} ${row.deleteOn}`);
  await recordEvents(
    tx,
    act,
    [...groups.values()].map((group) => {
      const { customerId, reason, deleteOn } = group[0] as (typeof rows)[number];
      const data = { mailbox_ids: group.map((row) => row.mailboxId), reason, delete_on: deleteOn };
      return { customerId, type: 'mailboxes.suspended' as const, data };
    }),
  );
}
