import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const address = 'info@anna.example';

story(
  {
    file: import.meta.filename,
    rules: 'R21 R13',
    title: 'Bought back within the retention',
    about: `A mailbox that was not renewed can be bought back until its content is deleted: with everything in it, from today,
counted anew from today. The days it was off are never billed.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { [address]: ['monthly', '2027-02-01', '2027-03-01'] });
    await anna.changeMode([address], 'none');
    await world.day('2027-02-28', ['mailboxes.modes_changed']);
    assert.equal(await anna.receiveMail(address), 'accepted');
    await world.day('2027-03-20', ['mailboxes.suspended']);
    assert.equal((await anna.mailbox(address)).state, 'suspended for expiry');

    const order = await anna.order([{ mailboxId: await anna.mailboxId(address), mode: 'yearly' }]);
    await anna.payOnPage(order.orderId);
    await world.soon(['orders.placed', 'payments.received', 'orders.paid', 'mailboxes.started', 'invoices.issued']);
    assert.deepEqual(await anna.mailbox(address), {
      state: 'active',
      mode: 'yearly',
      expiresOn: '2028-03-20',
      deleteOn: null,
      access: 'sign-in on, mail accept',
    });
    assert.equal(await anna.messagesIn(address), 1);
    assert.deepEqual(await anna.terms(address), ['2027-03-20 → 2028-03-20 yearly 29.90']);
    await world.day('2027-04-10', []);
  },
);
