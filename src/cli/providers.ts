import { Temporal } from 'temporal-polyfill';
import { checkPaypalKeys, createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createPaypalWebhookReader, type PaypalSubject } from '#adapters/payments/paypal-webhook.ts';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { checkStripeKey, createStripeProvider, stripeKeyMode } from '#adapters/payments/stripe.ts';
import { readStripeWebhook, type StripeSubject } from '#adapters/payments/stripe-webhook.ts';
import type { ProviderName } from '#domain/payments/provider.ts';
import type { Providers } from '#domain/payments/providers.ts';
import type { WebhookHint, WebhookReader } from '#domain/payments/webhooks.ts';
import type { Db } from '#kit/db.ts';
import { StartError } from '#kit/errors.ts';
import type { Settings } from '#kit/settings.ts';

/**
 * The payment providers of this installation, by its keys. In the sandbox the fake stands for whatever has none. Live keys
 * are refused in the sandbox and test keys in production, in one sentence.
 */
export function createProviders(settings: Settings, db: Db, now: () => Temporal.Instant): Providers {
  const { mode, publicUrl, stripe, paypal } = settings;
  const hostNow = () => Temporal.Now.instant();
  const environment = mode === 'production' ? ('live' as const) : ('sandbox' as const);
  if (stripe) refuseWrongKey(stripe.secretKey, mode);
  return {
    ...(stripe
      ? { stripe: createStripeProvider({ secretKey: stripe.secretKey, now: hostNow, portalUrl: publicUrl }) }
      : {}),
    ...(paypal ? { paypal: createPaypalProvider({ ...keysOf(paypal), environment, now: hostNow }) } : {}),
    ...(mode === 'sandbox'
      ? { sandbox: createSandboxProvider(db, { now, pagesUrl: `${publicUrl}/sandbox/provider` }) }
      : {}),
  };
}

/** What reading a message needs of the world: the time, and PayPal's certificates with who vouches for them. */
export type WebhookWorld = { now(): Temporal.Instant; fetch: typeof fetch; roots?: readonly string[] };

const realWorld: WebhookWorld = { now: () => Temporal.Now.instant(), fetch };

/** How the signed messages of the providers used here are read; none where its secrets are not set. */
export function createWebhookReaders(
  settings: Pick<Settings, 'mode' | 'stripe' | 'paypal'>,
  world: WebhookWorld = realWorld,
): { [name in ProviderName]?: WebhookReader } {
  const { mode, stripe, paypal } = settings;
  const readers: { [name in ProviderName]?: WebhookReader } = {};
  if (stripe && stripe.webhookSecrets.length > 0) {
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

// Refunds we made are asked for by themselves; what else moved is found by the nightly reconciliation.
function paypalHint(subject: PaypalSubject): Pick<WebhookHint, 'kind' | 'ref'> {
  if (subject.kind === 'charge') return { kind: 'charge', ref: subject.chargeRef };
  if (subject.kind === 'method') return { kind: 'method', ref: subject.token };
  if (subject.kind === 'dispute') return { kind: 'dispute', ref: subject.disputeId };
  return { kind: 'other', ref: '' };
}

/** Other addresses than the providers' own: fakes on this machine. */
export type ProviderServers = { stripe?: URL | undefined; paypal?: URL | undefined };

/**
 * Refuses keys of the wrong kind, then asks the providers whether they take them; a key one does not take is one sentence at
 * the start, not a failed charge at night. A provider that does not answer keeps nobody from starting.
 */
export async function checkProviders(settings: Settings, servers: ProviderServers = {}): Promise<void> {
  const { mode, publicUrl, stripe, paypal } = settings;
  if (stripe) {
    refuseWrongKey(stripe.secretKey, mode);
    const server = servers.stripe ? { server: stripeServer(servers.stripe) } : {};
    const access = { secretKey: stripe.secretKey, now: () => Temporal.Now.instant(), portalUrl: publicUrl, ...server };
    const wrong = await checkStripeKey(access);
    if (wrong) throw new StartError(`Stripe does not take RINNOVO_STRIPE_KEY: ${wrong}`);
  }
  if (paypal) {
    const environment = mode === 'production' ? ('live' as const) : ('sandbox' as const);
    const server = servers.paypal ? { baseUrl: servers.paypal.origin } : {};
    const wrong = await checkPaypalKeys({ ...keysOf(paypal), environment, ...server });
    if (wrong) throw new StartError(`PayPal does not take RINNOVO_PAYPAL_CLIENT_ID and _SECRET: ${wrong}`);
  }
}

/** An address as Stripe's library wants it. */
export function stripeServer({ hostname, port }: URL): { protocol: 'http'; host: string; port: number } {
  return { protocol: 'http', host: hostname, port: Number(port || 80) };
}

function keysOf({ clientId, clientSecret }: NonNullable<Settings['paypal']>) {
  return { clientId, clientSecret };
}

function refuseWrongKey(secretKey: string, mode: Settings['mode']): void {
  let keyMode: 'live' | 'test';
  try {
    keyMode = stripeKeyMode(secretKey);
  } catch (error) {
    throw new StartError(`RINNOVO_STRIPE_KEY: ${(error as Error).message}`);
  }
  if (keyMode === 'live' && mode === 'sandbox')
    throw new StartError('RINNOVO_STRIPE_KEY moves real money; here only a test key is taken.');
  if (keyMode === 'test' && mode === 'production')
    throw new StartError('RINNOVO_STRIPE_KEY is a test key; production needs a live one.');
}
