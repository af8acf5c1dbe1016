import type Stripe from 'stripe';
import { newCharge } from '#spec/fakes/stripe/_new-charge.ts';
import { type ProblemBody, StripeProblem } from '#spec/fakes/stripe/_problem.ts';
import { type State, schedule, seconds } from '#spec/fakes/stripe/_state.ts';
import { addLine, feeOf } from '#spec/fakes/stripe/_statement.ts';

export type Attempt = {
  intent: Stripe.PaymentIntent;
  method: Stripe.PaymentMethod;
  /** Whether its owner is in front of the screen. */
  present: boolean;
};

/** Asks the bank for the whole amount. The intent tells how it ended; a no is thrown too, as Stripe answers it. */
export function attempt(state: State, { intent, method, present }: Attempt): void {
  const bank = state.banks.get(method.id) ?? {};
  const charge = newCharge(state, intent, method);
  intent.latest_charge = charge.id;
  intent.payment_method = method.id;
  if (isOver(state, method)) throw decline(state, { intent, method, charge }, { code: 'expired_card' });
  if (bank.declines) throw decline(state, { intent, method, charge }, bank.declines);
  if (bank.asks && !present) throw decline(state, { intent, method, charge }, authentication);
  if (bank.clearsAfter === undefined) {
    succeed(state, intent, charge);
    return;
  }
  intent.status = 'processing';
  state.tell('payment_intent.processing', intent);
  schedule(state, seconds(state) + bank.clearsAfter, () => succeed(state, intent, charge));
}

const authentication = { code: 'authentication_required', declineCode: 'authentication_required' };

type Tried = { intent: Stripe.PaymentIntent; method: Stripe.PaymentMethod; charge: Stripe.Charge };
type Reason = { code: string; declineCode?: string; adviceCode?: string };

function succeed(state: State, intent: Stripe.PaymentIntent, charge: Stripe.Charge): void {
  const { amount, currency } = intent;
  const line = addLine(state, {
    type: 'charge',
    category: 'charge',
    amount,
    fee: feeOf(amount),
    currency,
    source: charge.id,
    other: 'payers',
  });
  Object.assign(charge, { amount_captured: amount, balance_transaction: line.id, captured: true, paid: true });
  charge.status = 'succeeded';
  intent.status = 'succeeded';
  intent.amount_received = amount;
  intent.last_payment_error = null;
  state.tell('charge.succeeded', charge);
  state.tell('payment_intent.succeeded', intent);
}

/** The attempt failed: the intent loses its method, and its error stays readable. */
function decline(state: State, { intent, method, charge }: Tried, reason: Reason): StripeProblem {
  const message = `Your card was declined: ${reason.declineCode ?? reason.code}.`;
  charge.status = 'failed';
  charge.failure_code = reason.code;
  charge.failure_message = message;
  const error: ProblemBody = {
    type: 'card_error',
    code: reason.code,
    ...(reason.declineCode && { decline_code: reason.declineCode }),
    ...(reason.adviceCode && { advice_code: reason.adviceCode }),
    charge: charge.id,
    message,
  };
  intent.last_payment_error = { ...error, payment_method: method } as Stripe.PaymentIntent.LastPaymentError;
  intent.status = 'requires_payment_method';
  intent.payment_method = null;
  state.tell('charge.failed', charge);
  state.tell('payment_intent.payment_failed', intent);
  return new StripeProblem(402, { ...error, payment_intent: intent, payment_method: method });
}

function isOver(state: State, { card }: Stripe.PaymentMethod): boolean {
  const today = state.now().toZonedDateTimeISO('UTC');
  return card !== undefined && card.exp_year * 12 + card.exp_month < today.year * 12 + today.month;
}
