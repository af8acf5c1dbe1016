import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import type { UserRow } from '#domain/identity/_store.ts';
import type { Db, Tx } from '#kit/db.ts';
import { secretToken, sha256 } from '#kit/ids.ts';

/** Where a session is opened from. */
export type Visitor = { address: string; agent: string };

/** `token` is handed out this once; only its hash stays. */
export type IssuedSession = {
  token: string;
  sessionId: bigint;
  userId: bigint;
  name: string;
  expiresAt: Temporal.Instant;
};

/** Operators' sessions last a working day, others a month. */
export function sessionHours(operator: boolean): number {
  return operator ? 12 : 30 * 24;
}

/** How long a session may lie unused. */
export function idleHours(operator: boolean): number {
  return operator ? 2 : 7 * 24;
}

export async function writeSession(
  tx: Tx,
  user: UserRow,
  { visitor, now }: { visitor: Visitor; now: Temporal.Instant },
): Promise<IssuedSession> {
  const token = secretToken();
  const expiresAt = now.add({ hours: sessionHours(user.operator_role !== null) });
  const { rows } = await sql<{ session_id: bigint }>`
    insert into sessions (session_hash, user_id, created_at, seen_at, fresh_at, expires_at, address, agent)
    values (${sessionHash(token)}, ${user.user_id}, ${now}, ${now}, ${now}, ${expiresAt},
            ${visitor.address}, ${visitor.agent.slice(0, 300)})
    returning session_id`.execute(tx);
  const sessionId = rows[0]?.session_id;
  if (sessionId === undefined) throw new Error('a session was not written');
  return { token, sessionId, userId: user.user_id, name: user.name, expiresAt };
}

/** After a proof of who is there: the session gets a new token, and the proof is fresh again. */
export async function rotateSession(tx: Tx, sessionId: bigint, now: Temporal.Instant): Promise<string> {
  await sql`update sessions set fresh_at = ${now}, seen_at = ${now} where session_id = ${sessionId}`.execute(tx);
  return renameSession(tx, sessionId);
}

/** Gives a session a new token, so that one seen by somebody else is worth nothing; nothing is proved by it. */
export async function renameSession(tx: Tx, sessionId: bigint): Promise<string> {
  const token = secretToken();
  await sql`update sessions set session_hash = ${sessionHash(token)} where session_id = ${sessionId}`.execute(tx);
  return token;
}

/** Ends every session of a user, except one where it is given. */
export async function dropSessions(db: Db | Tx, userId: bigint, except: bigint | null): Promise<void> {
  await sql`
    delete from sessions where user_id = ${userId} and session_id is distinct from ${except}`.execute(db);
}

export function sessionHash(token: string): string {
  return sha256(token);
}
