import type Stripe from 'stripe';
import { attempt } from '#spec/fakes/stripe/_attempt.ts';
import { type Form, list, text, texts } from '#spec/fakes/stripe/_form.ts';
import { listOf } from '#spec/fakes/stripe/_lists.ts';
import { newIntent } from '#spec/fakes/stripe/_new-intent.ts';
import { invalid, missing, unexpected } from '#spec/fakes/stripe/_problem.ts';
import { type State, seconds } from '#spec/fakes/stripe/_state.ts';

/** The parameters these endpoints take; any other is refused, as Stripe does. */
export const createIntentParams = [
  'amount',
  'currency',
  'customer',
  'payment_method',
  'allowed_payment_method_types',
  'capture_method',
  'description',
  'metadata',
  'expand',
] as const satisfies (keyof Stripe.PaymentIntentCreateParams)[];
export const confirmIntentParams = [
  'off_session',
  'expand',
] as const satisfies (keyof Stripe.PaymentIntentConfirmParams)[];
export const cancelIntentParams = [
  'cancellation_reason',
  'expand',
] as const satisfies (keyof Stripe.PaymentIntentCancelParams)[];
export const updateIntentParams = ['metadata', 'expand'] as const satisfies (keyof Stripe.PaymentIntentUpdateParams)[];

export function createIntent(state: State, form: Form): Stripe.PaymentIntent {
  const amount = readAmount(text(form, 'amount'));
  const currency = readCurrency(text(form, 'currency'));
  const customer = text(form, 'customer') ?? null;
  if (customer !== null && !state.customers.get(customer)) throw missing('customer', customer);
  const methodId = text(form, 'payment_method') ?? null;
  if (methodId !== null) usable(getMethod(state, methodId), customer);
  if (String(list(form, 'allowed_payment_method_types')) !== 'card') {
    throw invalid('parameter_invalid', 'this fake knows cards only', 'allowed_payment_method_types');
  }
  return newIntent(state, {
    amount,
    currency,
    customer,
    payment_method: methodId,
    description: text(form, 'description') ?? null,
    metadata: texts(form, 'metadata'),
    capture_method: text(form, 'capture_method') ?? 'automatic_async',
  });
}

export function confirmIntent(state: State, form: Form, id: string): Stripe.PaymentIntent {
  const intent = getIntent(state, id);
  if (intent.status !== 'requires_confirmation' || typeof intent.payment_method !== 'string') {
    throw unexpected(
      'payment_intent_unexpected_state',
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`,
      intent,
    );
  }
  const method = getMethod(state, intent.payment_method);
  usable(method, typeof intent.customer === 'string' ? intent.customer : null);
  attempt(state, { intent, method, present: text(form, 'off_session') !== 'true' });
  return intent;
}

export function cancelIntent(state: State, form: Form, id: string): Stripe.PaymentIntent {
  const intent = getIntent(state, id);
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpected(
      'payment_intent_unexpected_state',
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
      intent,
    );
  }
  intent.status = 'canceled';
  intent.canceled_at = seconds(state);
  intent.cancellation_reason = text(form, 'cancellation_reason') ?? null;
  intent.payment_method = null;
  state.tell('payment_intent.canceled', intent);
  return intent;
}

export function updateIntent(state: State, form: Form, id: string): Stripe.PaymentIntent {
  const intent = getIntent(state, id);
  Object.assign(intent.metadata, texts(form, 'metadata'));
  return intent;
}

export function getIntent(state: State, id: string): Stripe.PaymentIntent {
  const intent = state.intents.get(id);
  if (!intent) throw missing('payment_intent', id);
  return intent;
}

export function listIntents(state: State, form: Form) {
  return listOf(state.intents, form, { url: '/v1/payment_intents', group: text(form, 'customer') });
}

/** A whole number of minor units that Stripe takes: from 0.50 to 999,999.99. */
export function readAmount(amount: string | undefined): number {
  if (amount === undefined) throw invalid('parameter_missing', 'Missing required param: amount.', 'amount');
  if (!/^-?\d+$/.test(amount) || Number(amount) < 1) {
    throw invalid('parameter_invalid_integer', 'This value must be greater than or equal to 1.', 'amount');
  }
  if (Number(amount) < 50) throw invalid('amount_too_small', 'Amount must be at least €0.50 eur', 'amount');
  if (Number(amount) > 99_999_999)
    throw invalid('amount_too_large', 'Amount must be no more than €999,999.99', 'amount');
  return Number(amount);
}

export function readCurrency(currency: string | undefined): string {
  if (currency === undefined || !/^[a-z]{3}$/.test(currency)) {
    throw invalid('parameter_invalid', `Invalid currency: ${currency}`, 'currency');
  }
  return currency;
}

function getMethod(state: State, id: string): Stripe.PaymentMethod {
  const method = state.methods.get(id);
  if (!method) throw missing('payment_method', id);
  return method;
}

function usable(method: Stripe.PaymentMethod, customer: string | null): void {
  if (method.customer === null) {
    throw unexpected(
      'payment_method_unexpected_state',
      'The provided PaymentMethod was detached from a Customer. It may not be used again.',
    );
  }
  if (method.customer !== customer) {
    throw unexpected('payment_method_unexpected_state', 'The PaymentMethod does not belong to this Customer.');
  }
}
