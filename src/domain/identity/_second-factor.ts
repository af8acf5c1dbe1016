import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import type { Temporal } from 'temporal-polyfill';
import { unseal } from '#domain/identity/_seal.ts';
import type { UserRow } from '#domain/identity/_store.ts';
import type { Db, Tx } from '#kit/db.ts';
import { sha256 } from '#kit/ids.ts';

type Proof = { code: string; now: Temporal.Instant; secret: string };

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

/** Ten one-time codes of 80 bits, shown once, and their hashes to keep. */
export function makeRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const codes = Array.from({ length: 10 }, () => (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-'));
  return { codes, hashes: codes.map((code) => recoveryHash(code.replaceAll('-', ''))) };
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

function recoveryHash(code: string): string {
  return sha256(`recovery ${code}`);
}
