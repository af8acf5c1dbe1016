import type Stripe from 'stripe';
import { type Form, group, list, text, texts } from '#spec/fakes/stripe/_form.ts';
import { readAmount, readCurrency } from '#spec/fakes/stripe/_intents.ts';
import { listOf } from '#spec/fakes/stripe/_lists.ts';
import { newSetup } from '#spec/fakes/stripe/_new-method.ts';
import { newSession } from '#spec/fakes/stripe/_new-session.ts';
import { invalid, missing, unexpected } from '#spec/fakes/stripe/_problem.ts';
import { idOf, type State, schedule } from '#spec/fakes/stripe/_state.ts';

export const createSessionParams = [
  'mode',
  'allowed_payment_method_types',
  'adaptive_pricing',
  'customer',
  'line_items',
  'payment_intent_data',
  'setup_intent_data',
  'metadata',
  'success_url',
  'cancel_url',
  'expand',
] as const satisfies (keyof Stripe.Checkout.SessionCreateParams)[];

export function createSession(state: State, form: Form): Stripe.Checkout.Session {
  const mode = text(form, 'mode');
  const success_url = text(form, 'success_url') ?? null;
  if (success_url === null) throw invalid('parameter_missing', 'You must specify `success_url`.', 'success_url');
  if (!/^https?:\/\//.test(success_url)) throw invalid('url_invalid', 'Not a valid URL', 'success_url');
  if (String(list(form, 'allowed_payment_method_types')) !== 'card') {
    throw invalid('parameter_invalid', 'this fake knows cards only', 'allowed_payment_method_types');
  }
  const customer = text(form, 'customer') ?? null;
  if (customer !== null && !state.customers.get(customer)) throw missing('customer', customer);
  const shared = {
    customer,
    metadata: texts(form, 'metadata'),
    success_url,
    cancel_url: text(form, 'cancel_url') ?? null,
  };
  if (mode === 'setup') return createSetup(state, form, shared);
  if (mode !== 'payment') throw invalid('parameter_invalid', `Invalid mode: ${mode}`, 'mode');
  return createPayment(state, form, shared);
}

export function getSession(state: State, id: string): Stripe.Checkout.Session {
  const session = state.sessions.get(id);
  if (!session) throw missing('checkout.session', id);
  return session;
}

export function expireSession(state: State, id: string): Stripe.Checkout.Session {
  const session = getSession(state, id);
  if (session.status !== 'open') {
    throw unexpected(
      'intent_invalid_state',
      `Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.`,
    );
  }
  return closeUnpaid(state, session);
}

export function listSessions(state: State, form: Form) {
  const [customer, intent, status] = [text(form, 'customer'), text(form, 'payment_intent'), text(form, 'status')];
  return listOf(state.sessions, form, {
    url: '/v1/checkout/sessions',
    wanted: (session) =>
      (customer === undefined || session.customer === customer) &&
      (intent === undefined || idOf(session.payment_intent) === intent) &&
      (status === undefined || session.status === status),
  });
}

type Shared = {
  customer: string | null;
  metadata: Record<string, string>;
  success_url: string;
  cancel_url: string | null;
};

function createSetup(state: State, form: Form, shared: Shared): Stripe.Checkout.Session {
  const setup = newSetup(state, shared.customer, texts(group(form, 'setup_intent_data'), 'metadata'));
  const draft = { mode: 'setup' as const, amount_total: null, currency: null, setup_intent: setup.id, ...shared };
  return expiring(state, newSession(state, draft));
}

function createPayment(state: State, form: Form, shared: Shared): Stripe.Checkout.Session {
  const [item, ...more] = list(form, 'line_items');
  if (typeof item !== 'object' || Array.isArray(item) || more.length > 0) {
    throw invalid('parameter_missing', 'this fake wants one line item', 'line_items');
  }
  const price = group(item, 'price_data');
  if (!text(group(price, 'product_data'), 'name')) {
    throw invalid(
      'parameter_invalid_empty',
      'You passed an empty string',
      'line_items[0][price_data][product_data][name]',
    );
  }
  const amount_total = readAmount(text(price, 'unit_amount')) * Number(text(item, 'quantity') ?? '1');
  const currency = readCurrency(text(price, 'currency'));
  const session = newSession(state, { mode: 'payment', amount_total, currency, setup_intent: null, ...shared });
  const data = group(form, 'payment_intent_data');
  state.orders.set(session.id, { description: text(data, 'description') ?? '', metadata: texts(data, 'metadata') });
  return expiring(state, session);
}

function expiring(state: State, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  const happen = () => {
    if (session.status === 'open') closeUnpaid(state, session);
  };
  schedule(state, session.expires_at, happen);
  return session;
}

function closeUnpaid(state: State, session: Stripe.Checkout.Session): Stripe.Checkout.Session {
  session.status = 'expired';
  session.url = null;
  const intent = state.intents.get(idOf(session.payment_intent) ?? '');
  if (intent && intent.status !== 'succeeded' && intent.status !== 'processing') intent.status = 'canceled';
  state.tell('checkout.session.expired', session);
  return session;
}
