import { sql } from 'kysely';
import { Secret } from 'otpauth';
import { refuse } from '#domain/identity/_refusals.ts';
import { seal, unseal } from '#domain/identity/_seal.ts';
import { authenticator, makeRecoveryCodes, stepOf } from '#domain/identity/_second-factor.ts';
import { findUserById, type UserRow } from '#domain/identity/_store.ts';
import type { Proving } from '#domain/identity/sign-in.ts';
import { countAttempt } from '#domain/identity/throttle.ts';
import type { Db } from '#kit/db.ts';

/** Begins an authenticator: the secret to scan or type, which counts only once a code has shown that it arrived. Refuses `factor_exists`. */
export async function startSecondFactor(
  db: Db,
  userId: bigint,
  secret: string,
): Promise<{ secret: string; uri: string }> {
  const user = await wanted(db, userId);
  if (user.totp_secret) throw refuse('factor_exists');
  const base32 = new Secret({ size: 20 }).base32;
  await sql`update users set totp_pending = ${seal(base32, secret)} where user_id = ${userId}`.execute(db);
  return { secret: base32, uri: authenticator(user.email, base32).toString() };
}

/** Puts the authenticator into force and gives ten recovery codes, shown this once. Refuses `factor_not_started`, `second_factor_refused`. */
export async function confirmSecondFactor(
  db: Db,
  userId: bigint,
  { code, address, now, secret }: Proving & { code: string; address: string },
): Promise<{ recovery_codes: string[] }> {
  const user = await wanted(db, userId);
  await countAttempt(db, 'proof', { attempt: { email: user.email, address }, now });
  if (!user.totp_pending || user.totp_secret) throw refuse('factor_not_started');
  const step = stepOf(authenticator(user.email, unseal(user.totp_pending, secret)), code.replace(/\s/g, ''), now);
  if (step === null) throw refuse('second_factor_refused');
  const { codes, hashes } = makeRecoveryCodes();
  const { rows } = await sql<{ user_id: bigint }>`
    update users set totp_secret = totp_pending, totp_pending = null, totp_last_step = ${BigInt(step)},
           recovery_hashes = ${hashes}::text[]
     where user_id = ${userId} and totp_pending = ${user.totp_pending} and totp_secret is null
    returning user_id`.execute(db);
  if (rows.length === 0) throw refuse('factor_not_started');
  return { recovery_codes: codes };
}

/** Takes the second factor away; the caller has proved freshly who is there. Refuses `no_factor`, `factor_mandatory` where operators must have one. */
export async function removeSecondFactor(db: Db, userId: bigint, mandatory: boolean): Promise<void> {
  const user = await wanted(db, userId);
  if (!user.totp_secret) throw refuse('no_factor');
  if (mandatory && user.operator_role) throw refuse('factor_mandatory');
  await sql`
    update users set totp_secret = null, totp_pending = null, totp_last_step = null, recovery_hashes = '{}'
     where user_id = ${userId}`.execute(db);
}

/** Replaces the recovery codes; the old ones are worth nothing. Refuses `no_factor`. */
export async function renewRecoveryCodes(db: Db, userId: bigint): Promise<{ recovery_codes: string[] }> {
  const user = await wanted(db, userId);
  if (!user.totp_secret) throw refuse('no_factor');
  const { codes, hashes } = makeRecoveryCodes();
  await sql`update users set recovery_hashes = ${hashes}::text[] where user_id = ${userId}`.execute(db);
  return { recovery_codes: codes };
}

/** Whether there is a second factor, whether one is being set up, and how many recovery codes are left. */
export async function getSecondFactor(
  db: Db,
  userId: bigint,
): Promise<{ active: boolean; pending: boolean; recovery_codes_left: number }> {
  const user = await wanted(db, userId);
  return {
    active: user.totp_secret !== null,
    pending: user.totp_pending !== null,
    recovery_codes_left: user.recovery_hashes.length,
  };
}

async function wanted(db: Db, userId: bigint): Promise<UserRow> {
  const user = await findUserById(db, userId);
  if (!user) throw refuse('user_not_found');
  return user;
}
