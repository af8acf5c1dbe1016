import { verify, type X509Certificate } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Temporal } from 'temporal-polyfill';
import { type CertificateSettings, certificateFinder } from '#adapters/payments/_paypal-certificates.ts';

/** A posted webhook as it came in: the body must be the raw bytes; the names of headers are in small letters. */
export type PaypalPost = { body: Uint8Array; headers: Readonly<Record<string, string | string[] | undefined>> };

export type PaypalWebhookSettings = CertificateSettings & {
  /** The webhook's id at PayPal: two of them while one replaces the other. It is signed along, as a secret would be. */
  webhookIds: readonly string[];
  now: () => Temporal.Instant;
};

/** What an event is about: where to look at PayPal, and never what to believe. A charge is named by its order or by its capture. */
export type PaypalSubject =
  | { kind: 'charge'; chargeRef: string }
  | { kind: 'method'; token: string; customerId: string }
  | { kind: 'dispute'; disputeId: string; captureId: string | null }
  | { kind: 'other' };

/** A reason to ask PayPal now (P12). `eventId` is the same in each repetition of an event. */
export type PaypalHint = { eventId: string; type: string; at: Temporal.Instant; subject: PaypalSubject };

/** Why a post is not PayPal's word. */
export type PaypalRefusal = 'too_large' | 'unsigned' | 'too_old' | 'foreign_certificate' | 'forged' | 'not_an_event';

/**
 * Reads webhooks of PayPal's: one counts when a certificate of PayPal's, from PayPal's own host and vouched for by a root
 * we believe, signed exactly these bytes for our webhook. PayPal repeats for three days what we did not take, so that is
 * how old one may be; a repetition has its event's id and is stored once. Amounts and states in it are left out on
 * purpose: the worker fetches the object and believes that (rule 5). Throws ProviderUnavailable without a certificate.
 */
export function createPaypalWebhookReader(settings: PaypalWebhookSettings) {
  const findCertificate = certificateFinder(settings);
  return async (post: PaypalPost): Promise<PaypalHint | { refused: PaypalRefusal }> => {
    if (post.body.byteLength > largestBody) return { refused: 'too_large' };
    const signature = readSignature(post);
    if (!signature) return { refused: 'unsigned' };
    const now = settings.now();
    const age = now.since(signature.at).total('seconds');
    if (age > oldest || age < -youngest) return { refused: 'too_old' };
    const certificate = await findCertificate(signature.certUrl, now);
    if (!certificate) return { refused: 'foreign_certificate' };
    const ours = settings.webhookIds.some((id) => isSigned(post.body, { signature, webhookId: id, certificate }));
    if (!ours) return { refused: 'forged' };
    return readEvent(post.body) ?? { refused: 'not_an_event' };
  };
}

// PayPal's events are some kilobytes; nothing of theirs comes near.
const largestBody = 512 * 1024;
const oldest = 73 * 3600;
const youngest = 300;

type Signature = { id: string; time: string; at: Temporal.Instant; bytes: Buffer; certUrl: string };

function readSignature({ headers }: PaypalPost): Signature | undefined {
  const get = (name: string) => {
    const value = headers[`paypal-${name}`];
    return typeof value === 'string' && value.length <= 1000 ? value : '';
  };
  const [id, time] = [get('transmission-id'), get('transmission-time')];
  const at = instant(time);
  const bytes = Buffer.from(get('transmission-sig'), 'base64');
  // The bar divides what is signed, so it must not be part of a part.
  if (!/^[\w-]{1,100}$/.test(id) || !at || bytes.length < 128) return undefined;
  // Nobody else chooses how we verify.
  if (get('auth-algo') !== 'SHA256withRSA') return undefined;
  return { id, time, at, bytes, certUrl: get('cert-url') };
}

type Signed = { signature: Signature; webhookId: string; certificate: X509Certificate };

function isSigned(body: Uint8Array, { signature, webhookId, certificate }: Signed): boolean {
  const signed = `${signature.id}|${signature.time}|${webhookId}|${crc32(body)}`;
  const key = certificate.publicKey;
  return key.asymmetricKeyType === 'rsa' && verify('sha256', Buffer.from(signed), key, signature.bytes);
}

function readEvent(body: Uint8Array): PaypalHint | undefined {
  const event = record(parse(body));
  const [id, type, at] = [text(event['id']), text(event['event_type']), instant(text(event['create_time']))];
  if (id === '' || id.length > 100 || type === '' || type.length > 100 || !at) return undefined;
  return { eventId: id, type, at, subject: subjectOf(type, record(event['resource'])) };
}

function subjectOf(type: string, resource: Record<string, unknown>): PaypalSubject {
  const id = text(resource['id']);
  if (type.startsWith('CHECKOUT.ORDER.')) return id ? { kind: 'charge', chargeRef: id } : other;
  if (type === 'CHECKOUT.PAYMENT-APPROVAL.REVERSED') return charge(text(resource['order_id']));
  if (type.startsWith('PAYMENT.CAPTURE.') || type.startsWith('PAYMENT.REFUND.')) return captureOf(resource);
  if (type.startsWith('VAULT.PAYMENT-TOKEN.')) {
    return id ? { kind: 'method', token: id, customerId: text(record(resource['customer'])['id']) } : other;
  }
  if (type.startsWith('CUSTOMER.DISPUTE.')) {
    const disputed = record([resource['disputed_transactions']].flat()[0]);
    const captureId = text(disputed['seller_transaction_id']) || null;
    const disputeId = text(resource['dispute_id']);
    return disputeId ? { kind: 'dispute', disputeId, captureId } : other;
  }
  return other;
}

const other: PaypalSubject = { kind: 'other' };

function charge(orderId: string): PaypalSubject {
  return orderId ? { kind: 'charge', chargeRef: orderId } : other;
}

/** A capture names its order; what gives money back only links to its capture, by which the charge is found as well. */
function captureOf(resource: Record<string, unknown>): PaypalSubject {
  const orderId = text(record(record(resource['supplementary_data'])['related_ids'])['order_id']);
  if (orderId) return charge(orderId);
  const links = Array.isArray(resource['links']) ? resource['links'].map(record) : [];
  const up = links.find((link) => link['rel'] === 'up');
  const captureId = /\/v2\/payments\/captures\/(\w{1,36})$/.exec(text(up?.['href']))?.[1];
  return charge(captureId ?? '');
}

function instant(written: string): Temporal.Instant | undefined {
  const milliseconds = written.length <= 40 && written.includes('T') ? Date.parse(written) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : Temporal.Instant.fromEpochMilliseconds(milliseconds);
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
