import { type RawBuilder, sql } from 'kysely';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { columns, type Tx } from '#kit/db.ts';

export type Parking = { customerId: bigint; mailboxId: bigint; process: string; reason: string };

/**
 * Sets mailboxes aside (R16) that are in an impossible state, or whose customer would be renewed for more than may be: no
 * run touches them until an operator releases them. Tells once per customer, process and reason.
 */
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
    [...Map.groupBy(parkings, (each) => `${each.customerId} ${each.process} ${each.reason}`).values()].map((group) => {
      const { customerId, process, reason } = group[0] as Parking;
      const data = { mailbox_ids: group.map((each) => each.mailboxId), process, reason };
      return { customerId, type: 'mailboxes.parked' as const, data };
    }),
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

/**
 * An operator's word: what was set aside is due again, with the reason in the audit trail (R37). One word is for all that
 * was set aside of the customer in the same act for the same reason: what was due together is invoiced together (R12).
 * Returns false when it was released before.
 */
export async function release(
  tx: Tx,
  act: Act,
  parking: { customerId: bigint; parkingId: bigint; note: string },
): Promise<boolean> {
  const { customerId, note } = parking;
  await lockAccount(tx, customerId);
  const released = await closeParkings(tx, act, parking);
  if (released.length === 0) return false;
  const mailboxIds = released.filter((mailboxId) => mailboxId !== null);
  if (mailboxIds.length === 0) {
    await tx.updateTable('accounts').set({ parked: false }).where('customer_id', '=', customerId).execute();
    await dueFromToday(tx, act, sql`customer_id = ${customerId} and not parked`);
    await recordEvents(tx, act, [{ customerId, type: 'customers.released', data: { note } }]);
    return true;
  }
  const mailboxes = sql`customer_id = ${customerId} and mailbox_id = any(${mailboxIds}::bigint[])`;
  await sql`update mailboxes set parked = false where ${mailboxes}`.execute(tx);
  await dueFromToday(tx, act, mailboxes);
  await recordEvents(tx, act, [{ customerId, type: 'mailboxes.released', data: { mailbox_ids: mailboxIds, note } }]);
  return true;
}

// The mailboxes of the parkings that are over now; null for that of a whole customer.
async function closeParkings(
  tx: Tx,
  act: Act,
  { customerId, parkingId, note }: { customerId: bigint; parkingId: bigint; note: string },
): Promise<(bigint | null)[]> {
  const { rows } = await sql<{ mailboxId: bigint | null }>`
    update parkings k set released_at = ${act.at}::timestamptz, released_by = ${act.actor}, release_note = ${note}
      from parkings named
     where named.customer_id = ${customerId} and named.parking_id = ${parkingId}
       and k.customer_id = named.customer_id and k.process = named.process and k.parked_at = named.parked_at
       and k.reason = named.reason and (k.mailbox_id is null) = (named.mailbox_id is null) and k.released_at is null
    returning k.mailbox_id as "mailboxId"`.execute(tx);
  return rows.map((row) => row.mailboxId).toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n)));
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
