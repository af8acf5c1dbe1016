import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { forgetChallenges } from '#domain/identity/_challenges.ts';
import { passwordMatches } from '#domain/identity/_passwords.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { factorsOf, type SecondFactor } from '#domain/identity/_second-factor.ts';
import { idleHours, rotateSession, sessionHash } from '#domain/identity/_sessions.ts';
import { findUserById, type MembershipRow, type UserRow, userColumns } from '#domain/identity/_store.ts';
import type { OperatorRole } from '#domain/identity/roles.ts';
import { type PasskeyProof, type Proving, proveByPasskey, provePossession } from '#domain/identity/sign-in.ts';
import { countAttempt, forgiveAttempt } from '#domain/identity/throttle.ts';
import { type Db, transaction } from '#kit/db.ts';

export type Person = {
  userId: bigint;
  email: string;
  name: string;
  language: string;
  operatorRole: OperatorRole | null;
  secondFactors: readonly SecondFactor[];
};

/** Who is there, from a session's token. */
export type Session = {
  sessionId: bigint;
  freshAt: Temporal.Instant;
  person: Person;
  memberships: readonly MembershipRow[];
};

type Proof = { password: string; code?: string | undefined } | { passkey: PasskeyProof };

export type SessionLine = {
  session_id: bigint;
  created_at: Temporal.Instant;
  seen_at: Temporal.Instant;
  expires_at: Temporal.Instant;
  address: string;
  agent: string;
};

/** The session a token opens, or null: unknown, over, unused for too long, or its user gone. */
export async function findSession(db: Db, token: string, now: Temporal.Instant): Promise<Session | null> {
  type Place = { customer_id: bigint | null; code: string; customer_name: string; role: MembershipRow['role'] };
  type Row = UserRow & { session_id: bigint; seen_at: Temporal.Instant; fresh_at: Temporal.Instant } & Place;
  // One statement, since every request asks it: a row for each place where the user has a role, at least one.
  const { rows } = await sql<Row>`
    select s.session_id, s.seen_at, s.fresh_at, ${userColumns}, m.customer_id, c.code, c.name as customer_name, m.role
      from sessions s
      join users on users.user_id = s.user_id and users.closed_at is null
      left join memberships m on m.user_id = s.user_id
      left join customers c on c.customer_id = m.customer_id
     where s.session_hash = ${sessionHash(token)} and s.expires_at > ${now}::timestamptz
     order by c.code`.execute(db);
  const [found] = rows;
  if (!found) return null;
  const unused = found.seen_at.until(now).total('hours');
  if (unused > idleHours(found.operator_role !== null)) return null;
  if (unused > 1 / 60)
    await sql`update sessions set seen_at = ${now} where session_id = ${found.session_id}`.execute(db);
  const memberships = rows.flatMap(({ customer_id, code, customer_name, role }) =>
    customer_id === null ? [] : [{ customer_id, code, name: customer_name, role }],
  );
  return { sessionId: found.session_id, freshAt: found.fresh_at, person: personOf(found), memberships };
}

/** The open sessions of a user, newest first. */
export async function listSessions(db: Db, userId: bigint, now: Temporal.Instant): Promise<SessionLine[]> {
  const { rows } = await sql<SessionLine>`
    select session_id, created_at, seen_at, expires_at, address, agent from sessions
     where user_id = ${userId} and expires_at > ${now}::timestamptz order by created_at desc, session_id desc`.execute(
    db,
  );
  return rows;
}

/** Ends one session of a user. Refuses `session_not_found`, also for somebody else's. */
export async function closeSession(db: Db, userId: bigint, sessionId: bigint): Promise<void> {
  const { rows } = await sql<{ session_id: bigint }>`
    delete from sessions where session_id = ${sessionId} and user_id = ${userId} returning session_id`.execute(db);
  if (rows.length === 0) throw refuse('session_not_found');
}

/**
 * Proves once more who is there, before an act that asks for it: by password and second factor, or by a passkey, which is
 * both. Gives the session a new token. Refuses `wrong_password`, `second_factor_required`, `second_factor_refused`,
 * `passkey_refused`, `challenge_over`, `too_many_attempts`.
 */
export async function renewProof(
  db: Db,
  session: Session,
  { address, ...proof }: Proving & { address: string } & Proof,
): Promise<string> {
  const { userId, email } = session.person;
  const attempt = { email, address };
  await countAttempt(db, 'proof', { attempt, now: proof.now });
  if ('passkey' in proof) await proveByPasskey(db, userId, { ...proof.passkey, now: proof.now, secret: proof.secret });
  else await proveByPassword(db, userId, proof);
  await forgiveAttempt(db, 'proof', attempt);
  return transaction(db, (tx) => rotateSession(tx, session.sessionId, proof.now));
}

/** Removes sessions, resets and answered challenges that are over. */
export async function forgetSessions(db: Db, now: Temporal.Instant): Promise<void> {
  await sql`delete from sessions where expires_at < ${now}::timestamptz`.execute(db);
  await sql`delete from password_resets where expires_at < ${now.subtract({ hours: 24 * 30 })}::timestamptz`.execute(
    db,
  );
  await forgetChallenges(db, now);
}

async function proveByPassword(
  db: Db,
  userId: bigint,
  proof: Proving & { password: string; code?: string | undefined },
): Promise<void> {
  const user = await findUserById(db, userId);
  if (!user) throw refuse('user_not_found');
  if (!(await passwordMatches(proof.password, user.password_hash))) throw refuse('wrong_password');
  await provePossession(db, user, proof);
}

function personOf(user: UserRow): Person {
  return {
    userId: user.user_id,
    email: user.email,
    name: user.name,
    language: user.language,
    operatorRole: user.operator_role,
    secondFactors: factorsOf(user),
  };
}
