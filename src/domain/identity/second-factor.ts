import { sql } from 'kysely';
import { Secret } from 'otpauth';
import { refuse } from '#domain/identity/_refusals.ts';
import { seal, unseal } from '#domain/identity/_seal.ts';
import {
  authenticator,
  factorsOf,
  holdUser,
  makeFirstCodes,
  replaceCodes,
  settleFactors,
  stepOf,
} from '#domain/identity/_second-factor.ts';
import { findUserById, type UserRow } from '#domain/identity/_store.ts';
import type { TellFactor } from '#domain/identity/factor-changes.ts';
import type { Proving } from '#domain/identity/sign-in.ts';
import { countAttempt } from '#domain/identity/throttle.ts';
import { type Db, transaction } from '#kit/db.ts';

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

/**
 * Puts the authenticator into force; with the first second factor of any kind come ten recovery codes, shown this once.
 * Refuses `factor_not_started`, `second_factor_refused`, `too_many_attempts`.
 */
export async function confirmSecondFactor(
  db: Db,
  userId: bigint,
  { code, address, now, secret, tell }: Proving & { code: string; address: string; tell: TellFactor },
): Promise<{ recovery_codes: string[] }> {
  const user = await wanted(db, userId);
  await countAttempt(db, 'proof', { attempt: { email: user.email, address }, now });
  if (!user.totp_pending || user.totp_secret) throw refuse('factor_not_started');
  const step = stepOf(authenticator(user.email, unseal(user.totp_pending, secret)), code.replace(/\s/g, ''), now);
  if (step === null) throw refuse('second_factor_refused');
  return transaction(db, async (tx) => {
    const before = await holdUser(tx, userId);
    const { rows } = await sql<{ user_id: bigint }>`
      update users set totp_secret = totp_pending, totp_pending = null, totp_last_step = ${BigInt(step)}
       where user_id = ${userId} and totp_pending = ${user.totp_pending} and totp_secret is null
      returning user_id`.execute(tx);
    if (rows.length === 0) throw refuse('factor_not_started');
    const recovery_codes = await makeFirstCodes(tx, before);
    await tell(tx, { userId, what: 'authenticator_added', name: '' });
    return { recovery_codes };
  });
}

/**
 * Takes the authenticator away; with the last second factor the recovery codes go too. The caller has proved freshly who
 * is there. Refuses `no_factor`, `factor_mandatory` where operators must have one.
 */
export async function removeSecondFactor(
  db: Db,
  userId: bigint,
  { mandatory, tell }: { mandatory: boolean; tell: TellFactor },
): Promise<void> {
  await transaction(db, async (tx) => {
    const { totp_secret } = await holdUser(tx, userId);
    if (!totp_secret) throw refuse('no_factor');
    await sql`
      update users set totp_secret = null, totp_pending = null, totp_last_step = null
       where user_id = ${userId}`.execute(tx);
    await settleFactors(tx, userId, mandatory);
    await tell(tx, { userId, what: 'authenticator_removed', name: '' });
  });
}

/** Replaces the recovery codes; the old ones are worth nothing. Refuses `no_factor`. */
export async function renewRecoveryCodes(
  db: Db,
  userId: bigint,
  tell: TellFactor,
): Promise<{ recovery_codes: string[] }> {
  return transaction(db, async (tx) => {
    if (factorsOf(await holdUser(tx, userId)).length === 0) throw refuse('no_factor');
    const recovery_codes = await replaceCodes(tx, userId);
    await tell(tx, { userId, what: 'recovery_codes_renewed', name: '' });
    return { recovery_codes };
  });
}

/** Whether there is a second factor of any kind, how it stands with the authenticator, and how many recovery codes are left. */
export async function getSecondFactor(
  db: Db,
  userId: bigint,
): Promise<{ active: boolean; authenticator: boolean; pending: boolean; recovery_codes_left: number }> {
  const user = await wanted(db, userId);
  return {
    active: factorsOf(user).length > 0,
    authenticator: user.totp_secret !== null,
    pending: user.totp_pending !== null,
    recovery_codes_left: user.recovery_hashes.length,
  };
}

async function wanted(db: Db, userId: bigint): Promise<UserRow> {
  const user = await findUserById(db, userId);
  if (!user) throw refuse('user_not_found');
  return user;
}
