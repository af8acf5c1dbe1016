import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { refuse } from '#domain/identity/_refusals.ts';
import { holdUser } from '#domain/identity/_second-factor.ts';
import { voidResets } from '#domain/identity/change-password.ts';
import type { TellFactor } from '#domain/identity/factor-changes.ts';
import { parseAddress } from '#kit/address.ts';
import { type Db, transaction } from '#kit/db.ts';

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

/**
 * Changes the address a person signs in with and tells it at the old one, where links to choose a password are worth
 * nothing from then on; the caller has proved freshly who is there. Refuses `bad_address`, `address_taken`.
 */
export async function changeAddress(
  db: Db,
  userId: bigint,
  { wanted, now, tell }: { wanted: string; now: Temporal.Instant; tell: TellFactor },
): Promise<void> {
  const email = parseAddress(wanted.trim())?.toLowerCase();
  if (!email) throw refuse('bad_address', { fields: [{ name: 'email', rule: 'is an e-mail address' }] });
  // The key decides, and not a look before it: somebody else may take the address between the two.
  await transaction(db, async (tx) => {
    if ((await holdUser(tx, userId)).email === email) return;
    await tell(tx, { userId, what: 'address_changed', name: email });
    await sql`update users set email = ${email} where user_id = ${userId}`.execute(tx);
    await voidResets(tx, userId, now);
  }).catch((error: { code?: string }) => {
    throw error.code === uniqueViolation ? refuse('address_taken') : error;
  });
}

const uniqueViolation = '23505';
