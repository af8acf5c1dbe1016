import { refusals } from '#kit/errors.ts';

export const refuse = refusals({
  bad_customers: [422, 'These customers cannot be taken as they are; nothing was changed.'],
  customers_exist: [409, 'Some of these customers are registered already; nothing was changed.'],
  unknown_customer: [404, 'There is no such customer.'],
  bad_seller: [422, 'The seller cannot be written like this; nothing was changed.'],
  no_seller: [409, 'There is no seller yet.'],
  bad_policy: [422, 'This policy cannot be taken; nothing was changed.'],
});
