import type Stripe from 'stripe';
import { type Form, text, texts } from '#spec/fakes/stripe/_form.ts';
import { newCustomer } from '#spec/fakes/stripe/_new-method.ts';
import { invalid, missing, unexpected } from '#spec/fakes/stripe/_problem.ts';
import { type State, seconds } from '#spec/fakes/stripe/_state.ts';

export const createCustomerParams = ['metadata', 'expand'] as const satisfies (keyof Stripe.CustomerCreateParams)[];

/** How far Stripe's search lags behind what was made. */
const searchLagSeconds = 60;

export function createCustomer(state: State, form: Form): Stripe.Customer {
  return newCustomer(state, texts(form, 'metadata'));
}

/** Stripe's search, of which this fake knows `metadata['…']:'…'`; it does not see what was made in the last minute. */
export function searchCustomers(state: State, form: Form) {
  const query = /^metadata\['([\w-]+)'\]:'([^']*)'$/.exec(text(form, 'query') ?? '');
  if (!query) throw invalid('parameter_invalid', 'this fake searches metadata only', 'query');
  const [, field = '', value] = query;
  const visible = seconds(state) - searchLagSeconds;
  const data = state.customers.all().filter((each) => each.created <= visible && each.metadata[field] === value);
  const page = {
    object: 'search_result',
    data,
    has_more: false,
    next_page: null,
    url: '/v1/customers/search',
  } as const;
  return page satisfies Stripe.ApiSearchResult<Stripe.Customer>;
}

export function getCustomer(state: State, id: string): Stripe.Customer {
  const customer = state.customers.get(id);
  if (!customer) throw missing('customer', id);
  return customer;
}

export function getMethod(state: State, id: string): Stripe.PaymentMethod {
  const method = state.methods.get(id);
  if (!method) throw missing('payment_method', id);
  return method;
}

export function detachMethod(state: State, id: string): Stripe.PaymentMethod {
  const method = getMethod(state, id);
  if (method.customer === null) {
    throw unexpected(
      'payment_method_unexpected_state',
      'The payment method you provided is not attached to a customer so detachment is impossible.',
    );
  }
  const before = { customer: method.customer };
  method.customer = null;
  state.tell('payment_method.detached', method, before);
  return method;
}
