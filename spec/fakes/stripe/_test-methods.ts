import type Stripe from 'stripe';
import { findTestCard, type TestCard } from '#spec/fakes/stripe/_cards.ts';
import { type Form, group, text } from '#spec/fakes/stripe/_form.ts';
import { newMethod } from '#spec/fakes/stripe/_new-method.ts';
import { missing, StripeProblem } from '#spec/fakes/stripe/_problem.ts';
import type { State } from '#spec/fakes/stripe/_state.ts';

export const createMethodParams = [
  'type',
  'card',
  'expand',
] as const satisfies (keyof Stripe.PaymentMethodCreateParams)[];
export const attachMethodParams = ['customer', 'expand'] as const satisfies (keyof Stripe.PaymentMethodAttachParams)[];

/** A card from one of Stripe's test tokens, nobody's yet. */
export function createMethod(state: State, form: Form): Stripe.PaymentMethod {
  const token = text(group(form, 'card'), 'token') ?? '';
  return made(state, testCard('token', token));
}

/** Gives a customer a card, as tests do it: a real page would have asked the bank. Stripe's test cards make a new one each. */
export function attachMethod(state: State, form: Form, id: string): Stripe.PaymentMethod {
  const customer = text(form, 'customer') ?? '';
  if (!state.customers.get(customer)) throw missing('customer', customer);
  const method = state.methods.get(id) ?? made(state, testCard('payment_method', id));
  method.customer = customer;
  state.tell('payment_method.attached', method);
  return method;
}

function made(state: State, card: TestCard): Stripe.PaymentMethod {
  return newMethod(state, { card, expYear: 2034, expMonth: 12, customer: null });
}

function testCard(what: string, name: string): TestCard {
  const card = findTestCard(name);
  if (!card) throw missing(what, name);
  if (!card.refusedAtSetup) return card;
  const body = { type: 'card_error' as const, code: 'card_declined', message: 'Your card was declined.' };
  throw new StripeProblem(402, body);
}
