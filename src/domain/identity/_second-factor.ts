import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import type { Temporal } from 'temporal-polyfill';
import { refuse } from '#domain/identity/_refusals.ts';
import { unseal } from '#domain/identity/_seal.ts';
import { findUserById, type UserRow } from '#domain/identity/_store.ts';
import type { Db, Tx } from '#kit/db.ts';
import { sha256 } from '#kit/ids.ts';

/** The kinds of second factor, by the word with which they are shown at the door. */
export type SecondFactor = 'code' | 'passkey';

type Proof = { code: string; now: Temporal.Instant; secret: string };

/** Which kinds a user has; with any of them, the password alone opens nothing. */
export function factorsOf(user: UserRow): SecondFactor[] {
  return [...(user.totp_secret ? (['code'] as const) : []), ...(user.has_passkey ? (['passkey'] as const) : [])];
}

/** Holds a user while their factors change, so that of two changes the second sees the first. Refuses `user_not_found`. */
export async function holdUser(tx: Tx, userId: bigint): Promise<UserRow> {
  await sql`update users set language = language where user_id = ${userId}`.execute(tx);
  const user = await findUserById(tx, userId);
  if (!user) throw refuse('user_not_found');
  return user;
}

/** Recovery codes for who had no second factor before; who had one has codes already. */
export async function makeFirstCodes(tx: Tx, before: UserRow): Promise<string[]> {
  return factorsOf(before).length > 0 ? [] : replaceCodes(tx, before.user_id);
}

/** Ten new recovery codes; those before are worth nothing. */
export async function replaceCodes(tx: Tx, userId: bigint): Promise<string[]> {
  const { codes, hashes } = makeRecoveryCodes();
  await sql`update users set recovery_hashes = ${hashes}::text[] where user_id = ${userId}`.execute(tx);
  return codes;
}

/** After one was taken away: recovery codes stand in for a factor, so they go with the last. Refuses `factor_mandatory`. */
export async function settleFactors(tx: Tx, userId: bigint, mandatory: boolean): Promise<void> {
  const user = await findUserById(tx, userId);
  if (!user || factorsOf(user).length > 0) return;
  if (mandatory && user.operator_role) throw refuse('factor_mandatory');
  await sql`update users set recovery_hashes = '{}' where user_id = ${userId}`.execute(tx);
}

/** The authenticator of a user, for the QR code and for checking. */
export function authenticator(email: string, base32: string): TOTP {
  return new TOTP({ issuer: 'Rinnovo', label: email, secret: Secret.fromBase32(base32), digits: 6, period: 30 });
}

/**
 * Whether `code` is this user's second factor now: the authenticator's (each step works once, one step of clock
 * difference is tolerated) or one of the recovery codes, which is used up.
 */
export async function takeSecondFactor(db: Db | Tx, user: UserRow, proof: Proof): Promise<boolean> {
  const code = proof.code.replace(/[\s-]/g, '').toLowerCase();
  if (/^\d{6}$/.test(code)) return takeStep(db, user, { ...proof, code });
  const hash = recoveryHash(code);
  const used = await sql<{ user_id: bigint }>`
    update users set recovery_hashes = array_remove(recovery_hashes, ${hash})
     where user_id = ${user.user_id} and ${hash} = any(recovery_hashes) returning user_id`.execute(db);
  return used.rows.length === 1;
}

/** The step an authenticator's code belongs to, or null when the code is wrong. */
export function stepOf(totp: TOTP, code: string, now: Temporal.Instant): number | null {
  const timestamp = now.epochMilliseconds;
  const delta = totp.validate({ token: code, timestamp, window: 1 });
  return delta === null ? null : Math.floor(timestamp / 30_000) + delta;
}

async function takeStep(db: Db | Tx, user: UserRow, { code, now, secret }: Proof): Promise<boolean> {
  if (!user.totp_secret) return false;
  const step = stepOf(authenticator(user.email, unseal(user.totp_secret, secret)), code, now);
  if (step === null) return false;
  // Two requests with the same code: only one raises the step.
  const used = await sql<{ user_id: bigint }>`
    update users set totp_last_step = ${BigInt(step)}
     where user_id = ${user.user_id} and coalesce(totp_last_step, -1) < ${BigInt(step)} returning user_id`.execute(db);
  return used.rows.length === 1;
}

/** Ten one-time codes of 80 bits, shown once, and their hashes to keep. */
function makeRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: 10 }, () => (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-'));
  return { codes, hashes: codes.map((code) => recoveryHash(code.replaceAll('-', ''))) };
}

function recoveryHash(code: string): string {
  return sha256(`recovery ${code}`);
}
