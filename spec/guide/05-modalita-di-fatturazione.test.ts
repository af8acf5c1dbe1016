import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

const [a, b, c] = ['a@anna.example', 'b@anna.example', 'c@anna.example'];

story(
  {
    file: import.meta.filename,
    rules: 'R19 R20',
    title: 'Visualizza/Modifica la tua modalità di fatturazione',
    about: `> Puoi modificarla in qualsiasi momento. Seleziona il tipo di rinnovo e conferma: Mensile, Annuale, Nessuna. Esegui
> questa operazione prima della data di scadenza dell'offerta.
>
> La modifica del tipo di rinnovo non comporta la creazione di un buono d'ordine e viene registrata automaticamente al
> rinnovo dell'offerta.

Each mailbox follows at its own expiry, with what the preview said.`,
    today: '2027-02-01',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [a]: ['monthly', '2027-01-10', '2027-02-10'],
      [b]: ['monthly', '2027-01-20', '2027-02-20'],
      [c]: ['yearly', '2026-02-25', '2027-02-25'],
    });
    await anna.registerMethod('success');
    await world.soon([
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
    ]);

    const preview = await anna.previewMode([a, b], 'yearly');
    assert.deepEqual(preview, [
      'a@anna.example: monthly → yearly on 2027-02-10, 2.99 → 29.90',
      'b@anna.example: monthly → yearly on 2027-02-20, 2.99 → 29.90',
    ]);
    assert.deepEqual(await anna.changeMode([a, b], 'yearly'), preview);
    await anna.changeMode([c], 'monthly');
    // A term longer than a month is announced 40 days before, also when it becomes one later than that.
    await world.soon(['mailboxes.modes_changed', 'mailboxes.modes_changed', 'mailboxes.renewal_announced']);
    assert.deepEqual(await anna.invoices(), []);

    await world.day('2027-02-10', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'mailboxes.renewal_announced',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.terms(a), ['2027-02-10 → 2028-02-10 yearly 29.90']);
    await anna.changeMode([b], 'monthly');
    await world.day('2027-02-25', [
      'mailboxes.modes_changed',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.terms(b), ['2027-02-20 → 2027-03-20 monthly 2.99']);
    assert.deepEqual(await anna.terms(c), ['2027-02-25 → 2027-03-25 monthly 2.99']);
    assert.equal((await anna.mailbox(a)).mode, 'yearly');
  },
);

story(
  {
    file: import.meta.filename,
    part: 'il-19-del-mese',
    rules: 'R20',
    title: 'La modifica dopo il termine: conta per la scadenza successiva',
    about: `A seller may close the changes before the expiry, here on the 19th of the month before. What is chosen later waits
one term more and is not lost.`,
    today: '2027-02-18',
    policy: { mode_cutoff: '19th' },
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      [a]: ['monthly', '2027-01-31', '2027-02-28'],
      [b]: ['monthly', '2027-01-31', '2027-02-28'],
    });
    await anna.registerMethod('success');
    await anna.changeMode([a], 'yearly');
    await world.day('2027-02-20', [
      'methods.started',
      'methods.registered',
      'mailboxes.modes_changed',
      'mailboxes.renewal_announced',
    ]);
    assert.deepEqual(await anna.changeMode([b], 'yearly'), [
      'b@anna.example: monthly → yearly on 2027-03-31, 2.99 → 29.90',
    ]);
    await world.day('2027-02-28', [
      'mailboxes.modes_changed',
      'invoices.issued',
      'mailboxes.renewal_announced',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    await world.day('2027-03-31', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.deepEqual(await anna.terms(a), ['2027-02-28 → 2028-02-29 yearly 29.90']);
    assert.deepEqual(await anna.terms(b), [
      '2027-02-28 → 2027-03-31 monthly 2.99',
      '2027-03-31 → 2028-03-31 yearly 29.90',
    ]);
  },
);
