import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import {
  bits,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
  yes,
} from '#spec/fakes/paypal/_der.ts';

/** A certificate and the key it speaks for. */
export type Identity = { name: string; pem: string; key: KeyObject };

export type IdentityWish = {
  name: string;
  /** Whoever vouches for it; itself when nobody does. */
  issuer?: Identity;
  authority?: boolean;
  from: Temporal.Instant;
  to: Temporal.Instant;
};

let serial = 1000;

/** An X.509 certificate with a fresh RSA key, signed by its issuer. */
export function createIdentity({ name, issuer, authority = false, from, to }: IdentityWish): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rsaWithSha256 = sequence(oid('1.2.840.113549.1.1.11'), nothing());
  const body = sequence(
    tagged(0, integer(2)),
    integer(++serial),
    rsaWithSha256,
    commonName(issuer?.name ?? name),
    sequence(time(stamp(from)), time(stamp(to))),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(sequence(oid('2.5.29.19'), yes(), octets(sequence(...(authority ? [yes()] : [])))))),
  );
  const signature = sign('sha256', body, issuer?.key ?? privateKey);
  const der = sequence(body, rsaWithSha256, bits(signature));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { name, pem, key: privateKey };
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(name))));
}

function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'second' });
}
