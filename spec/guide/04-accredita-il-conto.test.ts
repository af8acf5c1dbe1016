import assert from 'node:assert/strict';
import { refusalOf } from '#spec/build.ts';
import { story } from '#spec/story.ts';
import type { World } from '#spec/world.ts';

const source = `> Se il saldo del tuo conto OVH è negativo, riceverai un'email e potrai scegliere tra più modalità per accreditare il
> tuo conto:
>
> - registrare una modalità di pagamento per permetterci di effettuare il prelievo
> - utilizzare il link presente nell'e-mail per accedere a un buono d'ordine specifico
> - accreditare il conto dal tuo Spazio Cliente OVH`;

/** Anna has no method: on 1 March her account is below zero, and a letter tells her the three ways out. */
async function annaOwes(world: World) {
  const anna = await world.customer('Anna');
  await anna.platform('hosted-anna', { 'info@anna.example': ['yearly', '2026-03-01', '2027-03-01'] });
  await world.day('2027-03-01', [
    'mailboxes.renewal_announced',
    'invoices.issued',
    'collections.refused',
    'orders.placed',
  ]);
  assert.equal(await anna.balance(), '-36.48');
  assert.deepEqual(await anna.letters(), ['renewal_notice', 'debt']);
  return anna;
}

story(
  {
    file: import.meta.filename,
    part: '1-modalita',
    rules: 'R24 R27',
    title: 'Accredita il conto: registrare una modalità di pagamento',
    about: `${source}\n\nThe first way: as soon as a method is registered the debt is collected.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await annaOwes(world);
    const orderId = await anna.settlementOrder();
    await world.day('2027-03-03', []);
    await anna.registerMethod('paypal');
    await world.soon([
      'methods.started',
      'methods.registered',
      'charges.submitted',
      'payments.received',
      'invoices.settled',
      'orders.withdrawn',
    ]);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.letters(), ['method_added', 'collected']);
    assert.equal(await refusalOf(anna.openLink(orderId)), 'link_dead');
  },
);

story(
  {
    file: import.meta.filename,
    part: '2-link',
    rules: 'R8 R9 R24',
    title: "Accredita il conto: il link presente nell'e-mail",
    about: `${source}\n\nThe second way: the letter's link opens one order for exactly the debt, without login. Once paid it is dead.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await annaOwes(world);
    const orderId = await anna.settlementOrder();
    assert.equal((await anna.openLink(orderId)).gross, 36_48n);
    await anna.payOnPage(orderId);
    await world.soon(['payments.received', 'orders.paid', 'invoices.settled']);
    assert.equal(await anna.balance(), '0.00');
    assert.deepEqual(await anna.letters(), ['order_paid']);
    assert.equal(await refusalOf(anna.openLink(orderId)), 'link_dead');
  },
);

story(
  {
    file: import.meta.filename,
    part: '3-ricarica',
    rules: 'R7 R9 R24',
    title: 'Accredita il conto: la ricarica dallo Spazio Cliente',
    about: `> Inserisci l'importo da accreditare. Dopo averlo confermato, viene generato il relativo buono d'ordine.

The third way: a top-up. Nothing is credited until it is paid. A part of the debt paid this way changes what the link of
the first letter asked for: that order is withdrawn. What is too much stays as credit.`,
    today: '2027-02-20',
  },
  async (world) => {
    const anna = await annaOwes(world);
    const settlement = await anna.settlementOrder();
    assert.equal(await refusalOf(anna.topUp(9_99n)), 'amount_too_low');
    const small = await anna.topUp(10_00n);
    await world.soon(['orders.placed']);
    assert.equal(await anna.balance(), '-36.48');
    assert.equal(await refusalOf(anna.payFromAccount(small.orderId)), 'not_from_account');

    await anna.payOnPage(small.orderId);
    await world.soon(['payments.received', 'orders.paid', 'orders.withdrawn']);
    assert.equal(await anna.balance(), '-26.48');
    assert.equal(await refusalOf(anna.openLink(settlement)), 'link_dead');

    const large = await anna.topUp(50_00n);
    await anna.payOnPage(large.orderId);
    await world.soon(['orders.placed', 'payments.received', 'orders.paid', 'invoices.settled']);
    assert.equal(await anna.balance(), '23.52');
    assert.deepEqual(await anna.invoices(), ['F2027-000001 36.48']);
  },
);
