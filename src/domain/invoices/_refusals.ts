import { refusals } from '#kit/errors.ts';

export const refuseInvoice = refusals({
  invoice_unknown: [404, 'There is no such invoice.'],
  no_open_debt: [409, 'Nothing is owed on this invoice.'],
  amount_not_positive: [422, 'The amount must be above zero.'],
  more_than_invoiced: [422, 'Credit notes of an invoice can never exceed what was invoiced.'],
});
