import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import { missing } from '#spec/fakes/stripe/_problem.ts';
import { idOf, newId, type State, seconds } from '#spec/fakes/stripe/_state.ts';
import { addLine } from '#spec/fakes/stripe/_statement.ts';

const disputeFee = 20_00;

export function getDispute(state: State, id: string): Stripe.Dispute {
  const dispute = state.disputes.get(id);
  if (!dispute) throw missing('dispute', id);
  return dispute;
}

/** The payer's bank takes back what is left of a payment, and Stripe keeps a fee. Answers the dispute's id. */
export function openDispute(state: State, intentId: string): string {
  const intent = state.intents.get(intentId);
  const charge = state.charges.get(idOf(intent?.latest_charge) ?? '');
  assert.ok(charge?.paid && !charge.disputed, 'only a payment that was made can be disputed');
  const id = newId('dp');
  const amount = charge.amount - charge.amount_refunded;
  charge.disputed = true;
  const { currency } = charge;
  const source = { currency, source: id, other: 'payers' };
  const line = addLine(state, { type: 'adjustment', category: 'dispute', amount: -amount, fee: disputeFee, ...source });
  const dispute = newDispute(state, { id, charge, amount, line });
  state.tell('charge.dispute.created', dispute);
  state.tell('charge.dispute.funds_withdrawn', dispute);
  return id;
}

/** The bank's last word. Won, the money comes back; the fee does not. */
export function closeDispute(state: State, id: string, how: 'won' | 'lost'): void {
  const dispute = getDispute(state, id);
  assert.ok(!['won', 'lost'].includes(dispute.status), 'this dispute is closed');
  dispute.status = how;
  if (how === 'won') {
    const { amount, currency } = dispute;
    const source = { currency, source: id, other: 'payers' };
    dispute.balance_transactions.push(
      addLine(state, { type: 'adjustment', category: 'dispute_reversal', amount, ...source }),
    );
    state.tell('charge.dispute.funds_reinstated', dispute);
  }
  state.tell('charge.dispute.closed', dispute);
}

type DisputeDraft = { id: string; charge: Stripe.Charge; amount: number; line: Stripe.BalanceTransaction };

function newDispute(state: State, { id, charge, amount, line }: DisputeDraft): Stripe.Dispute {
  return state.disputes.add({
    id,
    object: 'dispute',
    amount,
    balance_transactions: [line],
    charge: charge.id,
    created: seconds(state),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence,
    evidence_details: {
      due_by: seconds(state) + 7 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: null,
    } as unknown as Stripe.Dispute.EvidenceDetails,
    intended_submission_method: null,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: 'fraudulent',
    status: 'needs_response',
  });
}

const noEvidence = { enhanced_evidence: {} } as Stripe.Dispute.Evidence;
