import { Temporal } from 'temporal-polyfill';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import type { Providers } from '#domain/payments/providers.ts';
import type { Db } from '#kit/db.ts';
import { StartError } from '#kit/errors.ts';
import type { Settings } from '#kit/settings.ts';

/**
 * The payment providers of this installation, by its keys. In the sandbox the fake stands for whatever has none. Live keys
 * are refused in the sandbox and test keys in production, in one sentence.
 */
export async function createProviders(settings: Settings, db: Db, now: () => Temporal.Instant): Promise<Providers> {
  const { mode, publicUrl, stripe, paypal } = settings;
  const hostNow = () => Temporal.Now.instant();
  const environment = mode === 'production' ? ('live' as const) : ('sandbox' as const);
  const providers: { -readonly [name in keyof Providers]: Providers[name] } = {};
  if (stripe) {
    await refuseWrongKey(stripe.secretKey, mode);
    const { createStripeProvider } = await libraries.stripe();
    const { secretKey } = stripe;
    providers.stripe = createStripeProvider({ secretKey, now: hostNow, portalUrl: publicUrl });
  }
  if (paypal) {
    const { createPaypalProvider } = await libraries.paypal();
    providers.paypal = createPaypalProvider({ ...keysOf(paypal), environment, now: hostNow });
  }
  if (mode === 'sandbox')
    providers.sandbox = createSandboxProvider(db, { now, pagesUrl: `${publicUrl}/sandbox/provider` });
  return providers;
}

// Read only where there are keys for them: together they are half of what a start reads.
const libraries = {
  stripe: () => import('#adapters/payments/stripe.ts'),
  paypal: () => import('#adapters/payments/paypal.ts'),
};

/** Other addresses than the providers' own: fakes on this machine. */
export type ProviderServers = { stripe?: URL | undefined; paypal?: URL | undefined };

/**
 * Refuses keys of the wrong kind, then asks the providers whether they take them; a key one does not take is one sentence at
 * the start, not a failed charge at night. A provider that does not answer keeps nobody from starting.
 */
export async function checkProviders(settings: Settings, servers: ProviderServers = {}): Promise<void> {
  const { mode, publicUrl, stripe, paypal } = settings;
  if (stripe) {
    await refuseWrongKey(stripe.secretKey, mode);
    const { checkStripeKey } = await libraries.stripe();
    const server = servers.stripe ? { server: stripeServer(servers.stripe) } : {};
    const access = { secretKey: stripe.secretKey, now: () => Temporal.Now.instant(), portalUrl: publicUrl, ...server };
    const wrong = await checkStripeKey(access);
    if (wrong) throw new StartError(`Stripe does not take RINNOVO_STRIPE_KEY: ${wrong}`);
  }
  if (paypal) {
    const { checkPaypalKeys } = await libraries.paypal();
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

async function refuseWrongKey(secretKey: string, mode: Settings['mode']): Promise<void> {
  const { stripeKeyMode } = await libraries.stripe();
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
