import { showCapture, showRefund } from '#spec/fakes/paypal/_show.ts';
import {
  type Capture,
  type Cash,
  newId,
  type Order,
  type Refund,
  type State,
  takenBy,
  units,
} from '#spec/fakes/paypal/_state.ts';
import { at, type Handler, json, keyed, parse, refusal, text } from '#spec/fakes/paypal/_wire.ts';

export const getCapture: Handler = (state, { ids }) => {
  const capture = state.captures.get(ids[0] ?? '');
  return capture ? json(200, showCapture(state, capture)) : refusal(404, 'INVALID_RESOURCE_ID');
};

export const refundCapture: Handler = (state, asked) => {
  const capture = state.captures.get(asked.ids[0] ?? '');
  if (!capture) return refusal(404, 'INVALID_RESOURCE_ID');
  return keyed(state, asked, {
    keys: 'payments',
    make: () => {
      const body = parse(asked);
      const amount = at(body, 'amount') as Cash;
      if (amount.currency_code !== capture.amount.currency_code)
        return refusal(422, 'REFUND_CAPTURE_CURRENCY_MISMATCH');
      const left = leftOf(state, capture);
      if (left === 0n) return refusal(422, 'CAPTURE_FULLY_REFUNDED');
      if (units(amount) > left) return refusal(422, 'REFUND_AMOUNT_EXCEEDED');
      return makeRefund(state, capture, { amount, customId: text(at(body, 'custom_id')) }).id;
    },
    show: (id, status) => json(status, showRefund(state, state.refunds.get(id) as Refund)),
  });
};

/** Refunds that wait are through. */
export function settleRefunds(state: State): void {
  for (const refund of state.refunds.values()) if (refund.status === 'PENDING') complete(state, refund);
}

function makeRefund(state: State, capture: Capture, { amount, customId }: Pick<Refund, 'amount' | 'customId'>): Refund {
  const refund: Refund = { id: newId(), captureId: capture.id, status: 'PENDING', amount, customId, at: state.now() };
  state.refunds.set(refund.id, refund);
  (state.orders.get(capture.orderId) as Order).refunds.push(refund);
  if (capture.payer.startsWith('cannot_be_refunded:')) refund.status = 'FAILED';
  else if (!capture.payer.startsWith('is_refunded_late:')) complete(state, refund);
  return refund;
}

function complete(state: State, refund: Refund): void {
  const capture = state.captures.get(refund.captureId) as Capture;
  refund.status = 'COMPLETED';
  refund.at = state.now();
  capture.status = leftOf(state, capture) === 0n ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  move(state, {
    capture,
    code: 'T1107',
    debit: 'seller',
    credit: capture.payer,
    amount: units(refund.amount),
    id: refund.id,
  });
  state.emit('PAYMENT.CAPTURE.REFUNDED', 'refund', showRefund(state, refund));
}

/** What is left of a payment after refunds and disputes. */
export function leftOf(state: State, capture: Capture): bigint {
  if (capture.status === 'DECLINED' || capture.status === 'PENDING') return 0n;
  const refunds = (state.orders.get(capture.orderId) as Order).refunds.filter(({ status }) => status !== 'FAILED');
  const disputed = [...state.disputes.values()].filter((each) => each.captureId === capture.id);
  const gone = refunds.map(({ amount }) => units(amount)).concat(disputed.map(takenBy));
  return gone.reduce((left, amount) => left - amount, units(capture.amount));
}

export type Move = { capture: Capture; code: string; debit: string; credit: string; amount: bigint; id?: string };

/** Moves money in PayPal's own book and puts it on the seller's statement. */
export function move(state: State, { capture, code, debit, credit, amount, id = newId() }: Move): void {
  const currency = capture.amount.currency_code;
  const now = state.now();
  state.book.post({ reference: id, debit, credit, amount, currency, at: now });
  state.lines.push({
    id,
    code,
    amount: credit === 'seller' ? amount : -amount,
    fee: 0n,
    currency,
    status: 'S',
    reference: { id: capture.id, type: 'TXN' },
    invoiceId: capture.invoiceId,
    customField: capture.customId,
    at: now,
  });
}
