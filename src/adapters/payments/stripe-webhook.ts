import Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';

/** A posted webhook as it came in: the body must be the raw bytes, as JSON that was read and written again has another signature. */
export type StripePost = { body: Uint8Array; signature: string | undefined };

export type StripeWebhookSettings = {
  /** The endpoint's signing secrets: two of them while one replaces the other. */
  secrets: readonly string[];
  /** Whether real money is expected: events of the other kind are refused. */
  mode: 'live' | 'test';
  now: Temporal.Instant;
};

/** What an event is about: where to look at Stripe, and never what to believe. */
export type StripeSubject =
  | { kind: 'charge'; chargeRef: string; key: string | null }
  | { kind: 'method'; methodRef: string }
  | { kind: 'method'; token: string }
  | { kind: 'refund'; refundRef: string; key: string | null }
  | { kind: 'dispute'; disputeRef: string }
  | { kind: 'other' };

/** A reason to ask Stripe now (P12). `eventId` is the same in each repetition of an event. */
export type StripeHint = { eventId: string; type: string; at: Temporal.Instant; subject: StripeSubject };

/** Why a post is not Stripe's word. */
export type StripeRefusal = 'too_large' | 'unsigned' | 'forged' | 'too_old' | 'not_an_event' | 'wrong_mode';

/**
 * Reads a webhook of Stripe's. It counts when one of our secrets signed exactly these bytes within five minutes of now. Amounts
 * and states in it are left out on purpose: the worker fetches the object and believes that (rule 5).
 */
export function readStripeWebhook(
  post: StripePost,
  settings: StripeWebhookSettings,
): StripeHint | { refused: StripeRefusal } {
  if (post.body.byteLength > largestBody) return { refused: 'too_large' };
  const signedAt = timeOf(post.signature ?? '');
  if (signedAt === undefined) return { refused: 'unsigned' };
  if (!settings.secrets.some((secret) => isSigned(post, secret))) return { refused: 'forged' };
  const age = Math.abs(signedAt - Math.floor(settings.now.epochMilliseconds / 1000));
  if (age > window) return { refused: 'too_old' };
  const event = parseEvent(post.body);
  if (!event) return { refused: 'not_an_event' };
  if (event.livemode !== (settings.mode === 'live')) return { refused: 'wrong_mode' };
  const at = Temporal.Instant.fromEpochMilliseconds(event.created * 1000);
  return { eventId: event.id, type: event.type, at, subject: subjectOf(event) };
}

// Stripe's events are some kilobytes; nothing of theirs comes near.
const largestBody = 512 * 1024;
const window = 300;

/** The second in which a post was signed. Of two times one would be checked and the other signed, so there must be one. */
function timeOf(signature: string): number | undefined {
  const [time, ...more] = signature.split(',').filter((part) => part.trim().startsWith('t='));
  const seconds = /^t=(\d{1,12})$/.exec(time ?? '')?.[1];
  return seconds === undefined || more.length > 0 ? undefined : Number(seconds);
}

function isSigned({ body, signature }: StripePost, secret: string): boolean {
  try {
    // The age is judged apart, in both directions: 0 leaves it out here.
    return Stripe.webhooks.signature?.verifyHeader(body, signature ?? '', secret, 0) ?? false;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

type Thing = { object: string; id: string; [field: string]: unknown };
type StripeEvent = {
  id: string;
  type: string;
  created: number;
  livemode: boolean;
  thing: Thing;
  before: Record<string, unknown>;
};

function parseEvent(body: Uint8Array): StripeEvent | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
  const event = asRecord(parsed);
  const { id, type, created, livemode } = event;
  const data = asRecord(event['data']);
  const thing = asRecord(data['object']);
  if (event['object'] !== 'event' || typeof id !== 'string' || !id.startsWith('evt_')) return undefined;
  if (typeof type !== 'string' || typeof created !== 'number' || typeof livemode !== 'boolean') return undefined;
  if (typeof thing['object'] !== 'string' || typeof thing['id'] !== 'string') return undefined;
  return { id, type, created, livemode, thing: thing as Thing, before: asRecord(data['previous_attributes']) };
}

function subjectOf({ thing, before }: StripeEvent): StripeSubject {
  const metadata = asRecord(thing['metadata']);
  const key = text(metadata['rinnovo_key']);
  const replaced = text(metadata['rinnovo_intent']);
  switch (thing.object) {
    case 'payment_intent':
      return { kind: 'charge', chargeRef: replaced ?? thing.id, key };
    case 'charge':
      return { kind: 'charge', chargeRef: replaced ?? text(thing['payment_intent']) ?? thing.id, key };
    case 'checkout.session':
      if (thing['mode'] === 'setup') return { kind: 'method', methodRef: thing.id };
      return { kind: 'charge', chargeRef: replaced ?? thing.id, key };
    case 'payment_method': {
      // A card that was removed has lost its customer: the event says whose it was.
      const customer = text(thing['customer']) ?? text(before['customer']);
      return customer === null ? { kind: 'other' } : { kind: 'method', token: `${customer}:${thing.id}` };
    }
    case 'refund':
      return { kind: 'refund', refundRef: thing.id, key };
    case 'dispute':
      return { kind: 'dispute', disputeRef: thing.id };
    default:
      return { kind: 'other' };
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
