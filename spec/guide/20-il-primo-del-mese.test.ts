import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [monthly, yearly, first] = ['monthly@anna.example', 'yearly@anna.example', 'first@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R17 R12',
    title: 'Everything on the 1st of the month',
    about: `A plan may be aligned to the 1st. Each mailbox goes there with its next renewal: a monthly one pays the days until the
next 1st, a yearly one those days and twelve months in the same invoice, both by their share. From then on all of them
renew together; who renewed on the 1st already notices nothing.`,
    today: '2027-03-10',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [monthly]: ['monthly', '2027-02-20', '2027-03-20'],
      [yearly]: ['yearly', '2026-03-25', '2027-03-25'],
      [first]: ['monthly', '2027-03-01', '2027-04-01'],
    });
    await anna.registerMethod('success');
    await world.operator.alignPlan();
    await world.soon([
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
    ]);

    const announced = 'mailboxes.renewal_announced';
    const collected = ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled'] as const;
    // What the mailbox pays on the 1st with the others is told as soon as it comes to that day.
    await world.day('2027-03-20', [announced, 'invoices.issued', announced, ...collected.slice(1)]);
    await world.day('2027-03-25', collected);
    await world.day('2027-04-01', collected);
    await world.day('2027-05-01', [announced, ...collected]);

    assert.deepEqual(await anna.terms(monthly), [
      '2027-03-20 → 2027-04-01 monthly 1.16',
      '2027-04-01 → 2027-05-01 monthly 2.99',
      '2027-05-01 → 2027-06-01 monthly 2.99',
    ]);
    assert.deepEqual(await anna.terms(yearly), ['2027-03-25 → 2028-04-01 yearly 30.47']);
    assert.deepEqual(await anna.terms(first), [
      '2027-04-01 → 2027-05-01 monthly 2.99',
      '2027-05-01 → 2027-06-01 monthly 2.99',
    ]);
    assert.equal((await anna.invoices()).length, 4, 'those that renew together are on one invoice');
  },
);
