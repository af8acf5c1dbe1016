import assert from 'node:assert/strict';
import { refusalOf } from '#spec/build.ts';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    part: '1-pagato-due-volte',
    rules: 'R11 R7',
    title: 'An order paid twice',
    about: `Anna has the provider’s page of her order open when her bank transfer arrives, and pays again. The order is paid
once; the second payment is free credit, not lost, and goes back to the card when she asks for it.`,
    today: '2027-03-01',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    const order = await anna.topUp(20_00n);
    const page = await anna.openPage(order.orderId);
    await world.soon(['orders.placed']);
    await anna.bankTransfer(20_00n, order.orderId);
    await anna.payPage(page);
    await world.soon(['payments.received', 'orders.paid', 'payments.received']);
    assert.equal(await anna.balance(), '40.00');
    await anna.withdraw(20_00n);
    await world.soon(['refunds.requested', 'payments.refunded']);
    assert.equal(await anna.balance(), '20.00');
    assert.equal(await refusalOf(anna.withdraw(20_00n)), 'nothing_to_return_to');
    assert.deepEqual(await anna.letters(), ['order_placed', 'order_paid', 'order_paid', 'refund']);
  },
);

story(
  {
    file: import.meta.filename,
    part: '2-scaduto',
    rules: 'R7 R8 R11',
    title: 'An order that expired',
    about: `Anna opens the provider’s page and does not pay: nothing is credited. Unpaid for 15 days an order expires: its link is
dead and it cannot be paid. A bank transfer that still comes for it is free credit.`,
    today: '2027-03-15',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    const order = await anna.topUp(20_00n);
    await anna.openPage(order.orderId);
    await world.day('2027-03-29', ['orders.placed']);
    assert.equal((await anna.openLink(order.orderId)).state, 'open');
    await world.day('2027-03-30', ['orders.expired', 'charges.withdrawn']);
    assert.equal(await refusalOf(anna.openLink(order.orderId)), 'link_dead');
    assert.equal(await refusalOf(anna.openPage(order.orderId)), 'order_closed');
    assert.equal(await anna.balance(), '0.00');
    await anna.bankTransfer(20_00n, order.orderId);
    await world.soon(['payments.received']);
    assert.equal(await anna.balance(), '20.00');
  },
);

story(
  {
    file: import.meta.filename,
    part: '3-nuove-caselle',
    rules: 'R10 R11',
    title: 'New mailboxes',
    about: `A preview with the price, the first term and the next renewal; then an order. The mailboxes start when it is paid,
for that price, and renew in the mode they were ordered in.`,
    today: '2027-01-31',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { 'old@anna.example': ['yearly', '2026-12-01', '2027-12-01'] });
    const platformId = await anna.platformId('hosted-anna');
    const line = (address: string, mode: 'monthly' | 'yearly') => ({
      platformId,
      plan: 'exchange-2016',
      address,
      mode,
    });
    const wanted = [line('new@anna.example', 'monthly'), line('year@anna.example', 'yearly')];
    const preview = await anna.preview(wanted);
    assert.deepEqual([preview.net, preview.vat, preview.gross], [32_89n, 7_24n, 40_13n]);
    assert.deepEqual(
      preview.lines.map(({ startsOn, endsOn, renewal }) => `${startsOn} → ${endsOn}, then ${renewal.on}`),
      ['2027-01-31 → 2027-02-28, then 2027-02-28', '2027-01-31 → 2028-01-31, then 2028-01-31'],
    );
    const order = await anna.order(wanted);
    await world.soon(['orders.placed']);
    await assert.rejects(anna.mailbox('new@anna.example'), /there is no mailbox/);
    await anna.payOnPage(order.orderId);
    await world.soon(['payments.received', 'orders.paid', 'mailboxes.started', 'invoices.issued']);
    assert.equal((await anna.mailbox('new@anna.example')).access, 'sign-in on, mail accept');

    const transfer = await anna.topUp(10_00n);
    await anna.bankTransfer(10_00n, transfer.orderId);
    const third = await anna.order([line('third@anna.example', 'monthly')]);
    assert.equal(await refusalOf(anna.order([line('new@anna.example', 'monthly')])), 'bad_order');
    await anna.payFromAccount(third.orderId);
    await world.soon([
      'orders.placed',
      'payments.received',
      'orders.paid',
      'orders.placed',
      'orders.paid',
      'mailboxes.started',
      'invoices.issued',
    ]);
    assert.equal(await anna.balance(), '6.35');

    await world.day('2027-02-28', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
    ]);
    assert.deepEqual(await anna.terms('new@anna.example'), [
      '2027-01-31 → 2027-02-28 monthly 2.99',
      '2027-02-28 → 2027-03-31 monthly 2.99',
    ]);
    assert.equal(await anna.balance(), '-0.95');
  },
);
