import { type RawBuilder, sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { columns, type Tx } from '#kit/db.ts';

export type Parking = { customerId: bigint; mailboxId: bigint; process: string; reason: string };

/** Sets mailboxes aside that are in an impossible state (R16): no run touches them until an operator releases them. */
export async function parkMailboxes(tx: Tx, act: Act, parkings: readonly Parking[]): Promise<void> {
  if (parkings.length === 0) return;
  const spec = {
    customer_id: ['bigint', (each: Parking) => each.customerId],
    mailbox_id: ['bigint', (each: Parking) => each.mailboxId],
    process: ['text', (each: Parking) => each.process],
    reason: ['text', (each: Parking) => each.reason],
  } as const;
  await sql`
    update mailboxes m set parked = true from ${columns(parkings, spec)}
     where m.customer_id = u.customer_id and m.mailbox_id = u.mailbox_id`.execute(tx);
  await sql`
    insert into parkings (customer_id, mailbox_id, process, reason, parked_at)
    select u.customer_id, u.mailbox_id, u.process, u.reason, ${act.at}::timestamptz from ${columns(parkings, spec)}`.execute(
    tx,
  );
  await recordEvents(
    tx,
    act,
    parkings.map(({ customerId, mailboxId, process, reason }) => ({
      customerId,
      type: 'mailboxes.parked' as const,
      data: { mailbox_id: mailboxId, process, reason },
    })),
  );
}

/** Sets a whole customer aside: the run that failed for it told why (R16). Once, when two machines failed at once. */
export async function parkCustomer(
  tx: Tx,
  act: Act,
  parking: { customerId: bigint; process: string; reason: string },
): Promise<void> {
  const { customerId, process, reason } = parking;
  const { numUpdatedRows } = await tx
    .updateTable('accounts')
    .set({ parked: true })
    .where('customer_id', '=', customerId)
    .where('parked', '=', false)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return;
  await tx.insertInto('parkings').values({ customer_id: customerId, process, reason, parked_at: act.at }).execute();
  await recordEvents(tx, act, [{ customerId, type: 'customers.parked', data: { process, reason } }]);
}

/** An operator's word: what was set aside is due again, with the reason in the audit trail (R37). Returns false when it was released before. */
export async function release(
  tx: Tx,
  act: Act,
  parking: { customerId: bigint; parkingId: bigint; note: string },
): Promise<boolean> {
  const { customerId, parkingId, note } = parking;
  const row = await tx
    .updateTable('parkings')
    .set({ released_at: act.at, released_by: act.actor, release_note: note })
    .where('customer_id', '=', customerId)
    .where('parking_id', '=', parkingId)
    .where('released_at', 'is', null)
    .returning('mailbox_id')
    .executeTakeFirst();
  if (!row) return false;
  const { mailbox_id: mailboxId } = row;
  if (mailboxId === null) {
    await tx.updateTable('accounts').set({ parked: false }).where('customer_id', '=', customerId).execute();
    await dueFromToday(tx, act, sql`customer_id = ${customerId} and not parked`);
    await recordEvents(tx, act, [{ customerId, type: 'customers.released', data: { note } }]);
    return true;
  }
  const mailbox = sql`customer_id = ${customerId} and mailbox_id = ${mailboxId}`;
  await sql`update mailboxes set parked = false where ${mailbox}`.execute(tx);
  await dueFromToday(tx, act, mailbox);
  await recordEvents(tx, act, [{ customerId, type: 'mailboxes.released', data: { mailbox_id: mailboxId, note } }]);
  return true;
}

/**
 * Which mailboxes of these customers were set aside since their present expiry and released again: an operator has given
 * the word for what is due now, and what set them aside must not ask again (R16).
 */
export async function listReleased(tx: Tx, customerIds: readonly bigint[]): Promise<ReadonlySet<bigint>> {
  const { rows } = await sql<{ mailbox_id: bigint }>`
    select distinct p.mailbox_id
      from parkings p
      join mailboxes m on m.customer_id = p.customer_id and m.mailbox_id = p.mailbox_id
     where p.customer_id = any(${customerIds}::bigint[]) and p.released_at is not null and p.parked_at > m.expires_on - 1`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.mailbox_id));
}

// And not from the missed day: the word has been given, the brake need not ask again.
async function dueFromToday(tx: Tx, act: Act, mailboxes: RawBuilder<unknown>): Promise<void> {
  await sql`update mailboxes set due_on = ${act.on}::date where ${mailboxes} and due_on < ${act.on}::date`.execute(tx);
}
