import { sign } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Temporal } from 'temporal-polyfill';
import { createIdentity, type Identity } from '#spec/fakes/paypal/certificates.ts';

/** Where PayPal's sandbox publishes the certificates its webhooks are signed with. */
export const certificateUrl = 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-fake-0001';

/** Who signs PayPal's webhooks: the leaf, who vouches for it, and the root everybody trusts. */
export type Signers = { root: Identity; middle: Identity; leaf: Identity };

/** A chain of three certificates around `now`. */
export function createSigners(
  now: Temporal.Instant,
  leafName = 'messageverificationcerts.sandbox.paypal.com',
): Signers {
  const lifetime = { from: now.subtract({ hours: 24 * 400 }), to: now.add({ hours: 24 * 4000 }) };
  const root = createIdentity({ name: 'Fake Root', authority: true, ...lifetime });
  const middle = createIdentity({ name: 'Fake Intermediate', issuer: root, authority: true, ...lifetime });
  const leaf = createIdentity({ name: leafName, issuer: middle, ...lifetime });
  return { root, middle, leaf };
}

export type Signing = {
  signer: Identity;
  webhookId: string;
  at: Temporal.Instant;
  certUrl?: string;
  transmissionId?: string;
};

/** The headers with which PayPal sends a webhook. */
export function signWebhook(body: string, signing: Signing): Record<string, string> {
  const { signer, webhookId, at, certUrl = certificateUrl, transmissionId = crypto.randomUUID() } = signing;
  const time = at.toString({ smallestUnit: 'second' });
  const signed = `${transmissionId}|${time}|${webhookId}|${crc32(body)}`;
  return {
    'content-type': 'application/json',
    'paypal-transmission-id': transmissionId,
    'paypal-transmission-time': time,
    'paypal-transmission-sig': sign('sha256', Buffer.from(signed), signer.key).toString('base64'),
    'paypal-cert-url': certUrl,
    'paypal-auth-algo': 'SHA256withRSA',
  };
}
