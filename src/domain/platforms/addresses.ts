import { sql } from 'kysely';
import { sameMailbox, spellingsOf } from '#kit/address.ts';
import { Contention, type Tx } from '#kit/db.ts';

/** Which of these addresses have a live mailbox, at whichever customer, as `sameMailbox` writes them (R10). */
export async function findTaken(tx: Tx, addresses: readonly string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const { rows } = await sql<{ address: string }>`
    select address from taken_addresses where address = any(${addresses.flatMap(spellingsOf)}::text[])`.execute(tx);
  return new Set(rows.map((row) => sameMailbox(row.address)));
}

/**
 * Takes the addresses of mailboxes that start. In one order, so that two transactions that want the same wait for each other
 * instead of both failing; the later one finds out only then, and throws `Contention`: done again, it is refused properly.
 */
export async function takeAddresses(tx: Tx, addresses: readonly string[]): Promise<void> {
  const wanted = addresses.map(sameMailbox).toSorted();
  if (wanted.length === 0) return;
  const { numAffectedRows } = await sql`
    insert into taken_addresses (address) select unnest(${wanted}::text[]) on conflict do nothing`.execute(tx);
  if (numAffectedRows !== BigInt(wanted.length)) throw new Contention('an address was taken in the meantime');
}

/** The mailboxes of these addresses have ended: anybody may have them now. */
export async function freeAddresses(tx: Tx, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  await sql`delete from taken_addresses where address = any(${addresses.flatMap(spellingsOf)}::text[])`.execute(tx);
}
