import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const platform = { 'info@anna.example': ['monthly', '2027-02-01', '2027-03-01'] } as const;

story(
  {
    file: import.meta.filename,
    part: '1-metodo-di-riserva',
    rules: 'R26 R23',
    title: 'The backup method',
    about: 'The default is refused for good, the backup pays in the same round. Nobody has to do anything.',
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', platform);
    await anna.registerMethod('stolen_card');
    await anna.nameBackups(await anna.registerMethod('paypal'));
    await world.soon([
      'methods.started',
      'methods.registered',
      'methods.started',
      'methods.registered',
      'methods.changed',
      'mailboxes.renewal_announced',
    ]);
    await world.day('2027-03-01', [
      'invoices.issued',
      'charges.submitted',
      'charges.declined',
      'methods.failed',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.charges(), ['declined stolen_card 3.65', 'succeeded 3.65']);
    assert.equal(await anna.balance(), '0.00');
    await world.day('2027-04-01', [
      'mailboxes.renewal_announced',
      'methods.found_unfit',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.letters(), [
      'method_added',
      'method_added',
      'renewal_notice',
      'collected',
      'renewal_notice',
      'method_unfit',
      'collected',
    ]);
  },
);

story(
  {
    file: import.meta.filename,
    part: '2-nuovi-tentativi',
    rules: 'R26 R34',
    title: 'Refused, and tried again on days 1, 3 and 6',
    about: `A soft refusal is tried again on days 1, 3 and 6, and told once. Then the deadline decides.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', platform);
    await anna.registerMethod('insufficient_funds');
    await world.day('2027-03-01', [
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'charges.declined',
      'collections.refused',
      'orders.placed',
    ]);
    await world.day('2027-03-02', ['charges.submitted', 'charges.declined', 'collections.refused']);
    await world.day('2027-03-04', ['charges.submitted', 'charges.declined', 'collections.refused']);
    await world.day('2027-03-07', ['debts.reminded', 'charges.submitted', 'charges.declined', 'collections.refused']);
    await world.day('2027-03-08', ['debts.reminded']);
    assert.equal((await anna.charges()).length, 4);
    assert.deepEqual(await anna.letters(), ['method_added', 'renewal_notice', 'debt', 'reminder', 'reminder']);
  },
);

story(
  {
    file: import.meta.filename,
    part: '3-autenticazione',
    rules: 'R26',
    title: 'The bank wants the payer in person',
    about: `The bank asks for the card’s owner: a letter with a link, and no loop of charges. The owner pays on the page.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', platform);
    await anna.registerMethod('authentication_required');
    await world.day('2027-03-01', [
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'charges.action_required',
      'collections.action_required',
      'orders.placed',
    ]);
    await world.day('2027-03-03', []);
    assert.deepEqual(await anna.charges(), ['action_required 3.65']);
    await anna.payOnPage(await anna.settlementOrder(), 'authentication_required');
    await world.soon(['payments.received', 'orders.paid', 'invoices.settled']);
    assert.equal(await anna.balance(), '0.00');
    assert.equal(await anna.taken(), '3.65');
    assert.deepEqual(await anna.letters(), ['method_added', 'renewal_notice', 'payment_failed_action', 'order_paid']);
  },
);

story(
  {
    file: import.meta.filename,
    part: '4-esito-ignoto',
    rules: 'R28 P2',
    title: 'Nobody knows whether it was paid',
    about: `The provider took the money and its answer got lost. It is asked after five minutes, after an hour and then daily,
and nothing is sent again; until it has answered no other charge begins.`,
    today: '2027-02-25',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', platform);
    await anna.registerMethod('success');
    world.breakWire({ confirmCharge: 'timeout_after', getCharge: 'timeout_before' });
    await world.day('2027-03-01', [
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'charges.became_unknown',
    ]);
    assert.equal(await anna.balance(), '-3.65');
    assert.equal(await anna.taken(), '3.65');
    await world.later({ minutes: 6 }, []);
    await world.later({ hours: 2 }, []);
    assert.deepEqual(await anna.charges(), ['unknown 3.65']);
    // The nightly comparison finds the money two hours before the charge itself is asked for again.
    world.expectWarnings('provider and ledger differ');
    await world.later({ hours: 22 }, []);
    world.breakWire({});
    await world.later({ hours: 2 }, ['payments.received', 'invoices.settled']);
    assert.equal(await anna.taken(), '3.65');
    assert.equal(await anna.balance(), '0.00');
  },
);
