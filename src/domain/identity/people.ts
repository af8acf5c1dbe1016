import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Act, recordEvents } from '#domain/events/record.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { findUser } from '#domain/identity/_store.ts';
import { type Reset, writeInvitation } from '#domain/identity/change-password.ts';
import { registerUsers } from '#domain/identity/register.ts';
import type { Role } from '#domain/identity/roles.ts';
import { parseAddress } from '#kit/address.ts';
import type { Tx } from '#kit/db.ts';

export type PersonLine = {
  user_id: bigint;
  email: string;
  name: string;
  language: string;
  role: Role;
  second_factor: boolean;
  invited: boolean;
  created_at: Temporal.Instant;
};

type Invitation = {
  customerId: bigint;
  email: string;
  name: string;
  language: string;
  role: Role;
  now: Temporal.Instant;
};
type Place = { customerId: bigint; userId: bigint };

/** Who has a role at a customer (R35). */
export async function listPeople(tx: Tx, customerId: bigint): Promise<PersonLine[]> {
  const { rows } = await sql<PersonLine>`
    select u.user_id, u.email, u.name, u.language, m.role, u.totp_secret is not null or exists (select from passkeys p where p.user_id = u.user_id) as second_factor,
           u.password_hash is null as invited, m.created_at
      from memberships m join users u on u.user_id = m.user_id
     where m.customer_id = ${customerId} and u.closed_at is null order by u.email`.execute(tx);
  return rows;
}

/**
 * Gives somebody a role at a customer (R35). Who has no password yet gets the link of an invitation, to be sent by
 * letter in this transaction. Refuses `bad_address`, `already_here`, `cannot_invite`.
 */
export async function invitePerson(
  tx: Tx,
  act: Act,
  { customerId, role, now, ...person }: Invitation,
): Promise<{ userId: bigint; invitation: Reset | null }> {
  const email = parseAddress(person.email.trim())?.toLowerCase();
  if (!email) throw refuse('bad_address', { fields: [{ name: 'email', rule: 'is an e-mail address' }] });
  const known = await findUser(tx, email);
  if (known?.operator_role) throw refuse('cannot_invite');
  const userId = known?.user_id ?? (await registerUsers(tx, [{ ...person, email, now }]))[0];
  if (userId === undefined) throw new Error('a user was not written');
  const { rows } = await sql<{ user_id: bigint }>`
    insert into memberships (customer_id, user_id, role, created_at) values (${customerId}, ${userId}, ${role}, ${act.at})
    on conflict do nothing returning user_id`.execute(tx);
  if (rows.length === 0) throw refuse('already_here');
  await tell(tx, act, { customerId, userId, what: 'invited', role });
  return { userId, invitation: known?.password_hash ? null : await writeInvitation(tx, userId, now) };
}

/** Gives somebody another role. Refuses `user_not_found`, `last_admin`. */
export async function changeRole(
  tx: Tx,
  act: Act,
  { customerId, userId, role }: Place & { role: Role },
): Promise<void> {
  await holdPeople(tx, customerId);
  const { rows } = await sql<{ user_id: bigint }>`
    update memberships set role = ${role} where customer_id = ${customerId} and user_id = ${userId}
    returning user_id`.execute(tx);
  if (rows.length === 0) throw refuse('user_not_found');
  await requireAdmin(tx, customerId);
  await tell(tx, act, { customerId, userId, what: 'role', role });
}

/** Takes somebody's role and tokens at a customer away; at other customers nothing changes. Refuses `user_not_found`, `last_admin`. */
export async function removePerson(tx: Tx, act: Act, { customerId, userId }: Place): Promise<void> {
  await holdPeople(tx, customerId);
  const { rows } = await sql<{ user_id: bigint }>`
    delete from memberships where customer_id = ${customerId} and user_id = ${userId} returning user_id`.execute(tx);
  if (rows.length === 0) throw refuse('user_not_found');
  await requireAdmin(tx, customerId);
  await sql`
    update api_tokens set revoked_at = ${act.at}
     where customer_id = ${customerId} and user_id = ${userId} and revoked_at is null`.execute(tx);
  await tell(tx, act, { customerId, userId, what: 'removed' });
}

// Two admins who remove each other at the same time must not both succeed.
async function holdPeople(tx: Tx, customerId: bigint): Promise<void> {
  await sql`update memberships set role = role where customer_id = ${customerId} and role = 'admin'`.execute(tx);
}

async function requireAdmin(tx: Tx, customerId: bigint): Promise<void> {
  const { rows } = await sql`
    select 1 from memberships m join users u on u.user_id = m.user_id
     where m.customer_id = ${customerId} and m.role = 'admin' and u.closed_at is null limit 1`.execute(tx);
  if (rows.length === 0) throw refuse('last_admin');
}

async function tell(tx: Tx, act: Act, { customerId, userId, what, role }: Place & { what: string; role?: Role }) {
  const data = { user_id: userId, what, ...(role ? { role } : {}) };
  await recordEvents(tx, act, [{ customerId, type: 'people.changed', data }]);
}
