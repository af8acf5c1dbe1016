import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openLetter } from './_letters.ts';
import { booked, booksOf, figuresOf } from './_orders.ts';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

const words = {
  it: {
    crediting: 'Accredita il conto',
    general: 'Informazioni generali',
    register: 'Registra una modalità di pagamento dal tuo Spazio Cliente',
    account: 'Il conto',
    credit: 'Accredita il conto',
    methods: 'I miei metodi di pagamento',
    add: 'Aggiungi un metodo di pagamento',
    card: 'Carta di credito',
    providers: 'Registra un metodo di pagamento',
    works: /Visa.*funziona sempre/,
    payer: /payer@paypal.*funziona sempre/,
    registerIt: 'Registra',
    registered: 'Metodo di pagamento registrato',
    byThemselves: 'da ora le fatture si saldano da sole',
    calm: 'i rinnovi procedono da soli',
    next: 'Prossime fatture',
    firstOfApril: '1 apr 2027',
    isDefault: 'Predefinito',
    backup: 'Usa come riserva: PayPal',
    isBackup: 'Riserva 1',
    until: 'Valido fino al 31 dicembre 2034',
    balance: 'Saldo del conto',
    zero: /Il saldo, di default, è 0/,
    negative: 'Il conto è negativo: manca questo importo per saldare le fatture.',
    myAccount: 'Il mio account',
    invoice: /Fattura F2027/,
    payment: /Pagamento ricevuto/,
    chart: 'Saldo degli ultimi 12 mesi',
    lowest: /il più basso a fine giornata è stato -3,65.€/,
    days: 'tra 7 giorni',
    toPay: /Da pagare: 3,65.€/,
    ways: 'Tre modi per saldare',
    wayMethod: 'Registra un metodo di pagamento',
    wayTopUp: 'Accredita il conto',
    debtLetter: /^Da saldare: 3,65.€ entro/,
    openOrder: "Apri il buono d'ordine",
    payByCard: /^Paga 3,65.€ con carta/,
    pay: 'Paga',
    thanks: 'Già pagato. Grazie!',
    topUp: 'Accredita',
    amount: 'Importo da accreditare',
    tooLittle: 'Questo importo non è tra quelli possibili.',
    goOn: 'Continua',
    notBefore: 'non prima',
    makeOrder: "Conferma e genera il buono d'ordine",
    order: 'Buono d',
    payWith: /^Paga 25,00.€ con Visa/,
    paid: "è pagato: l'importo è sul tuo conto",
    owed: '-3,65',
    credited: '25,00',
  },
  en: {
    crediting: 'Top up the account',
    general: 'General information',
    register: 'Register a payment method in your customer area',
    account: 'The account',
    credit: 'Top up the account',
    methods: 'My payment methods',
    add: 'Add a payment method',
    card: 'Credit card',
    providers: 'Register a payment method',
    works: /Visa.*always works/,
    payer: /payer@paypal.*always works/,
    registerIt: 'Register',
    registered: 'Payment method registered',
    byThemselves: 'from now on invoices are paid by themselves',
    calm: 'renewals take care of themselves',
    next: 'Next invoices',
    firstOfApril: '1 Apr 2027',
    isDefault: 'Default',
    backup: 'Use as backup: PayPal',
    isBackup: 'Backup 1',
    until: 'Valid until 31 December 2034',
    balance: 'Account balance',
    zero: /balance is 0/,
    negative: 'The account is negative: this amount is missing to pay the invoices.',
    myAccount: 'My account',
    invoice: /Invoice F2027/,
    payment: /Payment received/,
    chart: 'Balance over the last 12 months',
    lowest: /the lowest at the end of a day was -€3\.65/,
    days: 'in 7 days',
    toPay: /To pay: €3\.65/,
    ways: 'Three ways to pay',
    wayMethod: 'Register a payment method',
    wayTopUp: 'Top up the account',
    debtLetter: /^To be paid: €3\.65 by/,
    openOrder: 'Open the order',
    payByCard: /^Pay €3\.65 by card/,
    pay: 'Pay',
    thanks: 'Already paid. Thank you!',
    topUp: 'Top up',
    amount: 'Amount to top up',
    tooLittle: 'This amount is not among the possible ones.',
    goOn: 'Continue',
    notBefore: 'not before',
    makeOrder: 'Confirm and make the order',
    order: 'Order',
    payWith: /^Pay €25\.00 with Visa/,
    paid: 'is paid: the amount is on your account',
    owed: '-€3.65',
    credited: '€25.00',
  },
} as const;

for (const language of ['it', 'en'] as const) {
  const say = words[language];

  test(`${say.general}: what renews by itself, and when`, async (t) => {
    const person = await createPerson(portal, 'Prima', {
      language,
      mailboxes: { anna: 'monthly' },
      cards: ['success'],
    });
    const { page } = await visit(t, portal, language);
    await signIn(page, person);
    await see(page.getByText(say.calm));
    const next = page.getByRole('region', { name: say.next }).getByRole('row', { name: say.firstOfApril });
    await see(next.getByText(/3[.,]65/));
    await see(page.getByRole('region', { name: say.balance }).getByText(say.zero));
  });

  test(`${say.register}: a card, then PayPal as its backup`, async (t) => {
    const person = await createPerson(portal, 'Metodi', { language });
    const { page } = await enter(t, portal, person);
    await page.getByRole('link', { name: say.methods }).first().click();
    const register = async (kind: string, choice: RegExp) => {
      await page.getByRole('button', { name: say.add }).click();
      await page.getByRole('dialog').getByRole('button', { name: kind }).click();
      await see(page.getByRole('heading', { name: say.providers }));
      await page.getByRole('radio', { name: choice }).check();
      await page.getByRole('button', { name: say.registerIt, exact: true }).click();
      await see(page.getByText(say.registered));
    };
    await register(say.card, say.works);
    await see(page.getByText(say.byThemselves));
    const card = page.getByRole('listitem').filter({ hasText: '4242' });
    await see(card.getByText(say.isDefault));
    await see(card.getByText(say.until));
    await register('PayPal', say.payer);
    await page.getByRole('button', { name: say.backup }).click();
    await see(page.getByRole('listitem').filter({ hasText: 'PayPal' }).getByText(say.isBackup));
  });

  test(`${say.account}: an invoice is taken from it, and collected at once where it can be`, async (t) => {
    const person = await createPerson(portal, 'Conto', { language, due: { anna: 'monthly' }, cards: ['success'] });
    await booked(portal, person, { balance: 0n, payments: [3_65n] });
    const { page } = await enter(t, portal, person, '/billing/account');
    await see(page.getByRole('region', { name: say.balance }).getByText(say.zero));
    const invoice = page.getByRole('row', { name: say.invoice });
    const payment = page.getByRole('row', { name: say.payment });
    // Before, amount, after.
    assert.deepEqual(await figuresOf(invoice), [0, -3_65, -3_65]);
    assert.deepEqual(await figuresOf(payment), [-3_65, 3_65, 0]);
  });

  test(`${say.account}: without enough on any method it is negative, with 7 days to pay`, async (t) => {
    const person = await createPerson(portal, 'Debito', { language, due: { anna: 'monthly' } });
    await booked(portal, person, { balance: -3_65n, payments: [] });
    const { page } = await enter(t, portal, person);
    await see(page.getByRole('heading', { name: say.toPay }));
    await see(page.getByText(say.days));
    assert.equal(await page.getByRole('list', { name: say.ways }).getByRole('listitem').count(), 3);
    await page.getByRole('link', { name: say.myAccount }).first().click();
    const balance = page.getByRole('region', { name: say.balance });
    await see(balance.getByText(say.owed));
    await see(balance.getByText(say.negative));
    assert.deepEqual(await figuresOf(page.getByRole('row', { name: say.invoice })), [0, -3_65, -3_65]);
    const chart = page.getByRole('region', { name: say.chart });
    await see(chart.locator('svg').first());
    await see(chart.getByText(say.lowest));
  });

  test(`${say.credit}, first way: a method is registered, and what is owed is collected`, async (t) => {
    const person = await createPerson(portal, 'Modo', { language, due: { anna: 'monthly' } });
    await booked(portal, person, { balance: -3_65n, payments: [] });
    const { page } = await enter(t, portal, person);
    await page.getByRole('link', { name: say.wayMethod }).click();
    await page.getByRole('button', { name: say.add }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.card }).click();
    await page.getByRole('radio', { name: say.works }).check();
    await page.getByRole('button', { name: say.registerIt, exact: true }).click();
    await see(page.getByText(say.registered));
    await see(page.getByText(say.byThemselves));
    await booked(portal, person, { balance: 0n, payments: [3_65n] });
  });

  test(`${say.credit}, second way: the link in the letter opens the order, without a login`, async (t) => {
    const person = await createPerson(portal, 'Lettera', { language, due: { anna: 'monthly' } });
    const { page } = await visit(t, portal, language);
    const letter = await openLetter(page, { to: person.email, subject: say.debtLetter });
    await letter.getByRole('link', { name: say.openOrder }).click();
    await page.getByRole('button', { name: say.payByCard }).click();
    await page.getByRole('radio', { name: say.works }).check();
    await page.getByRole('button', { name: say.pay, exact: true }).click();
    await see(page.getByRole('heading', { name: say.thanks }));
    assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [3_65n] });
  });

  test(`${say.credit}, third way: amount, confirm, order, pay, and it is there exactly once`, async (t) => {
    const person = await createPerson(portal, 'Accredito', { language, cards: ['success'] });
    const { page } = await enter(t, portal, person);
    await page.getByRole('link', { name: say.myAccount }).first().click();
    await page.getByRole('button', { name: say.topUp, exact: true }).click();
    const dialog = page.getByRole('dialog', { name: say.crediting });
    await dialog.getByLabel(say.amount).fill('5');
    await see(dialog.getByText(say.tooLittle));
    await dialog.getByLabel(say.amount).fill('25');
    await dialog.getByRole('button', { name: say.goOn }).click();
    await see(dialog.getByText(say.notBefore));
    await dialog.getByRole('button', { name: say.makeOrder }).click();
    await see(page.getByRole('heading', { level: 1, name: say.order }));
    assert.equal((await booksOf(portal, person)).balance, 0n, 'an order is not money');
    await page.getByRole('button', { name: say.payWith }).dblclick();
    await see(page.getByText(say.paid));
    await page.getByRole('link', { name: say.myAccount }).first().click();
    await see(page.getByRole('region', { name: say.balance }).getByText(say.credited));
    assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
  });
}
