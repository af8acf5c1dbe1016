import assert from 'node:assert/strict';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R2 R3 R4 R23',
    title: 'Il conto',
    about: `> Il saldo del conto OVH, di default, è 0. Quando viene emessa una fattura Microsoft, l'importo viene prelevato e il
> tuo conto OVH diventa negativo. Se il credito presente sulla modalità di pagamento che hai impostato è superiore o
> uguale all'importo da pagare, la fattura viene saldata automaticamente. Se il credito non è sufficiente, hai 7 giorni di
> tempo per ricaricare ed effettuare il pagamento.

The card here has a credit of 100.00: the first invoices fit, the yearly one does not. A charge takes the whole debt or
nothing.`,
    today: '2027-01-31',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', {
      'a@anna.example': ['monthly', '2027-01-15', '2027-02-15'],
      'b@anna.example': ['yearly', '2026-02-20', '2027-02-20'],
      'c@anna.example': ['yearly', '2026-03-01', '2027-03-01'],
      'd@anna.example': ['yearly', '2026-03-01', '2027-03-01'],
    });
    assert.equal(await anna.balance(), '0.00');
    await anna.registerMethod('credit_limit');
    await world.day('2027-02-15', [
      'methods.started',
      'methods.registered',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
    ]);
    await world.day('2027-02-20', ['invoices.issued', 'charges.submitted', 'payments.received', 'invoices.settled']);
    assert.deepEqual(await anna.statement(), [
      'invoice -3.65 → -3.65',
      'payment 3.65 → 0.00',
      'invoice -36.48 → -36.48',
      'payment 36.48 → 0.00',
    ]);

    await world.day('2027-03-01', [
      'mailboxes.renewal_announced',
      'invoices.issued',
      'charges.submitted',
      'charges.declined',
      'collections.refused',
      'orders.placed',
    ]);
    assert.equal(await anna.balance(), '-72.96');
    assert.equal((await anna.charges()).at(-1), 'declined insufficient_funds 72.96');
    await world.day('2027-03-07', [
      'charges.submitted',
      'charges.declined',
      'collections.refused',
      'charges.submitted',
      'charges.declined',
      'collections.refused',
      'debts.reminded',
      'charges.submitted',
      'charges.declined',
      'collections.refused',
    ]);
    assert.equal((await anna.charges()).length, 6);

    await anna.bankTransfer(72_96n);
    await world.soon(['payments.received', 'invoices.settled', 'orders.withdrawn']);
    assert.equal(await anna.balance(), '0.00');
  },
);
