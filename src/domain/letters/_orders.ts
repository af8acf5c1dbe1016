import { button, type Draft, facts, list, note, text, type Writer, when } from './_draft.ts';
import type { Voice } from './_voice.ts';
import type { Method } from './types.ts';

export const orderPlaced: Writer<'order_placed'> = ({ order, iban }, voice) => {
  const values = {
    order: order.number,
    purpose: order.purpose,
    gross: voice.money(order.gross, order.currency),
    expires: voice.deadline(order.expiresAt),
    iban: iban ?? '',
  };
  const blocks = [
    text('order_placed.lead'),
    text('order_placed.meaning'),
    facts(['label.order', order.number], ['label.amount', values.gross], ['label.pay_by', values.expires]),
    button('order_placed.button', order.link),
    ...when(iban !== null, text('order_placed.transfer')),
    note('order_placed.note'),
  ];
  return { tone: 'calm', values, blocks };
};

export const orderPaid: Writer<'order_paid'> = (data, voice) => {
  const { order } = data;
  const values = {
    order: order.number,
    purpose: order.purpose,
    gross: voice.money(order.gross, order.currency),
    surplus: voice.money(data.surplus, order.currency),
    balance: voice.money(data.balance, order.currency),
    ...payer(data.paidBy, voice),
  };
  const blocks = [
    text('order_paid.lead'),
    text('order_paid.meaning'),
    ...when(data.surplus > 0n, text('order_paid.surplus')),
    facts(
      ['label.order', order.number],
      ['label.amount', values.gross],
      ['label.paid_at', voice.moment(data.paidAt)],
      ['label.balance', values.balance],
    ),
    ...when(data.balance >= 0n, text('say.nothing_to_do')),
    button('say.open_portal', data.portalUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const invoice: Writer<'invoice'> = (data, voice) => {
  const money = (amount: bigint) => voice.money(amount, data.currency);
  const values = {
    number: data.number,
    issued: voice.day(data.issuedOn),
    count: data.lines.count,
    gross: money(data.gross),
    due: money(data.due),
    method: data.method ? voice.method(data.method) : '',
  };
  const blocks = [
    text('invoice.lead'),
    text(`invoice.${settlementOf(data)}`),
    facts(
      ['label.net', money(data.net)],
      ['label.vat', money(data.vat)],
      ['label.gross', money(data.gross)],
      ['label.covered', money(data.covered)],
      ['label.due', money(data.due)],
    ),
    button('invoice.button', data.documentUrl),
    list('list.lines', data.lines, (line) => ({
      main: line.address,
      detail: `${line.platform} · ${voice.span(line.startsOn, line.endsOn)}`,
      amount: money(line.net),
    })),
  ];
  return { tone: data.due > 0n && !data.method ? 'warning' : 'calm', values, blocks };
};

export const creditNote: Writer<'credit_note'> = (data, voice) => {
  const money = (amount: bigint) => voice.money(amount, data.currency);
  const values = {
    number: data.number,
    invoice: data.invoice,
    gross: money(data.gross),
    reason: data.reason,
    toDebt: money(data.toDebt),
    toCredit: money(data.toCredit),
  };
  const blocks = [
    text('credit_note.lead'),
    ...when(data.toDebt > 0n, text('credit_note.to_debt')),
    ...when(data.toCredit > 0n, text('credit_note.to_credit')),
    facts(
      ['label.credit_note', data.number],
      ['label.issued_on', voice.day(data.issuedOn)],
      ['label.gross', values.gross],
      ['label.reason', data.reason],
    ),
    button('credit_note.button', data.documentUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const refund: Writer<'refund'> = (data, voice): Draft => {
  const values = {
    amount: voice.money(data.amount, data.currency),
    method: voice.method(data.method),
    at: voice.moment(data.refundedAt),
  };
  const blocks = [
    text('refund.lead'),
    text('refund.meaning'),
    facts(
      ['label.amount', values.amount],
      ['label.reason', data.reason],
      ['label.balance', voice.money(data.balance, data.currency)],
    ),
    text('say.nothing_to_do'),
    button('say.open_portal', data.portalUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const balanceLow: Writer<'balance_low'> = (data, voice) => {
  const { nextRenewal } = data;
  const values = {
    balance: voice.money(data.balance, data.currency),
    threshold: voice.money(data.threshold, data.currency),
    renewsOn: nextRenewal ? voice.day(nextRenewal.on) : '',
    gross: nextRenewal ? voice.money(nextRenewal.gross, data.currency) : '',
  };
  const blocks = [
    text('balance_low.lead'),
    ...when(nextRenewal !== null, text('balance_low.next_renewal')),
    text('balance_low.todo'),
    button('balance_low.button', data.topUpUrl),
    note('balance_low.note'),
  ];
  return { tone: 'warning', values, blocks };
};

function payer(paidBy: Method | 'transfer' | 'account', voice: Voice): { by: string; method: string } {
  if (typeof paidBy === 'string') return { by: paidBy, method: '' };
  return { by: 'method', method: voice.method(paidBy) };
}

function settlementOf({ due, method }: { due: bigint; method: Method | null }): 'covered' | 'collecting' | 'owed' {
  if (due === 0n) return 'covered';
  return method ? 'collecting' : 'owed';
}
