import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { checkPassword, hashPassword, passwordMatches } from '#domain/identity/_passwords.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { dropSessions, renameSession } from '#domain/identity/_sessions.ts';
import { findUser, findUserById } from '#domain/identity/_store.ts';
import type { TellFactor } from '#domain/identity/factor-changes.ts';
import type { Session } from '#domain/identity/sessions.ts';
import { type Attempt, countAttempt, forgiveAttempt } from '#domain/identity/throttle.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';
import { secretToken, sha256 } from '#kit/ids.ts';

/** A link to choose a password with; the token leaves by letter and only its hash stays. */
export type Reset = {
  token: string;
  expiresAt: Temporal.Instant;
  userId: bigint;
  email: string;
  name: string;
  language: string;
};

const resetMinutes = 60;
const invitationMinutes = 7 * 24 * 60;

/**
 * Changes the password of who is signed in; every other session and every link to choose one end, and this session gets a
 * new token. The caller has proved freshly who is there: the password alone, asked for here once more, proves nothing to
 * what comes after. Refuses `wrong_password`, `weak_password`, `too_many_attempts`.
 */
export async function changePassword(
  db: Db,
  session: Session,
  change: { current: string; wanted: string; address: string; now: Temporal.Instant; tell: TellFactor },
): Promise<string> {
  const { userId, email } = session.person;
  const attempt = { email, address: change.address };
  await countAttempt(db, 'proof', { attempt, now: change.now });
  const user = await findUserById(db, userId);
  if (!user || !(await passwordMatches(change.current, user.password_hash))) throw refuse('wrong_password');
  await forgiveAttempt(db, 'proof', attempt);
  checkPassword(change.wanted, email);
  const hash = await hashPassword(change.wanted);
  return transaction(db, async (tx) => {
    await storePassword(tx, userId, hash);
    await voidResets(tx, userId, change.now);
    await dropSessions(tx, userId, session.sessionId);
    await change.tell(tx, { userId, what: 'password_changed', name: '' });
    return renameSession(tx, session.sessionId);
  });
}

/**
 * Makes a link to choose a new password, or answers null when nobody has this address: the caller says the same to
 * both and takes as long. Refuses `too_many_attempts`.
 */
export async function requestReset(
  db: Db,
  attempt: Required<Attempt>,
  now: Temporal.Instant,
): Promise<((tx: Tx) => Promise<Reset>) | null> {
  const email = attempt.email.trim().toLowerCase();
  await countAttempt(db, 'reset', { attempt: { ...attempt, email }, now });
  const user = await findUser(db, email);
  if (!user) return null;
  return (tx) => writeReset(tx, user.user_id, { now, minutes: resetMinutes });
}

/** Makes the link of an invitation, good for a week. */
export function writeInvitation(tx: Tx, userId: bigint, now: Temporal.Instant): Promise<Reset> {
  return writeReset(tx, userId, { now, minutes: invitationMinutes });
}

/** Makes every open link of a user worthless, so that one that lies in a mailbox does not outlive what it was made for. */
export async function voidResets(tx: Tx, userId: bigint, now: Temporal.Instant): Promise<void> {
  await sql`update password_resets set used_at = ${now} where user_id = ${userId} and used_at is null`.execute(tx);
}

/**
 * Takes a link and sets the password; all sessions end and the link, with every other one of that user, is used up.
 * It opens no session: the second factor is asked for at the sign-in that follows. Refuses `reset_refused`,
 * `weak_password`, `too_many_attempts`.
 */
export async function completeReset(
  db: Db,
  { token, password, address, tell }: { token: string; password: string; address: string; tell: TellFactor },
  now: Temporal.Instant,
): Promise<void> {
  await countAttempt(db, 'reset', { attempt: { address }, now });
  const hash = sha256(token);
  const { rows } = await sql<{ email: string; isFirst: boolean }>`
    select u.email, u.password_hash is null as "isFirst" from password_resets r join users u on u.user_id = r.user_id
     where r.reset_hash = ${hash} and r.used_at is null and r.expires_at > ${now}::timestamptz
       and u.closed_at is null`.execute(db);
  const [owner] = rows;
  if (!owner) throw refuse('reset_refused');
  checkPassword(password, owner.email);
  const passwordHash = await hashPassword(password);
  await transaction(db, async (tx) => {
    const used = await sql<{ user_id: bigint }>`
      update password_resets set used_at = ${now}
       where reset_hash = ${hash} and used_at is null and expires_at > ${now}::timestamptz
      returning user_id`.execute(tx);
    const userId = used.rows[0]?.user_id;
    if (userId === undefined) throw refuse('reset_refused');
    await voidResets(tx, userId, now);
    await storePassword(tx, userId, passwordHash);
    await dropSessions(tx, userId, null);
    if (!owner.isFirst) await tell(tx, { userId, what: 'password_changed', name: '' });
  });
}

async function writeReset(
  tx: Tx,
  userId: bigint,
  { now, minutes }: { now: Temporal.Instant; minutes: number },
): Promise<Reset> {
  const token = secretToken();
  const expiresAt = now.add({ minutes });
  await sql`
    insert into password_resets (reset_hash, user_id, expires_at)
    values (${sha256(token)}, ${userId}, ${expiresAt})`.execute(tx);
  const user = await findUserById(tx, userId);
  if (!user) throw refuse('user_not_found');
  return { token, expiresAt, userId, email: user.email, name: user.name, language: user.language };
}

async function storePassword(tx: Tx, userId: bigint, hash: string): Promise<void> {
  await sql`update users set password_hash = ${hash} where user_id = ${userId}`.execute(tx);
}
