import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { OperatorRole, Role } from '#domain/identity/roles.ts';
import type { Db, Tx } from '#kit/db.ts';

export type UserRow = {
  user_id: bigint;
  email: string;
  name: string;
  language: string;
  password_hash: string | null;
  totp_secret: string | null;
  totp_pending: string | null;
  totp_last_step: bigint | null;
  recovery_hashes: string[];
  has_passkey: boolean;
  operator_role: OperatorRole | null;
  created_at: Temporal.Instant;
};

export type MembershipRow = { customer_id: bigint; code: string; name: string; role: Role };

export async function findUser(db: Db | Tx, email: string): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from users where email = ${email} and closed_at is null`.execute(db);
  return rows[0];
}

export async function findUserById(db: Db | Tx, userId: bigint): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from users where user_id = ${userId} and closed_at is null`.execute(db);
  return rows[0];
}

export async function membershipsOf(db: Db | Tx, userId: bigint): Promise<MembershipRow[]> {
  const { rows } = await sql<MembershipRow>`
    select m.customer_id, c.code, c.name, m.role
      from memberships m join customers c on c.customer_id = m.customer_id
     where m.user_id = ${userId} order by c.code`.execute(db);
  return rows;
}

/** The columns of a user; the table is called by its own name in every statement. */
export const userColumns = sql`users.user_id, users.email, users.name, users.language, users.password_hash,
  users.totp_secret, users.totp_pending, users.totp_last_step, users.recovery_hashes, users.operator_role,
  users.created_at, exists (select from passkeys p where p.user_id = users.user_id) as has_passkey`;
