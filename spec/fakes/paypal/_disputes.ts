import { leftOf, move } from '#spec/fakes/paypal/_refunds.ts';
import { showCapture, showDispute } from '#spec/fakes/paypal/_show.ts';
import { type Capture, type Dispute, type State, takenBy } from '#spec/fakes/paypal/_state.ts';

/** What PayPal keeps for a dispute that was lost, in minor units. */
export const disputeFee = 14_00n;

/** The payer's bank wants the money back: PayPal holds what is left, or as much as is told, until somebody has won. */
export function openDispute(
  state: State,
  captureId: string,
  amount = leftOf(state, captureOf(state, captureId)),
): string {
  const id = `PP-D-${state.disputes.size + 10_001}`;
  const dispute: Dispute = { id, captureId, amount, status: 'OPEN', outcome: null, moved: [], at: state.now() };
  state.disputes.set(id, dispute);
  hold(state, dispute);
  state.emit('CUSTOMER.DISPUTE.CREATED', 'dispute', showDispute(state, dispute));
  return id;
}

/** The end of a dispute: what was held comes back, and of it `given` goes to the payer, for which PayPal keeps its fee. */
export function resolveDispute(state: State, id: string, given: bigint): void {
  const dispute = disputeOf(state, id);
  const capture = captureOf(state, dispute.captureId);
  const held = takenBy(dispute);
  dispute.status = 'RESOLVED';
  dispute.outcome = given === 0n ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR';
  move(state, { capture, code: 'T1111', debit: 'held', credit: 'seller', amount: held });
  if (given < held) dispute.moved.push({ type: 'CREDIT', reason: 'DISPUTE_SETTLEMENT', amount: held - given });
  if (given > 0n) {
    move(state, { capture, code: 'T1106', debit: 'seller', credit: capture.payer, amount: given });
    move(state, { capture, code: 'T0106', debit: 'seller', credit: 'paypal', amount: disputeFee });
    dispute.moved.push({ type: 'DEBIT', reason: 'CHARGEBACK_FEE', amount: disputeFee });
  }
  state.emit('CUSTOMER.DISPUTE.RESOLVED', 'dispute', showDispute(state, dispute));
  if (given > 0n) state.emit('PAYMENT.CAPTURE.REVERSED', 'refund', showCapture(state, capture));
}

/** A dispute that had ended is taken up again: its money is held anew. */
export function appealDispute(state: State, id: string): void {
  const dispute = disputeOf(state, id);
  dispute.status = 'OPEN';
  dispute.outcome = null;
  hold(state, dispute);
  state.emit('CUSTOMER.DISPUTE.UPDATED', 'dispute', showDispute(state, dispute));
}

function hold(state: State, { captureId, amount, moved }: Dispute): void {
  move(state, { capture: captureOf(state, captureId), code: 'T1110', debit: 'seller', credit: 'held', amount });
  moved.push({ type: 'DEBIT', reason: 'DISPUTE_SETTLEMENT', amount });
}

function disputeOf(state: State, id: string): Dispute {
  const dispute = state.disputes.get(id);
  if (!dispute) throw new Error(`no dispute ${id}`);
  return dispute;
}

function captureOf(state: State, id: string): Capture {
  return state.captures.get(id) as Capture;
}
