import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [a, b] = ['a@anna.example', 'b@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R25 R29 R33 R34 P6',
    title: 'Late payment, after the suspension',
    about: `Nobody pays for seven days: reminders three days and one day before the deadline, then the mailboxes on the unpaid
invoice are suspended, and only they: nobody signs in, mail is still taken in. While suspended they are not renewed. The
payment lifts it at once, and the next term starts at the old expiry.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [a]: ['monthly', '2027-02-01', '2027-03-01'],
      [b]: ['yearly', '2026-12-01', '2027-12-01'],
    });
    await world.day('2027-03-01', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
    ]);
    await world.day('2027-03-08', ['debts.reminded', 'debts.reminded']);
    assert.equal((await anna.mailbox(a)).access, 'sign-in on, mail accept');
    await world.day('2027-03-09', ['mailboxes.suspended']);
    assert.deepEqual(await anna.mailbox(a), {
      state: 'suspended for debt',
      mode: 'monthly',
      expiresOn: '2027-04-01',
      deleteOn: '2027-04-08',
      access: 'sign-in off, mail accept',
    });
    assert.equal((await anna.mailbox(b)).access, 'sign-in on, mail accept');
    assert.equal(await anna.receiveMail(a), 'accepted');

    await world.day('2027-04-05', ['orders.expired', 'mailboxes.deletion_announced', 'orders.placed']);
    assert.deepEqual(await anna.invoices(), ['F2027-000001 3.65 (3.65 owed)']);
    await anna.payOnPage(await anna.settlementOrder());
    await world.soon([
      'payments.received',
      'orders.paid',
      'invoices.settled',
      'mailboxes.resumed',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
    ]);
    assert.equal((await anna.mailbox(a)).access, 'sign-in on, mail accept');
    assert.deepEqual(await anna.terms(a), [
      '2027-03-01 → 2027-04-01 monthly 2.99',
      '2027-04-01 → 2027-05-01 monthly 2.99',
    ]);
    assert.deepEqual(await anna.letters(), [
      'renewal_notice',
      'debt',
      'reminder',
      'reminder',
      'suspended',
      'ending_soon',
      'order_paid',
      'resumed',
      'debt',
    ]);
  },
);

story(
  {
    file: import.meta.filename,
    part: 'mai-pagato',
    rules: 'R30 R33',
    title: 'Never paid: the mailbox ends, the debt stays',
    about: `After a further 30 days, with letters 7 days and 1 day before, a mailbox suspended for debt ends and its content is
deleted. The debt stays until it is paid or an operator writes it off.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { [a]: ['monthly', '2027-02-01', '2027-03-01'] });
    await world.day('2027-03-09', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
      'debts.reminded',
      'debts.reminded',
      'mailboxes.suspended',
    ]);
    await world.day('2027-04-07', [
      'orders.expired',
      'mailboxes.deletion_announced',
      'orders.placed',
      'mailboxes.deletion_announced',
    ]);
    await world.day('2027-04-08', ['mailboxes.ended', 'mailboxes.deleted']);
    await assert.rejects(anna.mailbox(a), /there is no mailbox/);
    await world.day('2027-05-10', ['orders.expired']);
    assert.deepEqual(await anna.invoices(), ['F2027-000001 3.65 (3.65 owed)']);
    await world.operator.writeOff(anna, 'F2027-000001', 'not worth a lawyer');
    await world.soon(['debts.written_off', 'invoices.settled']);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.letters(), [
      'renewal_notice',
      'debt',
      'reminder',
      'reminder',
      'suspended',
      'ending_soon',
      'ending_soon',
      'ended',
    ]);
  },
);
