import type { Temporal } from 'temporal-polyfill';
import { findPasskey, type PasskeyProof, takePasskey } from '#domain/identity/_passkeys.ts';
import { passwordMatches } from '#domain/identity/_passwords.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { factorsOf, takeSecondFactor } from '#domain/identity/_second-factor.ts';
import { type IssuedSession, type Visitor, writeSession } from '#domain/identity/_sessions.ts';
import { findUser, findUserById, type UserRow } from '#domain/identity/_store.ts';
import { countAttempt, forgiveAttempt } from '#domain/identity/throttle.ts';
import { type Db, transaction } from '#kit/db.ts';

export type { IssuedSession, PasskeyProof, Visitor };

/** What may be shown as second factor: a code, or a passkey. */
type Possession = { code?: string | undefined; passkey?: PasskeyProof | undefined };

export type Credentials = Possession & { email: string; password: string };
/** What every proof of identity needs: the host's time and the installation's secret. */
export type Proving = { now: Temporal.Instant; secret: string };

/**
 * Opens a session for who knows the password and, where there is one, has the second factor. Answers alike for an
 * unknown address and a wrong password. Refuses `sign_in_refused`, `second_factor_required`, `second_factor_refused`,
 * `passkey_refused`, `challenge_over`, `too_many_attempts`.
 */
export async function signIn(
  db: Db,
  { password, ...credentials }: Credentials,
  { visitor, now, secret }: Proving & { visitor: Visitor },
): Promise<IssuedSession> {
  const email = credentials.email.trim().toLowerCase();
  const attempt = { email, address: visitor.address };
  await countAttempt(db, 'sign-in', { attempt, now });
  const user = await findUser(db, email);
  const matches = await passwordMatches(password, user?.password_hash ?? null);
  if (!user || !matches) throw refuse('sign_in_refused');
  await provePossession(db, user, { ...credentials, now, secret });
  await forgiveAttempt(db, 'sign-in', attempt);
  return transaction(db, (tx) => writeSession(tx, user, { visitor, now }));
}

/**
 * Opens a session for who has a passkey, without an address or a password: the device has looked at its owner, so that
 * it is both factors. Refuses `passkey_refused`, `challenge_over`, `too_many_attempts`.
 */
export async function signInWithPasskey(
  db: Db,
  proof: PasskeyProof,
  { visitor, now, secret }: Proving & { visitor: Visitor },
): Promise<IssuedSession> {
  const passkey = await findPasskey(db, proof.answer.id);
  const attempt = { address: visitor.address, ...(passkey && { email: passkey.email }) };
  await countAttempt(db, 'passkey', { attempt, now });
  const user = await findUserById(db, await takePasskey(db, passkey, { ...proof, now, secret }));
  if (!user) throw refuse('passkey_refused');
  await forgiveAttempt(db, 'passkey', { address: visitor.address, email: user.email });
  return transaction(db, (tx) => writeSession(tx, user, { visitor, now }));
}

/**
 * Refuses unless the second factor, where there is one, is shown as well: `second_factor_required`, whose fields tell who
 * knows the password what would do, `second_factor_refused`, `passkey_refused`, `challenge_over`.
 */
export async function provePossession(
  db: Db,
  user: UserRow,
  { code, passkey, ...proving }: Proving & Possession,
): Promise<void> {
  const factors = factorsOf(user);
  if (factors.length === 0) return;
  if (passkey) return proveByPasskey(db, user.user_id, { ...passkey, ...proving });
  const fields = factors.map((name) => ({ name, rule: 'is one of the second factors of this login' }));
  if (!code) throw refuse('second_factor_required', { fields });
  if (!(await takeSecondFactor(db, user, { ...proving, code }))) throw refuse('second_factor_refused');
}

/** Refuses unless it is a passkey of this very person. */
export async function proveByPasskey(db: Db, userId: bigint, proof: PasskeyProof & Proving): Promise<void> {
  const passkey = await findPasskey(db, proof.answer.id);
  await takePasskey(db, passkey?.user_id === userId ? passkey : undefined, proof);
}
