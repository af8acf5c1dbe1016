import { refusals } from '#kit/errors.ts';

export const refuse = refusals({
  bad_prices: [422, 'These prices cannot be taken as they are; nothing was changed.'],
  bad_plans: [422, 'These plans cannot be taken as they are; nothing was changed.'],
  bad_vat_rates: [422, 'These VAT rates cannot be taken as they are; nothing was changed.'],
  unknown_plan: [404, 'There is no such plan.'],
  no_vat_rate: [422, 'We know no VAT rate for that country and day.'],
});
