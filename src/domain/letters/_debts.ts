import {
  type Block,
  button,
  debtValues,
  facts,
  list,
  mailboxRow,
  note,
  owedInvoices,
  text,
  threeWays,
  type Writer,
  when,
} from './_draft.ts';

export const collected: Writer<'collected'> = (data, voice) => {
  const values = {
    amount: voice.money(data.amount, data.currency),
    method: voice.method(data.method),
    at: voice.moment(data.collectedAt),
    invoices: voice.series(data.invoices),
    invoiceCount: data.invoices.length,
  };
  const blocks = [
    text('collected.lead'),
    text('collected.meaning'),
    text('say.nothing_to_do'),
    button('say.open_portal', data.portalUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const debt: Writer<'debt'> = (data, voice) => {
  const values = {
    ...debtValues(data, voice),
    method: data.method ? voice.method(data.method) : '',
    retryOn: data.retryOn ? voice.day(data.retryOn) : '',
  };
  const blocks: Block[] = [
    text(data.method ? 'debt.declined' : 'debt.no_method'),
    text('debt.meaning'),
    ...when(data.retryOn !== null, text('debt.retry')),
    text('debt.choose'),
    threeWays(data, data.method ? 'way.other_method' : 'way.method'),
    owedInvoices(data, voice),
  ];
  return { tone: 'warning', values, blocks };
};

export const reminder: Writer<'reminder'> = (data, voice) => {
  const values = { ...debtValues(data, voice), days: data.daysLeft };
  const blocks = [
    text('reminder.lead'),
    text('debt.meaning'),
    text('debt.choose'),
    threeWays(data),
    owedInvoices(data, voice),
    note('reminder.note'),
  ];
  return { tone: 'warning', values, blocks };
};

export const suspended: Writer<'suspended'> = (data, voice) => {
  const values = {
    ...debtValues(data, voice),
    count: data.suspended.count,
    inbound: data.inbound,
    endsOn: voice.day(data.endsOn),
  };
  const blocks = [
    text('suspended.lead'),
    text('suspended.meaning'),
    text('suspended.todo'),
    threeWays(data),
    list('list.suspended', data.suspended, mailboxRow),
    owedInvoices(data, voice),
  ];
  return { tone: 'grave', values, blocks };
};

export const resumed: Writer<'resumed'> = (data, voice) => {
  const values = { count: data.mailboxes.count, at: voice.moment(data.resumedAt) };
  const blocks = [
    text('resumed.lead'),
    text('say.nothing_to_do'),
    list('list.mailboxes', data.mailboxes, mailboxRow),
    button('say.open_portal', data.portalUrl),
  ];
  return { tone: 'good', values, blocks };
};

export const endingSoon: Writer<'ending_soon'> = (data, voice) => {
  const values = {
    ...debtValues(data, voice),
    count: data.ending.count,
    endsOn: voice.day(data.endsOn),
    days: data.daysLeft,
  };
  const blocks = [
    text('ending_soon.lead'),
    text('ending_soon.meaning'),
    text('ending_soon.todo'),
    threeWays(data),
    list('list.ending', data.ending, mailboxRow),
    owedInvoices(data, voice),
  ];
  return { tone: 'grave', values, blocks };
};

export const paymentFailedAction: Writer<'payment_failed_action'> = (data, voice) => {
  const values = {
    amount: voice.money(data.amount, data.currency),
    method: voice.method(data.method),
    deadline: voice.deadline(data.deadlineAt),
    invoices: voice.series(data.invoices),
    invoiceCount: data.invoices.length,
  };
  const blocks = [
    text('payment_failed_action.lead'),
    text('payment_failed_action.todo'),
    facts(['label.amount', values.amount], ['label.pay_by', values.deadline]),
    button('payment_failed_action.button', data.link),
    note('payment_failed_action.note'),
  ];
  return { tone: 'warning', values, blocks };
};
