import assert from 'node:assert/strict';
import { refusalOf } from '#spec/build.ts';
import { story } from '#spec/story.ts';

story(
  {
    file: import.meta.filename,
    rules: 'R31 R32 R27',
    title: 'Registra una modalità di pagamento dal tuo Spazio Cliente',
    about: `> Clicca su "Aggiungi un metodo di pagamento". Ti vengono proposte queste modalità: Paypal, Carta di credito.

The first method that the provider calls valid becomes the default. The last one goes only after a warning that names
what will renew without it. What is registered while money is owed is charged at once.`,
    today: '2027-02-01',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { 'info@anna.example': ['monthly', '2027-02-01', '2027-03-01'] });
    const card = await anna.registerMethod('success');
    await world.soon(['methods.started', 'methods.registered']);
    const paypal = await anna.registerMethod('paypal');
    await world.soon(['methods.started', 'methods.registered']);
    await anna.removeMethod(card, false);
    await world.soon(['methods.removed']);

    const renewing = ['info@anna.example'];
    assert.equal(await refusalOf(anna.removeMethod(paypal, false, renewing)), 'last_method');
    await anna.removeMethod(paypal, true, renewing);
    await world.soon(['methods.removed']);
    assert.deepEqual(await anna.letters(), ['method_added', 'method_added', 'method_removed', 'method_removed']);

    await world.day('2027-03-01', [
      'mailboxes.renewal_announced',
      'methods.found_unfit',
      'invoices.issued',
      'collections.refused',
      'orders.placed',
    ]);
    assert.equal(await anna.balance(), '-3.65');
    await anna.registerMethod('success');
    await world.soon([
      'methods.started',
      'methods.registered',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'orders.withdrawn',
    ]);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.letters(), ['renewal_notice', 'method_unfit', 'debt', 'method_added', 'collected']);
  },
);

story(
  {
    file: import.meta.filename,
    part: 'carta-in-scadenza',
    rules: 'R32 R33',
    title: 'Una carta che scade',
    about:
      'Thirty and seven days before a card expires its owner is told; when it has expired it is not charged any more.',
    today: '2027-03-20',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.registerMethod('success', '04/27');
    await world.soon(['methods.started', 'methods.registered']);
    await world.day('2027-03-31', ['methods.expiring']);
    await world.day('2027-04-23', ['methods.expiring']);
    await world.day('2027-05-02', ['methods.expired']);
    assert.deepEqual(await anna.letters(), ['method_added', 'method_expiring', 'method_expiring']);
  },
);

story(
  {
    file: import.meta.filename,
    part: 'che-non-funzionera',
    rules: 'R32 R33',
    title: 'Una modalità che non funzionerà',
    about: `Fifteen days before each renewal the provider is asked how the methods are, and a letter tells which will not work,
why, what renews for how much, and what will be charged in their place.`,
    today: '2027-03-10',
  },
  async (world) => {
    const anna = await world.customer('Anna');
    await anna.platform('hosted-anna', { 'info@anna.example': ['monthly', '2027-03-01', '2027-04-01'] });
    await anna.registerMethod('success', '03/27');
    await world.soon(['methods.started', 'methods.registered', 'methods.expiring']);
    await world.day('2027-03-17', ['mailboxes.renewal_announced', 'methods.found_unfit']);
    await anna.registerMethod('paypal');
    await world.soon(['methods.started', 'methods.registered']);
    assert.deepEqual(await anna.letters(), [
      'method_added',
      'method_expiring',
      'renewal_notice',
      'method_unfit',
      'method_added',
    ]);
  },
);
