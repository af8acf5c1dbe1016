import Stripe from 'stripe';
import { Temporal } from 'temporal-polyfill';
import { returnUrl } from '#adapters/payments/contract/_expect.ts';
import { visits } from '#adapters/payments/contract/_visit.ts';
import { createWire } from '#adapters/payments/contract/_wire.ts';
import type { Behaviour, Person, ProviderWorld } from '#adapters/payments/contract/world.ts';
import { createStripeProvider, type StripeOptions, stripeApiVersion } from '#adapters/payments/stripe.ts';

/**
 * Stripe's own test environment, with an operator's test key: cards are given to a customer without a page, where Stripe
 * has a test card that is taken and behaves so later (docs.stripe.com/testing, "Decline after attaching"); a person goes to its pages.
 */
export function createStripeWorld(access: Pick<StripeOptions, 'secretKey' | 'server'>, person: Person): ProviderWorld {
  const wire = createWire();
  const provider = createStripeProvider({
    ...access,
    now: () => Temporal.Now.instant(),
    portalUrl: returnUrl,
    fetch: wire.fetch,
  });
  const stripe = new Stripe(access.secretKey, { apiVersion: stripeApiVersion, telemetry: false, ...access.server });
  let customer: Promise<Stripe.Customer> | undefined;
  return {
    provider,
    token: async (behaviour) => {
      customer ??= stripe.customers.create({ metadata: { rinnovo_check: 'payments check' } });
      const { id } = await customer;
      const method = await stripe.paymentMethods.attach(await testCard(stripe, behaviour), { customer: id });
      return `${id}:${method.id}`;
    },
    loseAnswer: (when) => wire.next(/^\/v1\/payment_intents\/\w+\/confirm$/, { lost: when }),
    ...visits(provider, { person, how: 'test card 4242 four times, any day to come, any code' }),
  };
}

const testCards = {
  succeeds: 'pm_card_visa',
  declines_softly: 'pm_card_chargeCustomerFail',
  asks_for_its_owner: 'pm_card_authenticationRequired',
} as const;

/** Stripe has the card that is stolen only after it was registered as a token alone. */
async function testCard(stripe: Stripe, behaviour: Behaviour): Promise<string> {
  if (behaviour !== 'declines_hard') return testCards[behaviour];
  const card = { token: 'tok_visa_chargeCustomerFailStolenCard' };
  return (await stripe.paymentMethods.create({ type: 'card', card })).id;
}
