import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R16 R37',
    title: 'The brake, and what is set aside',
    about: `A run that would renew more than a set amount takes nothing from anybody until an operator has said why it may. What
one customer may be renewed for has a ceiling of its own: above it the mailboxes are set aside, the others go on, and an
operator releases them.`,
    today: '2027-02-25',
    policy: { brake_amount: 50_00, customer_ceiling: 40_00 },
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { 'a@anna.example': ['yearly', '2026-03-01', '2027-03-01'] });
    const bruno = await world.customer('Bruno');
    await bruno.platform('hosted-bruno', {
      'a@bruno.example': ['yearly', '2026-03-01', '2027-03-01'],
      'b@bruno.example': ['yearly', '2026-03-01', '2027-03-01'],
    });
    await anna.registerMethod('success');
    await bruno.registerMethod('success');
    await world.day('2027-02-28', {
      Anna: ['methods.started', 'methods.registered', 'mailboxes.renewal_announced'],
      Bruno: ['methods.started', 'methods.registered', 'mailboxes.renewal_announced'],
    });

    await world.day('2027-03-01', {});
    assert.deepEqual(await anna.invoices(), []);
    await world.operator.confirmRun('a large month, checked');
    await world.soon({
      Bruno: ['mailboxes.parked'],
      Anna: ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled'],
    });
    assert.deepEqual(await anna.invoices(), ['F2027-000001 36.48']);
    assert.deepEqual(await bruno.invoices(), []);
    const reason = 'the run would renew 59.80 EUR net for this customer, above the ceiling of 40.00 EUR';
    assert.deepEqual(await world.operator.listParked(), [reason, reason]);

    await world.operator.changePolicy({ customer_ceiling: null });
    await world.operator.release(bruno, 'two years at once are right');
    await world.soon([
      'mailboxes.released',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await bruno.terms('b@bruno.example'), ['2027-03-01 → 2028-03-01 yearly 29.90']);
  },
);
