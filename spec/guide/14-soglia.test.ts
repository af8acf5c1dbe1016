import assert from 'node:assert/strict';
import { refusalOf } from '#spec/build.ts';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R6',
    title: 'A threshold, and credit given back',
    about: `A letter goes out when the balance falls below the threshold the customer has set. Free credit goes back to the
method it came from.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { 'info@anna.example': ['monthly', '2027-02-01', '2027-03-01'] });
    const order = await anna.topUp(20_00n);
    await anna.payOnPage(order.orderId);
    await anna.setThreshold(18_00n);
    await world.soon([
      'orders.placed',
      'thresholds.changed',
      'mailboxes.renewal_announced',
      'payments.received',
      'orders.paid',
    ]);
    await world.day('2027-03-01', ['balances.fell_below_threshold', 'invoices.issued']);
    assert.equal(await anna.balance(), '16.35');
    assert.equal(await refusalOf(anna.withdraw(16_36n)), 'credit_too_low');
    await anna.withdraw(16_35n);
    await world.soon(['refunds.requested', 'payments.refunded']);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.letters(), [
      'order_placed',
      'renewal_notice',
      'order_paid',
      'balance_low',
      'invoice',
      'refund',
    ]);
  },
);
