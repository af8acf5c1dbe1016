import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { dropSessions } from '#domain/identity/_sessions.ts';
import { findUser, type UserRow } from '#domain/identity/_store.ts';
import { type Reset, voidResets, writeInvitation } from '#domain/identity/change-password.ts';
import { registerUsers } from '#domain/identity/register.ts';
import type { OperatorRole } from '#domain/identity/roles.ts';
import { parseAddress } from '#kit/address.ts';
import type { Tx } from '#kit/db.ts';

export type OperatorLine = {
  email: string;
  role: OperatorRole;
  second_factor: boolean;
  /** No password chosen yet. */
  invited: boolean;
  closed_at: Temporal.Instant | null;
};

type Invitation = { email: string; role?: OperatorRole | undefined; now: Temporal.Instant };
type Operator = UserRow & { operator_role: OperatorRole };

/**
 * Makes somebody one of our staff, admin where no role is given, or gives an operator another role; the link to choose a
 * password is for who has none and for who asks for nothing else, and is shown once to who runs the command. Who was closed
 * comes back as somebody new. There is no other way to become an operator. Refuses `bad_address`, `address_taken` for a
 * customer's user, `last_admin`.
 */
export async function inviteOperator(
  tx: Tx,
  act: Act,
  { role, now, ...operator }: Invitation,
): Promise<{ invitation: Reset | null }> {
  const email = addressIn(operator.email);
  if (!email) throw refuse('bad_address', { fields: [{ name: 'email', rule: 'is an e-mail address' }] });
  await holdOperators(tx);
  const known = await findUser(tx, email);
  if (known && !isOperator(known)) throw refuse('address_taken');
  if (known && role !== undefined && role !== known.operator_role) {
    await changeRole(tx, act, { userId: known.user_id, role });
    if (known.password_hash !== null) return { invitation: null };
  }
  const wanted = role ?? known?.operator_role ?? 'admin';
  const userId = known?.user_id ?? (await admit(tx, { email, role: wanted, now }));
  await tell(tx, act, { userId, what: 'invited', role: wanted });
  return { invitation: await writeInvitation(tx, userId, now) };
}

/**
 * Takes an operator's login away for good: sessions, password, second factors and open links end with it; what they did
 * stays in the trail under their number. Refuses `operator_not_found`, `last_admin`.
 */
export async function closeOperator(
  tx: Tx,
  act: Act,
  { email, now }: { email: string; now: Temporal.Instant },
): Promise<void> {
  await holdOperators(tx);
  const known = await findUser(tx, addressIn(email) ?? '');
  if (!known || !isOperator(known)) throw refuse('operator_not_found');
  const { user_id: userId, operator_role: role } = known;
  await sql`
    update users set closed_at = ${now}, password_hash = null, recovery_hashes = '{}', totp_secret = null,
           totp_pending = null, totp_last_step = null
     where user_id = ${userId}`.execute(tx);
  await sql`delete from passkeys where user_id = ${userId}`.execute(tx);
  await dropSessions(tx, userId, null);
  await voidResets(tx, userId, now);
  await requireAdmin(tx);
  await tell(tx, act, { userId, what: 'closed', role });
}

/** Our staff by address, who was closed last. */
export async function listOperators(tx: Tx): Promise<OperatorLine[]> {
  const { rows } = await sql<OperatorLine>`
    select email, operator_role as role, password_hash is null as invited, closed_at,
           totp_secret is not null or exists (select from passkeys p where p.user_id = users.user_id) as second_factor
      from users where operator_role is not null order by closed_at is not null, email`.execute(tx);
  return rows;
}

async function changeRole(tx: Tx, act: Act, { userId, role }: { userId: bigint; role: OperatorRole }): Promise<void> {
  await sql`update users set operator_role = ${role} where user_id = ${userId}`.execute(tx);
  await requireAdmin(tx);
  await tell(tx, act, { userId, what: 'role', role });
}

/** Registers a new operator, or lets a closed one in again; a session or link made while they were closed ends as well. */
async function admit(tx: Tx, { email, role, now }: { email: string; role: OperatorRole; now: Temporal.Instant }) {
  const { rows } = await sql<{ user_id: bigint }>`
    update users set closed_at = null, operator_role = ${role}
     where email = ${email} and operator_role is not null and closed_at is not null returning user_id`.execute(tx);
  const returned = rows[0]?.user_id;
  if (returned !== undefined) {
    await dropSessions(tx, returned, null);
    await voidResets(tx, returned, now);
    return returned;
  }
  const name = email.split('@')[0] ?? email;
  const [userId] = await registerUsers(tx, [{ email, name, language: 'en', operatorRole: role, now }]);
  if (userId === undefined) throw new Error('an operator was not written');
  return userId;
}

// Two administrators who are closed or lowered at the same time must not both be.
async function holdOperators(tx: Tx): Promise<void> {
  await sql`
    update users set operator_role = operator_role where operator_role = 'admin' and closed_at is null`.execute(tx);
}

async function requireAdmin(tx: Tx): Promise<void> {
  const { rows } = await sql`
    select 1 from users where operator_role = 'admin' and closed_at is null limit 1`.execute(tx);
  if (rows.length === 0) throw refuse('last_admin');
}

function addressIn(text: string): string | undefined {
  return parseAddress(text.trim())?.toLowerCase();
}

function isOperator(user: UserRow): user is Operator {
  return user.operator_role !== null;
}

async function tell(tx: Tx, act: Act, { userId, ...data }: { userId: bigint; what: string; role: OperatorRole }) {
  await recordSellerEvent(tx, act, { type: 'operators.changed', data: { user_id: userId, ...data } });
}
