import type Stripe from 'stripe';
import { newId, type State, seconds } from '#spec/fakes/stripe/_state.ts';

export type LineDraft = {
  type: 'charge' | 'refund' | 'refund_failure' | 'adjustment' | 'payout';
  category: string;
  /** Minor units; above 0 it came into our balance at Stripe. */
  amount: number;
  fee?: number;
  currency: string;
  source: string;
  /** Where it comes from or goes to in the fake's book. */
  other: string;
};

/** Writes a line of our balance at Stripe, and what Stripe keeps of it, into the statement and the book at once. */
export function addLine(state: State, draft: LineDraft): Stripe.BalanceTransaction {
  const { type, category, amount, fee = 0, currency, source, other } = draft;
  const id = newId('txn');
  const at = state.now();
  const move = (part: string, from: string, to: string, units: number) =>
    state.book.post({ reference: `${id}:${part}`, debit: from, credit: to, amount: BigInt(units), currency, at });
  if (amount > 0) move('gross', other, 'merchant', amount);
  if (amount < 0) move('gross', 'merchant', other, -amount);
  if (fee > 0) move('fee', 'merchant', 'fees', fee);
  const details = { amount: fee, application: null, currency, description: 'Stripe fees', type: 'stripe_fee' };
  return state.lines.add({
    id,
    object: 'balance_transaction',
    amount,
    available_on: seconds(state),
    balance_type: 'payments',
    created: seconds(state),
    currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee > 0 ? [details] : [],
    net: amount - fee,
    reporting_category: category,
    source,
    status: 'available',
    type,
  });
}

/** What Stripe keeps of a payment: 1.5 % and 0.25. */
export function feeOf(amount: number): number {
  return Math.round(amount * 0.015) + 25;
}
