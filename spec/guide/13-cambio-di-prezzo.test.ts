import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [before, after, monthly] = ['before@anna.example', 'after@anna.example', 'monthly@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R15',
    title: 'A price changes in the middle of a year',
    about: `The price in force on the first day of a term counts. A change is announced first; who renewed before it keeps the old
price for the whole year.`,
    today: '2027-03-01',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [before]: ['yearly', '2026-04-30', '2027-04-30'],
      [after]: ['yearly', '2026-05-01', '2027-05-01'],
      [monthly]: ['monthly', '2027-02-15', '2027-03-15'],
    });
    await anna.registerMethod('success');
    await world.operator.changePrice('2027-05-01', { monthly: 3_49n, yearly: 34_90n });
    await world.soon(['methods.started', 'methods.registered', 'prices.announced', 'mailboxes.renewal_announced']);
    await world.day('2027-04-30', [
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'mailboxes.renewal_announced',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'mailboxes.renewal_announced',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    await world.day('2027-05-15', [
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.terms(before), ['2027-04-30 → 2028-04-30 yearly 29.90']);
    assert.deepEqual(await anna.terms(after), ['2027-05-01 → 2028-05-01 yearly 34.90']);
    assert.deepEqual(await anna.terms(monthly), [
      '2027-03-15 → 2027-04-15 monthly 2.99',
      '2027-04-15 → 2027-05-15 monthly 2.99',
      '2027-05-15 → 2027-06-15 monthly 3.49',
    ]);
    assert.deepEqual(await anna.letters(), [
      'method_added',
      'price_announced',
      'renewal_notice',
      'collected',
      'renewal_notice',
      'renewal_notice',
      'renewal_notice',
      'renewal_notice',
      'collected',
      'renewal_notice',
      'renewal_notice',
      'collected',
      'collected',
      'collected',
    ]);
  },
);
