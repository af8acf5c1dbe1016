import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R4 R7 R23 R36',
    title: 'Credit pays a part, the method the rest',
    about: `Credit is always used first, also partly. What it does not cover is charged. A credit note given later is
free credit, and the next invoice uses it.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      'a@anna.example': ['yearly', '2026-03-01', '2027-03-01'],
      'b@anna.example': ['monthly', '2027-02-03', '2027-03-03'],
    });
    await anna.registerMethod('success');
    const order = await anna.topUp(20_00n);
    await anna.payOnPage(order.orderId);
    await world.soon([
      'methods.started',
      'methods.registered',
      'orders.placed',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'payments.received',
      'orders.paid',
    ]);
    assert.equal(await anna.balance(), '20.00');

    await world.day('2027-03-01', ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled']);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.charges(), ['succeeded 20.00', 'succeeded 16.48']);

    await world.operator.credit(anna, 'F2027-000001', 10_00n);
    await world.soon(['credit_notes.issued']);
    assert.equal(await anna.balance(), '12.20');
    await world.day('2027-03-03', ['invoices.issued']);
    assert.equal(await anna.balance(), '8.55');
    assert.equal(await anna.taken(), '36.48');
    assert.deepEqual(await anna.letters(), [
      'method_added',
      'order_placed',
      'renewal_notice',
      'renewal_notice',
      'order_paid',
      'collected',
      'credit_note',
      'invoice',
    ]);
  },
);
