import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import type { Db } from '#kit/db.ts';
import { sha256 } from '#kit/ids.ts';

/** What a challenge is for and to whom it was given: a session, or the browser that is signing in. Elsewhere it is worth nothing. */
export type Binding = { purpose: 'register' | 'prove' | 'sign-in'; holder: string };

type Sealing = { now: Temporal.Instant; secret: string };

export const challengeMinutes = 5;
const chanceBytes = 16;
const headBytes = chanceBytes + 8;

/**
 * Something to sign: chance, the instant at which it is over, and our seal over both and what it is bound to. Nothing is
 * stored for who only looks at the door.
 */
export function makeChallenge(binding: Binding, { now, secret }: Sealing): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(headBytes);
  randomBytes(chanceBytes).copy(head);
  head.writeBigInt64BE(BigInt(now.add({ minutes: challengeMinutes }).epochMilliseconds), chanceBytes);
  return new Uint8Array(Buffer.concat([head, sealOf(head, binding, secret)]));
}

/** Uses a challenge up: true once, while it lasts, for what and whom it was made. */
export async function takeChallenge(
  db: Db,
  challenge: string,
  { binding, now, secret }: Sealing & { binding: Binding },
): Promise<boolean> {
  const bytes = Buffer.from(challenge, 'base64url');
  const head = bytes.subarray(0, headBytes);
  const seal = bytes.subarray(headBytes);
  if (bytes.length !== headBytes + 32 || !timingSafeEqual(seal, sealOf(head, binding, secret))) return false;
  const end = Temporal.Instant.fromEpochMilliseconds(Number(head.readBigInt64BE(chanceBytes)));
  if (Temporal.Instant.compare(end, now) <= 0) return false;
  // Of two answers at the same time one writes the row.
  const { rows } = await sql<{ challenge_hash: string }>`
    insert into used_challenges (challenge_hash, expires_at) values (${sha256(bytes)}, ${end})
    on conflict do nothing returning challenge_hash`.execute(db);
  return rows.length === 1;
}

/** Forgets challenges that are over by themselves, an hour later: clocks may differ a little. */
export async function forgetChallenges(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`delete from used_challenges where expires_at < ${now.subtract({ hours: 1 })}::timestamptz`.execute(db);
}

function sealOf(head: Uint8Array, { purpose, holder }: Binding, secret: string): Buffer {
  return createHmac('sha256', secret).update(`challenge:${purpose}:${holder}:`).update(head).digest();
}
