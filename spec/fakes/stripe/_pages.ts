import type Stripe from 'stripe';
import { attempt } from '#spec/fakes/stripe/_attempt.ts';
import { findTestCard, type TestCard, testCards } from '#spec/fakes/stripe/_cards.ts';
import { type Form, text } from '#spec/fakes/stripe/_form.ts';
import { newIntent } from '#spec/fakes/stripe/_new-intent.ts';
import { newMethod } from '#spec/fakes/stripe/_new-method.ts';
import { StripeProblem } from '#spec/fakes/stripe/_problem.ts';
import { idOf, type State, schedule, seconds } from '#spec/fakes/stripe/_state.ts';

export type PageAnswer = { status: number; body: string; location?: string };

/** Stripe's own page for one session: a plain form with a choice of test cards. `form` is null when it is only looked at. */
export function visitPage(state: State, id: string, form: Form | null): PageAnswer {
  const session = state.sessions.get(id);
  if (!session) return { status: 404, body: page('No such page') };
  if (session.status !== 'open') return { status: 410, body: page(`This page is ${session.status}`) };
  if (form === null) return { status: 200, body: page(titleOf(session), true) };
  if (text(form, 'act') === 'cancel') return back(session.cancel_url ?? session.success_url);
  const card = findTestCard(text(form, 'card') ?? '');
  if (!card) return { status: 422, body: page('Choose a card', true) };
  const problem = session.mode === 'setup' ? register(state, session, { card, form }) : pay(state, session, card);
  return problem === null ? back(session.success_url) : { status: 402, body: page(problem, true) };
}

function register(
  state: State,
  session: Stripe.Checkout.Session,
  { card, form }: { card: TestCard; form: Form },
): string | null {
  const setup = state.setups.get(idOf(session.setup_intent) ?? '');
  if (!setup) throw new Error(`${session.id} registers nothing`);
  if (card.refusedAtSetup) {
    setup.last_setup_error = { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' };
    state.tell('setup_intent.setup_failed', setup);
    return 'Your card was declined';
  }
  const method = newMethod(state, { card, ...expiryOf(form), customer: idOf(session.customer) });
  setup.status = 'succeeded';
  setup.payment_method = method.id;
  setup.last_setup_error = null;
  state.tell('payment_method.attached', method);
  state.tell('setup_intent.succeeded', setup);
  complete(state, session);
  return null;
}

function pay(state: State, session: Stripe.Checkout.Session, card: TestCard): string | null {
  const intent = state.intents.get(idOf(session.payment_intent) ?? '') ?? intentOf(state, session);
  const method = newMethod(state, { card, ...expiryOf({}), customer: null });
  try {
    attempt(state, { intent, method, present: true });
  } catch (error) {
    if (!(error instanceof StripeProblem)) throw error;
    return error.message;
  }
  session.payment_status = intent.status === 'succeeded' ? 'paid' : 'unpaid';
  complete(state, session);
  if (card.clearsAfter !== undefined) {
    const happen = () => {
      session.payment_status = 'paid';
      state.tell('checkout.session.async_payment_succeeded', session);
    };
    schedule(state, seconds(state) + card.clearsAfter, happen);
  }
  return null;
}

/** The payment behind a page exists from its payer's first attempt on. */
function intentOf(state: State, session: Stripe.Checkout.Session): Stripe.PaymentIntent {
  const intent = newIntent(state, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? '',
    customer: null,
    payment_method: null,
    capture_method: 'automatic',
    ...(state.orders.get(session.id) ?? { description: '', metadata: {} }),
  });
  session.payment_intent = intent.id;
  return intent;
}

function complete(state: State, session: Stripe.Checkout.Session): void {
  session.status = 'complete';
  session.url = null;
  state.tell('checkout.session.completed', session);
}

/** `12/34`; the end of 2034 when nothing is said. */
function expiryOf(form: Form): { expMonth: number; expYear: number } {
  const [, month, year] = /^(\d\d)\/(\d\d)$/.exec(text(form, 'expiry') ?? '12/34') ?? [];
  return { expMonth: Number(month), expYear: 2000 + Number(year) };
}

function back(location: string | null): PageAnswer {
  return { status: 303, body: '', ...(location !== null && { location }) };
}

function titleOf({ mode, amount_total, currency }: Stripe.Checkout.Session): string {
  return mode === 'setup' ? 'Register a card' : `Pay ${(amount_total ?? 0) / 100} ${currency?.toUpperCase()}`;
}

function page(title: string, open = false): string {
  const choices = Object.entries(testCards).map(
    ([name, { brand, last4 }]) => `<option value="${name}">${name} (${brand} …${last4})</option>`,
  );
  const form = `<form method="post"><select name="card">${choices.join('')}</select> <input name="expiry" value="12/34">
<button name="act" value="go">Go</button> <button name="act" value="cancel">Cancel</button></form>`;
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<p>This is a fake of Stripe: it moves no real money.</p><h1>${title}</h1>${open ? form : ''}</html>`;
}
