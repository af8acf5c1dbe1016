import { sql } from 'kysely';
import { refuse } from '#domain/identity/_refusals.ts';
import { parseAddress } from '#kit/address.ts';
import type { Db } from '#kit/db.ts';

/** Changes what a person calls themselves and the language of the portal. */
export async function changePerson(
  db: Db,
  userId: bigint,
  change: { name?: string | undefined; language?: string | undefined },
): Promise<void> {
  await sql`
    update users set name = coalesce(${change.name ?? null}, name), language = coalesce(${change.language ?? null}, language)
     where user_id = ${userId}`.execute(db);
}

/** Changes the address a person signs in with; the caller has proved freshly who is there. Refuses `bad_address`, `address_taken`. */
export async function changeAddress(db: Db, userId: bigint, wanted: string): Promise<void> {
  const email = parseAddress(wanted.trim())?.toLowerCase();
  if (!email) throw refuse('bad_address', { fields: [{ name: 'email', rule: 'is an e-mail address' }] });
  const { rows } = await sql<{ user_id: bigint }>`
    update users set email = ${email} where user_id = ${userId}
       and not exists (select 1 from users o where o.email = ${email} and o.user_id <> ${userId})
    returning user_id`.execute(db);
  if (rows.length === 0) throw refuse('address_taken');
}
