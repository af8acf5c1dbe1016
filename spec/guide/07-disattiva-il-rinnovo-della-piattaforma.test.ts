import assert from 'node:assert/strict';
import { refusalOf } from '#spec/build.ts';
import { story } from '#spec/story.ts';

const [monthly, yearly, none] = ['monthly@anna.example', 'yearly@anna.example', 'none@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R22',
    title: 'Disattiva il rinnovo della piattaforma',
    about: `> Con questa opzione disattivi tutta la tua piattaforma Exchange. Ti consigliamo di effettuare un backup di tutti gli
> account (export PST). Seleziona "Recedere" e conferma. Il servizio verrà disattivato alla data di scadenza.

Every mailbox ends at its own expiry, the platform with the last of them. A debt does not stand in the way.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [monthly]: ['monthly', '2027-01-25', '2027-02-25'],
      [yearly]: ['yearly', '2026-03-10', '2027-03-10'],
    });
    await world.day('2027-02-25', [
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
    ]);
    assert.equal(await anna.balance(), '-3.65');
    const wrong = anna.terminate('hosted-anna', 'hosted-ana');
    assert.equal(await refusalOf(wrong), 'name_mismatch');
    const { endings, closesOn } = await anna.terminate('hosted-anna');
    assert.deepEqual(
      endings.map(({ endsOn, mailboxes }) => `${mailboxes} on ${endsOn}`),
      ['1 on 2027-03-10', '1 on 2027-03-25'],
    );
    assert.equal(String(closesOn), '2027-03-25');
    await world.soon(['platforms.terminated']);
    await anna.bankTransfer(3_65n);

    await world.day('2027-03-10', ['payments.received', 'invoices.settled', 'orders.withdrawn', 'mailboxes.suspended']);
    assert.equal((await anna.mailbox(yearly)).state, 'suspended for expiry');
    assert.equal((await anna.mailbox(monthly)).state, 'active');
    await world.day('2027-03-25', ['mailboxes.suspended', 'platforms.closed']);
    assert.equal(await refusalOf(anna.revoke('hosted-anna')), 'platform_closed');
    assert.deepEqual(await anna.invoices(), ['F2027-000001 3.65']);
    await world.day('2027-04-25', [
      'mailboxes.deletion_announced',
      'mailboxes.deletion_announced',
      'mailboxes.ended',
      'mailboxes.deleted',
      'mailboxes.deletion_announced',
      'mailboxes.deletion_announced',
      'mailboxes.ended',
      'mailboxes.deleted',
    ]);
  },
);

story(
  {
    file: import.meta.filename,
    part: 'e-ripensaci',
    rules: 'R22',
    title: 'Recedere e ripensarci: ogni casella ritrova la sua modalità',
    about: `Three mailboxes with three modes. While the termination stands, the one whose expiry comes is suspended. Taken back,
the others are what they were before: monthly, yearly, none.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [monthly]: ['monthly', '2027-02-10', '2027-03-10'],
      [yearly]: ['yearly', '2026-03-11', '2027-03-11'],
      [none]: ['yearly', '2026-03-12', '2027-03-12'],
      'early@anna.example': ['monthly', '2027-02-01', '2027-03-01'],
    });
    await anna.registerMethod('success');
    await anna.changeMode([none], 'none');
    await anna.terminate('hosted-anna', 'hosted-anna', 'too many mailboxes');
    await world.day('2027-03-05', [
      'methods.started',
      'methods.registered',
      'mailboxes.modes_changed',
      'platforms.terminated',
      'mailboxes.suspended',
    ]);
    assert.equal((await anna.mailbox('early@anna.example')).state, 'suspended for expiry');
    assert.deepEqual(await anna.changeMode([monthly], 'yearly'), [
      'monthly@anna.example: refused (platform_terminated)',
    ]);

    await anna.revoke('hosted-anna');
    await world.soon(['platforms.termination_revoked', 'mailboxes.renewal_announced', 'mailboxes.renewal_announced']);
    const modes = await Promise.all([monthly, yearly, none].map(async (address) => (await anna.mailbox(address)).mode));
    assert.deepEqual(modes, ['monthly', 'yearly', 'none']);
    await world.day('2027-03-12', [
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'mailboxes.suspended',
    ]);
    assert.deepEqual(await anna.terms(monthly), ['2027-03-10 → 2027-04-10 monthly 2.99']);
    assert.deepEqual(await anna.terms(yearly), ['2027-03-11 → 2028-03-11 yearly 29.90']);
    assert.equal((await anna.mailbox(none)).state, 'suspended for expiry');
    await anna.changeMode(['early@anna.example'], 'monthly');
  },
);
