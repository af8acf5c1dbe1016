import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R12 R13 R23 R33',
    title: 'Informazioni generali',
    about: `> Di default, le nostre soluzioni Microsoft (Exchange 2013/2016, Office 365) si rinnovano automaticamente.
>
> Per saldare le tue fatture, puoi utilizzare il conto OVH registrando una modalità di pagamento.

Nobody does anything: on the day their terms end the mailboxes renew, on one invoice; it is collected from the payment
method, and the account is back at zero.`,
    today: '2027-01-10',
  },
  async (world) => {
    const anna = await world.customer('Anna', { language: 'it' });
    await anna.platform('hosted-anna', {
      'anna@anna.example': ['monthly', '2026-12-31', '2027-01-31'],
      'shop@anna.example': ['yearly', '2026-01-31', '2027-01-31'],
    });
    await anna.registerMethod('success');
    await world.soon(['methods.started', 'methods.registered', 'mailboxes.renewal_announced']);
    assert.deepEqual(await anna.letters(), ['method_added', 'renewal_notice']);

    await world.day('2027-01-31', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    assert.equal(await anna.balance(), '0.00');
  },
);
