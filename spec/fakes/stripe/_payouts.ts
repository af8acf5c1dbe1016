import { newId, type State, seconds } from '#spec/fakes/stripe/_state.ts';
import { addLine } from '#spec/fakes/stripe/_statement.ts';

/** Sends our whole balance to our bank. */
export function payOut(state: State, currency: string): string | null {
  const amount = Number(state.book.balance('merchant', currency));
  if (amount <= 0) return null;
  const id = newId('po');
  const line = addLine(state, {
    type: 'payout',
    category: 'payout',
    amount: -amount,
    currency,
    source: id,
    other: 'bank',
  });
  state.payouts.add({
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: seconds(state),
    automatic: true,
    balance_transaction: line.id,
    created: seconds(state),
    currency,
    description: 'STRIPE PAYOUT',
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'completed',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'paid',
    trace_id: null,
    type: 'bank_account',
  });
  return id;
}
