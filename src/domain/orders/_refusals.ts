import { refusals } from '#kit/errors.ts';

export const refuseOrder = refusals({
  order_unknown: [404, 'There is no such order.'],
  order_closed: [409, 'This order is closed.'],
  link_dead: [404, 'This link opens nothing any more.'],
  bad_order: [422, 'This order cannot be placed as it is.'],
  nothing_owed: [409, 'Nothing is owed.'],
  account_held: [409, 'The account is being looked at by our staff.'],
  amount_too_low: [422, 'The amount is below the least that can be topped up.'],
  amount_too_high: [422, 'The amount is above the most that can be topped up at once.'],
  not_from_account: [409, 'This order cannot be paid from the prepaid account.'],
  credit_too_low: [409, 'The free credit does not cover this order.'],
  bad_transfer: [422, 'This transfer cannot be recorded as it is.'],
  charge_under_way: [409, 'A payment is under way; its outcome comes first.'],
  method_not_valid: [409, 'This payment method cannot be charged.'],
  reference_used: [409, 'This bank reference already stands for other money.'],
});
