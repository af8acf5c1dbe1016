import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What is told to a device by the page that has it in hand. */
type Page = { origin: string; rpId?: string; userVerified?: boolean };
type AskedKey = { challenge: string; rp: { id: string }; user: { id: string } };
type AskedSignature = { challenge: string; rpId: string };
type Credential = { id: Buffer; userHandle: string; rpId: string; privateKey: KeyObject };

/**
 * A device that makes passkeys and signs with them as the standard says (ES256, no attestation), in the form in which
 * browsers send it. `counter` is how often it has signed; one that keeps no count stays at 0. What a page tells it wrongly
 * (another origin, another site, an owner it did not look at) it signs as told.
 */
export class Authenticator {
  counter: number;
  private readonly credentials: Credential[] = [];

  constructor({ counts = true } = {}) {
    this.counter = counts ? 1 : 0;
  }

  /** Makes a key. */
  create(asked: AskedKey, page: Page) {
    return this.make(asked, page, randomBytes(32));
  }

  /** Makes a key under the name of the last one, as no honest device does. */
  copyFor(asked: AskedKey, page: Page) {
    return this.make(asked, page, this.credentials.at(-1)?.id ?? randomBytes(32));
  }

  private make(asked: AskedKey, { origin, rpId = asked.rp.id, userVerified = true }: Page, id: Buffer) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x, y } = publicKey.export({ format: 'jwk' });
    this.credentials.push({ id, userHandle: asked.user.id, rpId: asked.rp.id, privateKey });
    const coseKey = cbor(
      new Map<number, number | Buffer>([
        ...([
          [1, 2],
          [3, -7],
          [-1, 1],
        ] as const),
        ...([
          [-2, Buffer.from(x ?? '', 'base64url')],
          [-3, Buffer.from(y ?? '', 'base64url')],
        ] as const),
      ]),
    );
    const attested = Buffer.concat([Buffer.alloc(16), uint(id.length, 2), id, coseKey]);
    const authData = Buffer.concat([this.head(rpId, { userVerified, isNew: true }), attested]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', authData],
    ]);
    return {
      ...named(id),
      response: {
        clientDataJSON: clientData('webauthn.create', asked.challenge, origin),
        attestationObject: cbor(attestation).toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** Signs with the last key it made for this site. */
  get(asked: AskedSignature, { origin, rpId = asked.rpId, userVerified = true }: Page) {
    const credential = this.credentials.findLast((one) => one.rpId === asked.rpId);
    if (!credential) throw new Error(`no passkey for ${asked.rpId}`);
    if (this.counter > 0) this.counter++;
    const authenticatorData = this.head(rpId, { userVerified });
    const clientDataJSON = clientData('webauthn.get', asked.challenge, origin);
    const signed = Buffer.concat([authenticatorData, digest(Buffer.from(clientDataJSON, 'base64url'))]);
    return {
      ...named(credential.id),
      response: {
        clientDataJSON,
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign('sha256', signed, credential.privateKey).toString('base64url'),
        userHandle: credential.userHandle,
      },
    };
  }

  private head(rpId: string, { userVerified, isNew = false }: { userVerified: boolean; isNew?: boolean }): Buffer {
    const flags = 0x01 | (userVerified ? 0x04 : 0) | (isNew ? 0x40 : 0);
    return Buffer.concat([digest(Buffer.from(rpId)), Buffer.from([flags]), uint(this.counter, 4)]);
  }
}

function named(id: Buffer) {
  const text = id.toString('base64url');
  return { id: text, rawId: text, type: 'public-key', clientExtensionResults: {} };
}

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function uint(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** As much of CBOR as a passkey needs: small numbers, bytes, texts and maps. */
function cbor(value: unknown): Buffer {
  if (typeof value === 'number') return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value);
  if (Buffer.isBuffer(value)) return Buffer.concat([cborHead(2, value.length), value]);
  if (typeof value === 'string') return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (!(value instanceof Map)) throw new Error(`no CBOR for ${typeof value}`);
  const entries = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)]);
  return Buffer.concat([cborHead(5, value.size), ...entries]);
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint(value, 2)]);
}
