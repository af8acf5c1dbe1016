import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG } from '@simplewebauthn/server/helpers';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Binding, challengeMinutes, makeChallenge, takeChallenge } from '#domain/identity/_challenges.ts';
import { challengeIn, handleOf, siteOf } from '#domain/identity/_passkeys.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import { holdUser, makeFirstCodes, settleFactors } from '#domain/identity/_second-factor.ts';
import type { TellFactor } from '#domain/identity/factor-changes.ts';
import type { Session } from '#domain/identity/sessions.ts';
import type { Proving } from '#domain/identity/sign-in.ts';
import { type Db, type Tx, transaction } from '#kit/db.ts';

export type PasskeyLine = {
  passkey_id: bigint;
  name: string;
  created_at: Temporal.Instant;
  used_at: Temporal.Instant | null;
};

type AtSite = Proving & { publicUrl: string };
type Credential = { credential_id: string; transports: string[] };

const mostPasskeys = 20;
const timeout = challengeMinutes * 60_000;
const algorithms = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

/** The passkeys of a user, in the order in which they came. */
export async function listPasskeys(db: Db, userId: bigint): Promise<PasskeyLine[]> {
  const { rows } = await sql<PasskeyLine>`
    select passkey_id, name, created_at, used_at from passkeys
     where user_id = ${userId} order by created_at, passkey_id`.execute(db);
  return rows;
}

/**
 * Begins a passkey: what the browser shows a device, which must look at its owner and keep the key so that it is found
 * without an address. Devices that have one already are told so.
 */
export async function startPasskey(
  db: Db,
  session: Session,
  at: AtSite,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { userId, email, name } = session.person;
  return generateRegistrationOptions({
    rpName: 'Rinnovo',
    rpID: siteOf(at.publicUrl).host,
    userID: handleOf(userId),
    userName: email,
    userDisplayName: name,
    challenge: makeChallenge(registering(session), at),
    timeout,
    attestationType: 'none',
    excludeCredentials: (await credentialsOf(db, userId)).map(described),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  });
}

/**
 * Keeps a new passkey under a name; with the first second factor of any kind come ten recovery codes, shown this once.
 * The caller has proved freshly who is there. Refuses `challenge_over`, `bad_passkey`, `passkey_exists`,
 * `too_many_passkeys`.
 */
export async function addPasskey(
  db: Db,
  session: Session,
  { answer, name, tell, ...at }: AtSite & { answer: RegistrationResponseJSON; name: string; tell: TellFactor },
): Promise<{ passkey_id: bigint; recovery_codes: string[] }> {
  const { userId } = session.person;
  const taking = { binding: registering(session), ...at };
  if (!(await takeChallenge(db, challengeIn(answer), taking))) throw refuse('challenge_over');
  const key = await newKeyIn(answer, at.publicUrl);
  return transaction(db, async (tx) => {
    const before = await holdUser(tx, userId);
    if ((await credentialsOf(tx, userId)).length >= mostPasskeys) throw refuse('too_many_passkeys');
    const { rows } = await sql<{ passkey_id: bigint }>`
      insert into passkeys (user_id, credential_id, public_key, counter, transports, name, created_at)
      values (${userId}, ${key.id}, ${Buffer.from(key.publicKey)}, ${BigInt(key.counter)},
              ${key.transports ?? []}::text[], ${name}, ${at.now})
      on conflict (credential_id) do nothing returning passkey_id`.execute(tx);
    const passkeyId = rows[0]?.passkey_id;
    if (passkeyId === undefined) throw refuse('passkey_exists');
    const recovery_codes = await makeFirstCodes(tx, before);
    await tell(tx, { userId, what: 'passkey_added', name });
    return { passkey_id: passkeyId, recovery_codes };
  });
}

/** Gives a passkey another name. Refuses `passkey_not_found`, also for somebody else's. */
export async function renamePasskey(
  db: Db,
  userId: bigint,
  { passkeyId, name }: { passkeyId: bigint; name: string },
): Promise<void> {
  const { rows } = await sql<{ passkey_id: bigint }>`
    update passkeys set name = ${name} where passkey_id = ${passkeyId} and user_id = ${userId}
    returning passkey_id`.execute(db);
  if (rows.length === 0) throw refuse('passkey_not_found');
}

/**
 * Takes a passkey away; with the last second factor the recovery codes go too. The caller has proved freshly who is
 * there. Refuses `passkey_not_found`, also for somebody else's, and `factor_mandatory` where operators must have one.
 */
export async function removePasskey(
  db: Db,
  userId: bigint,
  { passkeyId, mandatory, tell }: { passkeyId: bigint; mandatory: boolean; tell: TellFactor },
): Promise<void> {
  await transaction(db, async (tx) => {
    await holdUser(tx, userId);
    const { rows } = await sql<{ name: string }>`
      delete from passkeys where passkey_id = ${passkeyId} and user_id = ${userId} returning name`.execute(tx);
    if (!rows[0]) throw refuse('passkey_not_found');
    await settleFactors(tx, userId, mandatory);
    await tell(tx, { userId, what: 'passkey_removed', name: rows[0].name });
  });
}

/** What a browser shows a device to sign in: any passkey of this site will do, so it tells nothing about anybody. */
export function askToSignIn(browser: string, at: AtSite): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return askFor([], { purpose: 'sign-in', holder: browser }, at);
}

/** What a browser shows a device to prove once more who is there: one of this person's passkeys. Refuses `no_passkey`. */
export async function askToProve(db: Db, session: Session, at: AtSite): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const known = await credentialsOf(db, session.person.userId);
  if (known.length === 0) throw refuse('no_passkey');
  return askFor(known, { purpose: 'prove', holder: String(session.sessionId) }, at);
}

function askFor(known: readonly Credential[], binding: Binding, at: AtSite) {
  return generateAuthenticationOptions({
    rpID: siteOf(at.publicUrl).host,
    challenge: makeChallenge(binding, at),
    timeout,
    userVerification: 'required',
    allowCredentials: known.map(described),
  });
}

function registering({ sessionId }: Session): Binding {
  return { purpose: 'register', holder: String(sessionId) };
}

/** Whether a device really made this key for this site, after it looked at its owner. */
async function newKeyIn(answer: RegistrationResponseJSON, publicUrl: string) {
  const { host, origin } = siteOf(publicUrl);
  // The library throws at whatever is wrong with what it was sent.
  const made = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: challengeIn(answer),
    expectedOrigin: origin,
    expectedRPID: host,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch(() => null);
  if (!made?.verified)
    throw refuse('bad_passkey', { fields: [{ name: 'passkey', rule: 'is a new key for this site' }] });
  return made.registrationInfo.credential;
}

async function credentialsOf(db: Db | Tx, userId: bigint): Promise<Credential[]> {
  const { rows } = await sql<Credential>`
    select credential_id, transports from passkeys where user_id = ${userId} order by passkey_id`.execute(db);
  return rows;
}

function described({ credential_id: id, transports }: Credential) {
  return { id, transports };
}
