import type { WireAnswer } from '#spec/fakes/faults.ts';
import { linkToPage, showCapture } from '#spec/fakes/paypal/_show.ts';
import { type Capture, newId, type Order, type State, units } from '#spec/fakes/paypal/_state.ts';
import { refusal } from '#spec/fakes/paypal/_wire.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';

/** Takes an order's money from whoever agreed to it, or from a saved account. Answers PayPal's refusal, if it refuses. */
export function tryCapture(state: State, order: Order, vaultId: string): WireAnswer | undefined {
  const saved = vaultId === '' ? undefined : state.saved.get(vaultId);
  if (vaultId !== '' && !saved) return refusal(422, 'TOKEN_ID_NOT_FOUND');
  const payer = saved?.payer ?? order.approvedBy;
  if (!payer) return refusal(422, 'ORDER_NOT_APPROVED');
  const paidBy = state.paidInvoices.get(order.invoiceId);
  if (order.invoiceId !== '' && paidBy !== undefined) return refusal(422, 'DUPLICATE_INVOICE_ID');
  const issue = refusals[payer];
  if (issue) return refusal(422, issue);
  if (payer === 'must_be_asked' && order.approvedBy === null) {
    order.status = 'PAYER_ACTION_REQUIRED';
    return refusal(422, 'PAYER_ACTION_REQUIRED', [linkToPage(state, order)]);
  }
  capture(state, order, { payer, account: vaultId || order.id });
  return undefined;
}

/** The payments that wait for a bank are through. */
export function settlePending(state: State): void {
  for (const each of state.captures.values()) if (each.status === 'PENDING') complete(state, each);
}

const refusals: { [payer in Payer]?: string } = {
  lacks_funds: 'INSTRUMENT_DECLINED',
  is_locked: 'PAYER_ACCOUNT_LOCKED_OR_CLOSED',
};

function capture(state: State, order: Order, { payer, account }: { payer: Payer; account: string }): void {
  const { amount, invoiceId, customId } = order;
  const made: Capture = {
    id: newId(),
    orderId: order.id,
    status: 'PENDING',
    reason: 'ECHECK',
    amount,
    invoiceId,
    customId,
    payer: `${payer}:${account}`,
    at: state.now(),
  };
  order.captures.push(made);
  order.status = 'COMPLETED';
  state.captures.set(made.id, made);
  if (payer === 'is_risky') {
    made.status = 'DECLINED';
    made.reason = 'DECLINED_BY_RISK_FRAUD_FILTERS';
    state.emit('PAYMENT.CAPTURE.DECLINED', 'capture', showCapture(state, made));
    return;
  }
  if (payer === 'pays_by_echeck') {
    state.emit('PAYMENT.CAPTURE.PENDING', 'capture', showCapture(state, made));
    return;
  }
  complete(state, made);
}

function complete(state: State, made: Capture): void {
  made.status = 'COMPLETED';
  delete made.reason;
  made.at = state.now();
  const amount = units(made.amount);
  const currency = made.amount.currency_code;
  const fee = (amount * 34n) / 1000n + 35n;
  if (made.invoiceId !== '') state.paidInvoices.set(made.invoiceId, made.orderId);
  state.book.post({ reference: made.id, debit: made.payer, credit: 'seller', amount, currency, at: made.at });
  state.book.post({
    reference: `${made.id}-fee`,
    debit: 'seller',
    credit: 'paypal',
    amount: fee,
    currency,
    at: made.at,
  });
  state.lines.push({
    id: made.id,
    code: made.payer.startsWith('pays:') ? 'T0003' : 'T0006',
    amount,
    fee: -fee,
    currency,
    status: 'S',
    reference: state.linesNameOrders ? { id: made.orderId, type: 'ODR' } : null,
    invoiceId: made.invoiceId,
    customField: made.customId,
    at: made.at,
  });
  state.emit('PAYMENT.CAPTURE.COMPLETED', 'capture', showCapture(state, made));
}
