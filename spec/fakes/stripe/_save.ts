import type Stripe from 'stripe';
import type { CardBehaviour } from '#spec/fakes/stripe/_cards.ts';
import { newCustomer, newMethod, newSetup } from '#spec/fakes/stripe/_new-method.ts';
import { newSession } from '#spec/fakes/stripe/_new-session.ts';
import { idOf, type State } from '#spec/fakes/stripe/_state.ts';

/** A card registered without the page, as we know it: the registration's reference, and the token that charges it. */
export type SavedCard = { ref: string; token: string };

/** `customerId` is ours, in whose name the card is registered at Stripe. */
export function saveCard(state: State, customerId: bigint, behaviour: CardBehaviour): SavedCard {
  const metadata = { rinnovo_customer: String(customerId) };
  const customer = newCustomer(state, metadata);
  const card = { brand: 'visa', last4: '4242', ...behaviour };
  const method = newMethod(state, { card, expYear: 2034, expMonth: 12, customer: customer.id });
  const setup = newSetup(state, customer.id, metadata);
  Object.assign(setup, { status: 'succeeded', payment_method: method.id } satisfies Partial<Stripe.SetupIntent>);
  const address = 'https://portal.example/';
  const page = { amount_total: null, currency: null, success_url: address, cancel_url: address };
  const session = newSession(state, {
    ...{ mode: 'setup', customer: customer.id, metadata, setup_intent: setup.id },
    ...page,
  });
  Object.assign(session, { status: 'complete', url: null } satisfies Partial<Stripe.Checkout.Session>);
  return { ref: session.id, token: `${idOf(customer)}:${method.id}` };
}
