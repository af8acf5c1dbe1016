import Stripe from 'stripe';
import type { Temporal } from 'temporal-polyfill';
import { hasMark, markAccount } from '#adapters/payments/_stripe-account.ts';
import { createCharge, findCharge, getCharge, isPage, isWebAddress } from '#adapters/payments/_stripe-charges.ts';
import type { StripeDesk } from '#adapters/payments/_stripe-desk.ts';
import { limitsAtStripe } from '#adapters/payments/_stripe-limits.ts';
import { getMethod, removeMethod, startMethod } from '#adapters/payments/_stripe-methods.ts';
import { listMovements } from '#adapters/payments/_stripe-movements.ts';
import { outcomeOfPage } from '#adapters/payments/_stripe-outcomes.ts';
import { closePage, readPage } from '#adapters/payments/_stripe-pages.ts';
import { getDispute, getRefund, refund } from '#adapters/payments/_stripe-refunds.ts';
import { cancelIntent, confirmIntent } from '#adapters/payments/_stripe-settle.ts';
import { type PaymentProvider, ProviderRefused } from '#domain/payments/provider.ts';

/** The version of Stripe's API this adapter was written for; the library's types fail to compile with any other. */
export const stripeApiVersion = '2026-10-28.endive' satisfies Stripe.LatestApiVersion;

export type StripeOptions = {
  /** `sk_…` or a restricted `rk_…`. */
  secretKey: string;
  /** Stripe's time: the host's, unless Stripe is a fake. */
  now: () => Temporal.Instant;
  /** Where payers are sent back to when a charge does not say: the portal. */
  portalUrl: string;
  /** A fake's address instead of Stripe's own. */
  server?: { protocol: 'http' | 'https'; host: string; port: number };
  /** How long an answer may take before the outcome counts as unknown. */
  timeoutMilliseconds?: number;
  /** What requests are sent with; the library's own way unless somebody wants to stand in between. */
  fetch?: typeof fetch;
};

/** Stripe as the port wants it, and the disputes that Stripe tells of. */
export type StripeProvider = PaymentProvider & Required<Pick<PaymentProvider, 'getDispute'>>;

/** Cards through Stripe, registered and paid on Stripe's pages: no card number ever comes here (R31, P10). */
export function createStripeProvider(options: StripeOptions): StripeProvider {
  const desk = openDesk(options);
  return {
    name: 'stripe',
    kinds: ['card'],
    statementHours: 0,
    pageHours: 24,
    markAccount: () => markAccount(desk),
    hasMark: (mark) => hasMark(desk, mark),
    limits: limitsAtStripe,
    startMethod: async (request) => {
      if (request.kind !== 'card') throw new ProviderRefused('bad_request', `Stripe registers no ${request.kind}`);
      if (!isWebAddress(request.returnUrl)) {
        throw new ProviderRefused('bad_request', 'the return address must be an http address');
      }
      return startMethod(desk, request);
    },
    getMethod: (ref) => getMethod(desk, ref),
    removeMethod: (token) => removeMethod(desk, token),
    createCharge: (request) => createCharge(desk, request),
    confirmCharge: async (ref) => {
      if (!isPage(ref)) return confirmIntent(desk, ref);
      const { session, intent } = await readPage(desk, ref);
      return outcomeOfPage(session, intent);
    },
    cancelCharge: async (ref) => (isPage(ref) ? closePage(desk, ref) : cancelIntent(desk, ref)),
    getCharge: (ref) => getCharge(desk, ref),
    findCharge: (key, token) => findCharge(desk, key, token),
    refund: (request) => refund(desk, request),
    getRefund: ({ ref }) => getRefund(desk, ref),
    listMovements: (from, to) => listMovements(desk, from, to),
    getDispute: (ref) => getDispute(desk, ref),
  };
}

/** Whether a secret key moves real money. Throws one clear sentence when it is no secret key of Stripe's. */
export function stripeKeyMode(secretKey: string): 'live' | 'test' {
  const mode = /^(?:sk|rk)_(live|test)_\w+$/.exec(secretKey)?.[1];
  if (mode !== 'live' && mode !== 'test') {
    throw new Error('The Stripe key is not a secret key: it must begin with sk_live_, sk_test_, rk_live_ or rk_test_.');
  }
  return mode;
}

/** Asks Stripe whether it takes the key and what it may read. Answers why not, or null; no answer of Stripe's is none against it. */
export async function checkStripeKey(options: StripeOptions): Promise<string | null> {
  const { stripe } = openDesk(options);
  const { StripeAuthenticationError, StripePermissionError } = Stripe.errors;
  try {
    await stripe.balanceTransactions.list({ limit: 1 });
    await stripe.paymentIntents.list({ limit: 1 });
    await stripe.checkout.sessions.list({ limit: 1 });
  } catch (error) {
    if (error instanceof StripeAuthenticationError || error instanceof StripePermissionError) return error.message;
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
  }
  return null;
}

function openDesk({ secretKey, now, portalUrl, ...options }: StripeOptions): StripeDesk {
  const { server, timeoutMilliseconds = 20_000, fetch } = options;
  stripeKeyMode(secretKey);
  const stripe = new Stripe(secretKey, {
    apiVersion: stripeApiVersion,
    // Whether and when to ask again is decided by the domain (R28), not by a library.
    maxNetworkRetries: 0,
    timeout: timeoutMilliseconds,
    telemetry: false,
    appInfo: { name: 'Rinnovo' },
    ...(fetch ? { httpClient: Stripe.createFetchHttpClient(fetch) } : {}),
    ...server,
  });
  return { stripe, now, portalUrl };
}
