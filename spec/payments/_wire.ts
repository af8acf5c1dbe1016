import type { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import type { Providers } from '#domain/payments/providers.ts';

/** Where a process finds the fakes, as it can be told on a command line. */
export type Addresses = {
  stripe: { secretKey: string; port: number };
  paypal: { clientId: string; clientSecret: string; baseUrl: string };
  timeoutMilliseconds: number;
};

/** Both providers through their own libraries, talking to the fakes. */
export function connectProviders(
  { stripe, paypal, timeoutMilliseconds }: Addresses,
  now: () => Temporal.Instant,
): Required<Pick<Providers, 'stripe' | 'paypal'>> {
  return {
    stripe: createStripeProvider({
      secretKey: stripe.secretKey,
      server: { protocol: 'http', host: '127.0.0.1', port: stripe.port },
      portalUrl: 'https://portal.example/',
      // With its own way to send, the library would repeat once, half a second later, what a broken connection left open: here
      // that is ours to deal with.
      ...{ now, timeoutMilliseconds, fetch },
    }),
    paypal: createPaypalProvider({ ...paypal, environment: 'sandbox', now, timeoutMilliseconds }),
  };
}
