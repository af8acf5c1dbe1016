import {
  createCustomer,
  createCustomerParams,
  detachMethod,
  getCustomer,
  getMethod,
  searchCustomers,
} from '#spec/fakes/stripe/_customers.ts';
import { getDispute } from '#spec/fakes/stripe/_disputes.ts';
import type { Form } from '#spec/fakes/stripe/_form.ts';
import {
  cancelIntent,
  cancelIntentParams,
  confirmIntent,
  confirmIntentParams,
  createIntent,
  createIntentParams,
  getIntent,
  listIntents,
  updateIntent,
  updateIntentParams,
} from '#spec/fakes/stripe/_intents.ts';
import { listOf } from '#spec/fakes/stripe/_lists.ts';
import { invalid } from '#spec/fakes/stripe/_problem.ts';
import { createRefund, createRefundParams, getRefund, listRefunds } from '#spec/fakes/stripe/_refunds.ts';
import {
  createSession,
  createSessionParams,
  expireSession,
  getSession,
  listSessions,
} from '#spec/fakes/stripe/_sessions.ts';
import type { State } from '#spec/fakes/stripe/_state.ts';
import {
  attachMethod,
  attachMethodParams,
  createMethod,
  createMethodParams,
} from '#spec/fakes/stripe/_test-methods.ts';

/** One operation of the API. `takes`: its parameters, where it has any of its own. */
export type Route = {
  operation: string;
  method: 'GET' | 'POST';
  path: RegExp;
  takes?: readonly string[];
  run(state: State, form: Form, id: string): object;
};

const created = ['created', 'limit', 'starting_after', 'expand'];
const nothing = ['expand'];

export const routes: readonly Route[] = [
  route('customers.create', 'POST', '/v1/customers', { takes: createCustomerParams, run: createCustomer }),
  route('customers.search', 'GET', '/v1/customers/search', { takes: ['query', 'limit'], run: searchCustomers }),
  route('customers.retrieve', 'GET', '/v1/customers/:id', { run: (state, _, id) => getCustomer(state, id) }),
  route('payment_methods.create', 'POST', '/v1/payment_methods', { takes: createMethodParams, run: createMethod }),
  route('payment_methods.attach', 'POST', '/v1/payment_methods/:id/attach', {
    takes: attachMethodParams,
    run: attachMethod,
  }),
  route('payment_methods.retrieve', 'GET', '/v1/payment_methods/:id', { run: (state, _, id) => getMethod(state, id) }),
  route('payment_methods.detach', 'POST', '/v1/payment_methods/:id/detach', {
    run: (state, _, id) => detachMethod(state, id),
  }),
  route('checkout.sessions.create', 'POST', '/v1/checkout/sessions', {
    takes: createSessionParams,
    run: createSession,
  }),
  route('checkout.sessions.list', 'GET', '/v1/checkout/sessions', {
    takes: [...created, 'customer', 'payment_intent', 'status'],
    run: listSessions,
  }),
  route('checkout.sessions.retrieve', 'GET', '/v1/checkout/sessions/:id', {
    run: (state, _, id) => getSession(state, id),
  }),
  route('checkout.sessions.expire', 'POST', '/v1/checkout/sessions/:id/expire', {
    run: (state, _, id) => expireSession(state, id),
  }),
  route('payment_intents.create', 'POST', '/v1/payment_intents', { takes: createIntentParams, run: createIntent }),
  route('payment_intents.list', 'GET', '/v1/payment_intents', { takes: [...created, 'customer'], run: listIntents }),
  route('payment_intents.retrieve', 'GET', '/v1/payment_intents/:id', { run: (state, _, id) => getIntent(state, id) }),
  route('payment_intents.update', 'POST', '/v1/payment_intents/:id', { takes: updateIntentParams, run: updateIntent }),
  route('payment_intents.confirm', 'POST', '/v1/payment_intents/:id/confirm', {
    takes: confirmIntentParams,
    run: confirmIntent,
  }),
  route('payment_intents.cancel', 'POST', '/v1/payment_intents/:id/cancel', {
    takes: cancelIntentParams,
    run: cancelIntent,
  }),
  route('refunds.create', 'POST', '/v1/refunds', { takes: createRefundParams, run: createRefund }),
  route('refunds.list', 'GET', '/v1/refunds', { takes: [...created, 'payment_intent'], run: listRefunds }),
  route('refunds.retrieve', 'GET', '/v1/refunds/:id', { run: (state, _, id) => getRefund(state, id) }),
  route('disputes.retrieve', 'GET', '/v1/disputes/:id', { run: (state, _, id) => getDispute(state, id) }),
  route('balance_transactions.list', 'GET', '/v1/balance_transactions', {
    takes: created,
    run: (state, form) => listOf(state.lines, form, { url: '/v1/balance_transactions' }),
  }),
];

/** Refuses a parameter that an operation does not take. */
export function checkParams({ takes = nothing }: Route, form: Form): void {
  const stranger = Object.keys(form).find((name) => !takes.includes(name));
  if (stranger !== undefined) throw invalid('parameter_unknown', `Received unknown parameter: ${stranger}`, stranger);
}

type Work = Pick<Route, 'takes' | 'run'>;

function route(operation: string, method: Route['method'], ...[path, work]: [string, Work]): Route {
  return { operation, method, path: new RegExp(`^${path.replace(':id', '([\\w]+)')}$`), ...work };
}
