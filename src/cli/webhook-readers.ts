import { Temporal } from 'temporal-polyfill';
import { createPaypalWebhookReader, type PaypalSubject } from '#adapters/payments/paypal-webhook.ts';
import type { StripeSubject } from '#adapters/payments/stripe-webhook.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { WebhookHint, WebhookReader } from '#domain/payments/webhooks.ts';
import type { Settings } from '#kit/settings.ts';

/** What reading a message needs of the world: the time, and PayPal's certificates with who vouches for them. */
export type WebhookWorld = { now(): Temporal.Instant; fetch: typeof fetch; roots?: readonly string[] };

const realWorld: WebhookWorld = { now: () => Temporal.Now.instant(), fetch };

type WebhookReaders = { [name in ProviderName]?: WebhookReader };

/** How the signed messages of the providers used here are read; none where its secrets are not set. */
export async function createWebhookReaders(
  settings: Pick<Settings, 'mode' | 'stripe' | 'paypal'>,
  world: WebhookWorld = realWorld,
): Promise<WebhookReaders> {
  const { mode, stripe, paypal } = settings;
  const readers: WebhookReaders = {};
  if (stripe && stripe.webhookSecrets.length > 0) {
    // Read only where there are keys for it, as the provider itself.
    const { readStripeWebhook } = await import('#adapters/payments/stripe-webhook.ts');
    const keys = { secrets: stripe.webhookSecrets, mode: mode === 'production' ? 'live' : 'test' } as const;
    readers.stripe = async ({ body, headers }) => {
      const signature = [headers['stripe-signature']].flat()[0];
      const hint = readStripeWebhook({ body, signature }, { ...keys, now: world.now() });
      return 'refused' in hint ? hint : { eventId: hint.eventId, type: hint.type, ...stripeHint(hint.subject) };
    };
  }
  if (paypal && paypal.webhookIds.length > 0) {
    const environment = mode === 'production' ? 'live' : 'sandbox';
    const read = createPaypalWebhookReader({ webhookIds: paypal.webhookIds, environment, ...world });
    readers.paypal = async (post) => {
      const hint = await read(post);
      return 'refused' in hint ? hint : { eventId: hint.eventId, type: hint.type, ...paypalHint(hint.subject) };
    };
  }
  return readers;
}

function stripeHint(subject: StripeSubject): Pick<WebhookHint, 'kind' | 'ref'> {
  if (subject.kind === 'charge') return { kind: 'charge', ref: subject.chargeRef };
  if (subject.kind === 'refund') return { kind: 'refund', ref: subject.refundRef };
  if (subject.kind === 'dispute') return { kind: 'dispute', ref: subject.disputeRef };
  if (subject.kind === 'method') return { kind: 'method', ref: 'token' in subject ? subject.token : subject.methodRef };
  return { kind: 'other', ref: '' };
}

// A message about a capture or a refund leads to its order, which tells of both.
function paypalHint(subject: PaypalSubject): Pick<WebhookHint, 'kind' | 'ref'> {
  if (subject.kind === 'charge') return { kind: 'charge', ref: subject.chargeRef };
  if (subject.kind === 'method') return { kind: 'method', ref: subject.token };
  if (subject.kind === 'dispute') return { kind: 'dispute', ref: subject.disputeId };
  return { kind: 'other', ref: '' };
}
