import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import { type Form, text, texts } from '#spec/fakes/stripe/_form.ts';
import { getIntent, readAmount } from '#spec/fakes/stripe/_intents.ts';
import { listOf } from '#spec/fakes/stripe/_lists.ts';
import { invalid, missing, unexpected } from '#spec/fakes/stripe/_problem.ts';
import { idOf, newId, type State, schedule, seconds } from '#spec/fakes/stripe/_state.ts';
import { addLine } from '#spec/fakes/stripe/_statement.ts';

export const createRefundParams = [
  'payment_intent',
  'amount',
  'metadata',
  'expand',
] as const satisfies (keyof Stripe.RefundCreateParams)[];

const hoursUntilRefundFails = 1;

export function createRefund(state: State, form: Form): Stripe.Refund {
  const intentId = text(form, 'payment_intent');
  if (intentId === undefined) throw invalid('parameter_missing', 'Missing required param: payment_intent.');
  const intent = getIntent(state, intentId);
  const charge = state.charges.get(idOf(intent.latest_charge) ?? '');
  if (!charge?.paid) {
    throw unexpected('payment_intent_unexpected_state', `${intent.id} does not have a successful charge to refund.`);
  }
  const left = charge.amount - charge.amount_refunded;
  if (charge.disputed) throw unexpected('charge_disputed', 'This charge has been charged back.');
  if (left === 0) throw unexpected('charge_already_refunded', `Charge ${charge.id} has already been refunded.`);
  const amount = readAmount(text(form, 'amount') ?? String(left));
  if (amount > left) throw unexpected('parameter_invalid_integer', `Refund amount is greater than ${left}.`);
  const refund = newRefund(state, { charge, intent, amount, metadata: texts(form, 'metadata') });
  if (state.banks.get(charge.payment_method ?? '')?.refundFails) {
    schedule(state, seconds(state) + hoursUntilRefundFails * 3600, () => failRefund(state, refund.id));
  }
  return refund;
}

export function getRefund(state: State, id: string): Stripe.Refund {
  const refund = state.refunds.get(id);
  if (!refund) throw missing('refund', id);
  return refund;
}

export function listRefunds(state: State, form: Form) {
  return listOf(state.refunds, form, { url: '/v1/refunds', group: text(form, 'payment_intent') });
}

/** The payer's bank sends a refund back: the money is in our balance again. */
export function failRefund(state: State, id: string): void {
  const refund = getRefund(state, id);
  assert.equal(refund.status, 'succeeded');
  const charge = state.charges.get(idOf(refund.charge) ?? '');
  assert.ok(charge);
  refund.status = 'failed';
  refund.failure_reason = 'unknown';
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
  const line = addLine(state, {
    type: 'refund_failure',
    category: 'refund_failure',
    amount: refund.amount,
    currency: refund.currency,
    source: id,
    other: 'payers',
  });
  refund.failure_balance_transaction = line.id;
  state.tell('refund.failed', refund);
}

type RefundDraft = {
  charge: Stripe.Charge;
  intent: Stripe.PaymentIntent;
  amount: number;
  metadata: Record<string, string>;
};

function newRefund(state: State, { charge, intent, amount, metadata }: RefundDraft): Stripe.Refund {
  const id = newId('re');
  const { currency } = charge;
  const source = { currency, source: id, other: 'payers' };
  const line = addLine(state, { type: 'refund', category: 'refund', amount: -amount, ...source });
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  const refund: Stripe.Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: line.id,
    charge: charge.id,
    created: seconds(state),
    currency,
    customer: charge.customer,
    customer_account: null,
    metadata,
    payment_intent: intent.id,
    payment_method: charge.payment_method,
    reason: null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
  state.refunds.add(refund);
  state.tell('refund.created', refund);
  state.tell('charge.refunded', charge);
  return refund;
}
