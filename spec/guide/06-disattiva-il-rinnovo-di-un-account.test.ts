import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [keep, leave, doubt] = ['keep@anna.example', 'leave@anna.example', 'doubt@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R21 R33 P5 P6',
    title: 'Disattiva il rinnovo di un account',
    about: `> Ti consigliamo di eseguire un backup dell'account prima della sua sospensione (export PST).
>
> Se non vuoi rinnovare uno o più account, seleziona "Nessuna" e conferma.

At its expiry the mailbox is suspended and nothing is invoiced; its content is kept for 30 days, with a letter 7 days and
1 day before it is deleted. Until the expiry “none” can be taken back, and the mode before it returns exactly.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [keep]: ['monthly', '2027-02-01', '2027-03-01'],
      [leave]: ['monthly', '2027-02-01', '2027-03-01'],
      [doubt]: ['yearly', '2026-03-01', '2027-03-01'],
    });
    await anna.registerMethod('success');
    await anna.changeMode([leave, doubt], 'none');
    await world.soon([
      'methods.started',
      'methods.registered',
      'mailboxes.modes_changed',
      'mailboxes.renewal_announced',
    ]);
    await anna.changeMode([doubt], 'previous');
    // More renews on that day than was told: it is told again.
    await world.soon(['mailboxes.modes_changed', 'mailboxes.renewal_announced']);
    assert.equal((await anna.mailbox(doubt)).mode, 'yearly');

    await world.day('2027-03-01', [
      'mailboxes.suspended',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.invoices(), ['F2027-000001 40.13']);
    assert.deepEqual(await anna.mailbox(leave), {
      state: 'suspended for expiry',
      mode: 'none',
      expiresOn: '2027-03-01',
      deleteOn: '2027-03-31',
      access: 'sign-in off, mail reject',
    });
    assert.equal(await anna.receiveMail(leave), 'rejected');
    assert.deepEqual(await anna.changeMode([leave], 'monthly'), ['leave@anna.example: refused (mailbox_in_retention)']);

    await world.day('2027-03-30', [
      'mailboxes.renewal_announced',
      'mailboxes.deletion_announced',
      'mailboxes.deletion_announced',
    ]);
    await world.day('2027-03-31', ['mailboxes.ended', 'mailboxes.deleted']);
    await assert.rejects(anna.mailbox(leave), /there is no mailbox/);
    assert.deepEqual(await anna.terms(leave), []);
    assert.deepEqual(await anna.letters(), [
      'method_added',
      'mode_changed',
      'renewal_notice',
      'mode_changed',
      'renewal_notice',
      'ended',
      'collected',
      'renewal_notice',
      'deletion_warning',
      'deletion_warning',
      'ended',
    ]);
  },
);
