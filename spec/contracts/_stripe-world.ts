import { after } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import type { ProviderMovement } from '#domain/payments/provider.ts';
import { nextId, request } from '#spec/contracts/_provider-world.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';

let ahead = Temporal.Duration.from({ seconds: 0 });
/** The fake's clock: the host's, and what a spec has waited. */
export const now = () => Temporal.Now.instant().add(ahead);
/** Lets time pass at Stripe. */
export const wait = (time: Temporal.DurationLike) => {
  ahead = ahead.add(time);
};
export const stripe = await startFakeStripe({ now });
after(() => stripe.close());
const { secretKey } = stripe;
export const { server } = stripe;
export const portalUrl = 'https://portal.example/';
export const provider = createStripeProvider({ secretKey, server, now, portalUrl, timeoutMilliseconds: 1500 });

/** Presses a button on a page of Stripe. */
export const press = async (url: string, form: Record<string, string>) =>
  (await fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })).status;

/** A customer registers a card, and what became of it. */
export const register = async (form: Record<string, string> = {}, customerId = 7n) => {
  const returnUrl = 'https://portal.example/methods';
  const started = await provider.startMethod({ customerId, methodId: nextId(), kind: 'card', returnUrl });
  const status = await press(started.url, { act: 'go', card: 'pm_card_visa', expiry: '12/34', ...form });
  const method = await provider.getMethod(started.ref);
  return { ...started, status, method, card: method.token.split(':')[1] ?? '' };
};

type Bank = Parameters<typeof stripe.behave>[1];
/** A registered card with this bank behind it. */
export const tokenOf = async (bank: Bank) => {
  const { method, card } = await register();
  stripe.behave(card, bank);
  return method.token;
};
/** A charge made and not confirmed. */
export const charge = async (bank: Bank = {}) => (await provider.createCharge(request(await tokenOf(bank)))).ref;
export const movementsOf = async (ref: string) => {
  const found: ProviderMovement[] = [];
  for await (const movement of provider.listMovements(now().subtract({ hours: 30 }), now().add({ hours: 1 }))) {
    if (movement.ref === ref) found.push(movement);
  }
  return found;
};
export const declinedWith = (declineCode: string, adviceCode?: string): Bank => ({
  declines: { code: 'card_declined', declineCode, ...(adviceCode && { adviceCode }) },
});
