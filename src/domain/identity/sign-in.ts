import type { Temporal } from 'temporal-polyfill';
import { passwordMatches } from '#domain/identity/_passwords.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { takeSecondFactor } from '#domain/identity/_second-factor.ts';
import { type IssuedSession, type Visitor, writeSession } from '#domain/identity/_sessions.ts';

import { findUser, type UserRow } from '#domain/identity/_store.ts';
import { countAttempt, forgiveAttempt } from '#domain/identity/throttle.ts';
import { type Db, transaction } from '#kit/db.ts';

export type { IssuedSession, Visitor };

export type Credentials = { email: string; password: string; code?: string | undefined };
/** What every proof of identity needs: the host's time and the installation's secret. */
export type Proving = { now: Temporal.Instant; secret: string };

/**
 * Opens a session for who knows the password and, where there is one, has the second factor. Answers alike for an
 * unknown address and a wrong password. Refuses `sign_in_refused`, `second_factor_required`, `second_factor_refused`,
 * `too_many_attempts`.
 */
export async function signIn(
  db: Db,
  credentials: Credentials,
  { visitor, now, secret }: Proving & { visitor: Visitor },
): Promise<IssuedSession> {
  const email = credentials.email.trim().toLowerCase();
  const attempt = { email, address: visitor.address };
  await countAttempt(db, 'sign-in', { attempt, now });
  const user = await findUser(db, email);
  const matches = await passwordMatches(credentials.password, user?.password_hash ?? null);
  if (!user || !matches) throw refuse('sign_in_refused');
  await provePossession(db, user, { code: credentials.code, now, secret });
  await forgiveAttempt(db, 'sign-in', attempt);
  return transaction(db, (tx) => writeSession(tx, user, { visitor, now }));
}

/** Refuses unless the second factor, where there is one, is shown as well. */
export async function provePossession(
  db: Db,
  user: UserRow,
  { code, now, secret }: Proving & { code?: string | undefined },
): Promise<void> {
  if (!user.totp_secret) return;
  if (!code) throw refuse('second_factor_required');
  if (!(await takeSecondFactor(db, user, { code, now, secret }))) throw refuse('second_factor_refused');
}
