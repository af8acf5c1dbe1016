import { type AuthenticationResponseJSON, verifyAuthenticationResponse } from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { sql } from 'kysely';
import type { Temporal } from 'temporal-polyfill';
import { type Binding, takeChallenge } from '#domain/identity/_challenges.ts';
import { refuse } from '#domain/identity/_refusals.ts';
import type { Db, Tx } from '#kit/db.ts';

/** Where passkeys are good: the host of the public address, and only pages that come from there. */
export type Site = { host: string; origin: string };

export type PasskeyRow = {
  passkey_id: bigint;
  user_id: bigint;
  email: string;
  credential_id: string;
  public_key: Buffer;
  counter: bigint;
  transports: string[];
  name: string;
};

/** What a device signed, and for whom it was asked. */
export type PasskeyProof = {
  answer: AuthenticationResponseJSON;
  binding: Binding;
  publicUrl: string;
  /** Told, before the refusal, that the device counts less than before: there may be two of it. */
  warn(copied: { userId: bigint; name: string }): Promise<void>;
};

type Proving = { now: Temporal.Instant; secret: string };

/** The site at the public address of this installation. */
export function siteOf(publicUrl: string): Site {
  const { hostname: host, origin } = new URL(publicUrl);
  return { host, origin };
}

/** How a user is called towards devices; it comes back with every answer. */
export function handleOf(userId: bigint): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(String(userId));
}

/** The passkey of a credential, with the address of its owner, or undefined: unknown, or its owner is gone. */
export async function findPasskey(db: Db | Tx, credentialId: string): Promise<PasskeyRow | undefined> {
  const { rows } = await sql<PasskeyRow>`
    select p.passkey_id, p.user_id, u.email, p.credential_id, p.public_key, p.counter, p.transports, p.name
      from passkeys p join users u on u.user_id = p.user_id
     where p.credential_id = ${credentialId} and u.closed_at is null`.execute(db);
  return rows[0];
}

/**
 * Takes what a device signed as proof that the owner of `passkey` is there, and answers whose it is. The device has
 * looked at its owner (PIN, finger, face), so that it stands for both factors. The challenge is used up whatever comes
 * of it. Refuses `challenge_over` and `passkey_refused`.
 */
export async function takePasskey(
  db: Db,
  passkey: PasskeyRow | undefined,
  { answer, binding, publicUrl, warn, now, secret }: PasskeyProof & Proving,
): Promise<bigint> {
  if (!(await takeChallenge(db, challengeIn(answer), { binding, now, secret }))) throw refuse('challenge_over');
  if (!passkey) throw refuse('passkey_refused');
  const counter = await counterIn(answer, passkey, siteOf(publicUrl));
  if (counter === null) throw refuse('passkey_refused');
  // Of two answers with the same count one raises it. A device that keeps none says 0 for ever.
  const { rows } = await sql<{ passkey_id: bigint }>`
    update passkeys set counter = ${counter}, used_at = ${now}
     where passkey_id = ${passkey.passkey_id} and (counter < ${counter} or (counter = 0 and ${counter} = 0))
    returning passkey_id`.execute(db);
  if (rows.length === 0) {
    await warn({ userId: passkey.user_id, name: passkey.name });
    throw refuse('passkey_refused');
  }
  return passkey.user_id;
}

/** The challenge that was signed, or an empty one that nobody was given. */
export function challengeIn({ response }: { response: { clientDataJSON: string } }): string {
  try {
    const { challenge } = decodeClientDataJSON(response.clientDataJSON);
    return typeof challenge === 'string' ? challenge : '';
  } catch {
    return '';
  }
}

/** How often the device has signed, or null when this is not its signature for this site by its verified owner. */
async function counterIn(
  answer: AuthenticationResponseJSON,
  passkey: PasskeyRow,
  { host, origin }: Site,
): Promise<bigint | null> {
  const { userHandle } = answer.response;
  if (userHandle && userHandle !== Buffer.from(handleOf(passkey.user_id)).toString('base64url')) return null;
  // The library throws at whatever is wrong with what a stranger sent. The count is compared once the signature is
  // known to be good, in the row itself.
  const verified = await verifyAuthenticationResponse({
    response: answer,
    expectedChallenge: challengeIn(answer),
    expectedOrigin: origin,
    expectedRPID: host,
    credential: { id: passkey.credential_id, publicKey: new Uint8Array(passkey.public_key), counter: 0 },
    requireUserVerification: true,
  }).catch(() => null);
  return verified?.verified ? BigInt(verified.authenticationInfo.newCounter) : null;
}
