import type { FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { PasskeyProof } from '#domain/identity/sign-in.ts';
import { sessionOf } from '#http/api/_session.ts';
import { attemptOf } from '#http/cookies.ts';
import { Maybe, Strict, Text, Word } from '#http/schemas.ts';
import { factorTeller } from '#http/tell.ts';
import { transaction } from '#kit/db.ts';

// The forms in which browsers write what a device says (WebAuthn, toJSON), and what they want to be asked with.

const Bytes = (most: number) => Type.String({ pattern: '^[A-Za-z0-9_-]+$', minLength: 1, maxLength: most });
const CredentialId = Bytes(1_400);
const extras = {
  authenticatorAttachment: Type.Optional(Maybe(Text(40, 0))),
  clientExtensionResults: Type.Optional(Type.Object({}, { additionalProperties: true })),
};
const named = { id: CredentialId, rawId: CredentialId, type: Word('public-key') };

/** What a device signed to show that its owner is there. */
export const Assertion = Strict({
  ...named,
  ...extras,
  response: Strict({
    clientDataJSON: Bytes(4_000),
    authenticatorData: Bytes(4_000),
    signature: Bytes(8_000),
    userHandle: Type.Optional(Maybe(Bytes(100))),
  }),
});

/** The new key of a device. */
export const Attestation = Strict({
  ...named,
  ...extras,
  response: Strict({
    clientDataJSON: Bytes(4_000),
    attestationObject: Bytes(40_000),
    transports: Type.Optional(Type.Array(Text(40, 0), { maxItems: 10 })),
    authenticatorData: Type.Optional(Bytes(8_000)),
    publicKey: Type.Optional(Maybe(Bytes(8_000))),
    publicKeyAlgorithm: Type.Optional(Type.Integer()),
  }),
});

const Described = Type.Object({
  id: Type.String(),
  type: Word('public-key'),
  transports: Type.Optional(Type.Array(Type.String())),
});

/** What a browser shows a device to have something signed. */
export const AskedAssertion = Type.Object({
  challenge: Type.String(),
  rpId: Type.String(),
  timeout: Type.Integer(),
  userVerification: Word('required'),
  allowCredentials: Type.Array(Described),
});

/** What a browser shows a device to have a key made. */
export const AskedAttestation = Type.Object({
  challenge: Type.String(),
  rp: Type.Object({ id: Type.String(), name: Type.String() }),
  user: Type.Object({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(Type.Object({ type: Word('public-key'), alg: Type.Integer() })),
  timeout: Type.Integer(),
  attestation: Word('none'),
  excludeCredentials: Type.Array(Described),
  authenticatorSelection: Type.Object({
    residentKey: Word('required'),
    requireResidentKey: Type.Boolean(),
    userVerification: Word('required'),
  }),
});

/** What was signed at the door, in the browser that was given the challenge. */
export function provingAtDoor(request: FastifyRequest, answer: Static<typeof Assertion>, reply: FastifyReply) {
  return proving(request, answer, { purpose: 'sign-in', holder: attemptOf(request, reply) });
}

/** What was signed by who is signed in already. */
export function provingAgain(request: FastifyRequest, answer: Static<typeof Assertion>) {
  const { sessionId } = sessionOf(request.principal);
  return proving(request, answer, { purpose: 'prove', holder: String(sessionId) });
}

function proving(
  request: FastifyRequest,
  answer: Static<typeof Assertion>,
  binding: PasskeyProof['binding'],
): PasskeyProof {
  const { database, settings } = request.server.context;
  const tell = factorTeller(request);
  return {
    answer: answer as PasskeyProof['answer'],
    binding,
    publicUrl: settings.publicUrl,
    warn: (copied) => transaction(database.system, (tx) => tell(tx, { ...copied, what: 'passkey_copied' })),
  };
}
