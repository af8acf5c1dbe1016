import { refusals } from '#kit/errors.ts';

export const refusePayment = refusals({
  provider_missing: [422, 'This way of paying is not set up here.'],
  provider_unavailable: [503, 'The payment provider does not answer at the moment.'],
  provider_refused: [502, 'The payment provider did not accept the request.'],
  method_unknown: [404, 'There is no such payment method.'],
  method_not_valid: [409, 'This payment method cannot be charged.'],
  method_in_use: [409, 'A charge is under way with this payment method.'],
  last_method: [409, 'This is the last payment method.'],
  charge_under_way: [409, 'A payment is under way; its outcome comes first.'],
  page_open: [409, 'Another page for this is open, and cannot be closed at the moment.'],
  amount_not_positive: [422, 'The amount must be above zero.'],
  credit_too_low: [409, 'The free credit does not cover this amount.'],
  nothing_to_return_to: [409, 'No card or PayPal payment is left to which this amount could go back.'],
  charge_unknown: [404, 'There is no such charge.'],
  payment_unknown: [404, 'There is no such payment.'],
});
