import { sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { freeAddresses } from '#domain/platforms/addresses.ts';
import type { Selection } from '#domain/platforms/types.ts';
import { columns, type Tx } from '#kit/db.ts';

/**
 * Ends suspended mailboxes whose retention is over (R21, R30): no further term, and the mail platform may delete their
 * content. Their addresses
 * are free again. Only those whose owner was told at least 24 hours before (rule 10); the others stay as they are.
 */
export async function endMailboxes(tx: Tx, act: Act, selections: readonly Selection[]): Promise<void> {
  const wanted = selections.flatMap(({ customerId, mailboxIds }) =>
    mailboxIds.map((mailboxId) => ({ customerId, mailboxId })),
  );
  if (wanted.length === 0) return;
  const { rows } = await sql<{ customerId: bigint; mailboxId: bigint; address: string }>`
    update mailboxes m
       set state = 'ended', suspended_for = null, suspended_at = null, delete_on = null, due_on = null,
           ended_at = ${act.at}::timestamptz, wanted_version = m.wanted_version + 1, provision_after = ${act.at}::timestamptz
      from ${columns(wanted, {
        customer_id: ['bigint', (each) => each.customerId],
        mailbox_id: ['bigint', (each) => each.mailboxId],
      })}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id and m.state = 'suspended'
       and m.delete_on <= ${act.on}::date and m.deletion_told_at <= ${act.at}::timestamptz - interval '24 hours'
    returning m.customer_id as "customerId", m.mailbox_id as "mailboxId", m.address`.execute(tx);
  await freeAddresses(
    tx,
    rows.map((row) => row.address),
  );
  await recordEvents(
    tx,
    act,
    [...Map.groupBy(rows, (row) => row.customerId)].map(([customerId, mailboxes]) => ({
      customerId,
      type: 'mailboxes.ended' as const,
      data: { mailbox_ids: mailboxes.map((each) => each.mailboxId), addresses: mailboxes.map((each) => each.address) },
    })),
  );
}
