import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { openLetter } from './_letters.ts';
import { booked, booksOf, letTimePass, placeTopUp } from './_orders.ts';
import { createPerson, suspended } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, see, until, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('an order is paid by its link, without login: a declined card first, then one that works', async (t) => {
  const person = await createPerson(portal, 'Linked', { language: 'en' });
  const { number, path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.goto(path);
  await see(page.getByRole('heading', { level: 1, name: `Order ${number}` }));
  await page.getByRole('button', { name: /^Pay €25\.00 by card/ }).click();
  await page.getByRole('radio', { name: 'insufficient funds' }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await see(page.getByRole('alert').getByText('Payment declined.'));
  assert.deepEqual((await booksOf(portal, person)).payments, []);
  await page.getByRole('radio', { name: /Visa.*always works/ }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await see(page.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

test('the tab is closed on the provider’s page right after paying: the order is paid all the same', async (t) => {
  const person = await createPerson(portal, 'Closer', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page, context } = await visit(t, portal, 'en');
  await page.goto(path);
  await page.getByRole('button', { name: /by card/ }).click();
  await see(page.getByRole('heading', { name: 'Payment' }));
  // The answer with the way back arrives nowhere: the last that was seen of this payer is the button that pays.
  const paid = Promise.withResolvers<void>();
  await page.route('**/sandbox/provider/**', async (route) => {
    await route.fetch({ maxRedirects: 0 });
    await route.abort();
    paid.resolve();
  });
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await paid.promise;
  await page.close();
  await until('the payment', async () => (await booksOf(portal, person)).payments.length > 0);
  const later = await context.newPage();
  await later.goto(path);
  await see(later.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual((await booksOf(portal, person)).payments, [25_00n]);
});

test('back from the provider’s page and forth again, each button twice in a hurry: it is paid once', async (t) => {
  const person = await createPerson(portal, 'Hurry', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.goto(path);
  await page.getByRole('button', { name: /by card/ }).dblclick();
  await see(page.getByRole('heading', { name: 'Payment' }));
  await page.goBack();
  await see(page.getByText('Waiting for the provider'));
  await page.goForward();
  await see(page.getByRole('heading', { name: 'Payment' }));
  await page.getByRole('radio', { name: /Visa.*always works/ }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).dblclick();
  await see(page.getByRole('heading', { name: 'Already paid. Thank you!' }));
  assert.deepEqual((await booksOf(portal, person)).payments, [25_00n]);
});

test('a card without funds and one that wants its owner: both are told, and nothing is charged', async (t) => {
  const person = await createPerson(portal, 'Refused', {
    language: 'en',
    cards: ['insufficient_funds', 'authentication_required'],
  });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  await page.getByRole('button', { name: /^Pay €25\.00 with Visa •••• 9995/ }).click();
  await see(page.getByText('There are not enough funds on the payment method. Nothing was charged.'));
  await page.getByLabel('Payment method').selectOption({ label: 'Visa •••• 3184' });
  await page.getByRole('button', { name: /^Pay €25\.00 with Visa •••• 3184/ }).click();
  await see(page.getByText('The bank wants you to confirm'));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [] });
});

test('the link shows the details of a transfer with their QR code, and PayPal pays it too', async (t) => {
  const person = await createPerson(portal, 'Bonifico');
  const { number, path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'it');
  await page.goto(path);
  const transfer = page.getByRole('region', { name: 'Oppure con bonifico' });
  await see(transfer.getByText('IT60 X054 2811 1010 0000 0123 456'));
  await see(transfer.getByText(number));
  await see(transfer.getByRole('img', { name: 'Codice QR del bonifico' }));
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Scarica il PDF' }).click();
  assert.match((await download).suggestedFilename(), new RegExp(`${number}.*\\.pdf$`));
  await page.getByRole('button', { name: 'Paga con PayPal' }).click();
  await page.getByRole('radio', { name: /payer@paypal.*funziona sempre/ }).check();
  await page.getByRole('button', { name: 'Paga', exact: true }).click();
  await see(page.getByRole('heading', { name: 'Già pagato. Grazie!' }));
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

test('the bank wants its customer: the letter leads to the page where they confirm, and the invoice is paid', async (t) => {
  const person = await createPerson(portal, 'Conferma', {
    due: { anna: 'monthly' },
    cards: ['authentication_required'],
  });
  const { page } = await visit(t, portal, 'it');
  const letter = await openLetter(page, { to: person.email, subject: /^Conferma il pagamento di 3,65.€/ });
  assert.deepEqual(await booksOf(portal, person), { balance: -3_65n, payments: [] });
  await letter.getByRole('link', { name: 'Conferma il pagamento' }).click();
  await page.getByRole('button', { name: /^Paga 3,65.€ con carta/ }).click();
  await page.getByRole('radio', { name: /chiede ogni volta la conferma del titolare/ }).check();
  await page.getByRole('button', { name: 'Paga', exact: true }).dblclick();
  await see(page.getByRole('heading', { name: 'Già pagato. Grazie!' }));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [3_65n] });
});

test('a renewal that is declined: one click tries again all that is open, and another card pays it', async (t) => {
  const person = await createPerson(portal, 'Declined', {
    language: 'en',
    due: { anna: 'monthly' },
    cards: ['insufficient_funds'],
  });
  const { page } = await enter(t, portal, person);
  await openLetter(page, { to: person.email, subject: /^To be paid: €3\.65/ });
  await page.goto('/billing/account');
  await see(page.getByRole('heading', { name: 'To pay: €3.65' }));
  await page.getByRole('button', { name: 'Pay everything now with Visa •••• 9995' }).dblclick();
  await see(page.getByText('There are not enough funds on the payment method. Nothing was charged.'));
  await page.getByRole('button', { name: 'Pay with another card' }).dblclick();
  await page.getByRole('radio', { name: /Visa.*always works/ }).check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await see(page.getByText('the invoices are settled'));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [3_65n] });
});

for (const card of ['timeout_before', 'timeout_after'] as const) {
  test(`no answer from the provider (${card}): nothing else is offered meanwhile, and it is paid once`, async (t) => {
    const person = await createPerson(portal, 'Silenzio', { cards: [card] });
    const { orderId } = await placeTopUp(portal, person);
    const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
    await page.getByRole('button', { name: /^Paga 25,00.€ con Visa/ }).dblclick();
    const payment = page.getByRole('region', { name: 'Pagamento', exact: true });
    await see(payment.getByText('Il fornitore del pagamento non ha ancora comunicato l'));
    assert.equal(await payment.getByRole('button').count(), 0, 'nothing can be paid twice');
    await letTimePass(portal, { minutes: 6 });
    await see(payment.getByText("è pagato: l'importo è sul tuo conto"));
    assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
  });
}

test('who does not see the debt of the firm is not told that there is nothing to do', async (t) => {
  const person = await createPerson(portal, 'Technician', {
    language: 'en',
    role: 'technical',
    due: { anna: 'monthly' },
  });
  await booked(portal, person, { balance: -3_65n, payments: [] });
  const { page } = await enter(t, portal, person);
  await see(page.getByText('No mailbox is suspended or about to end'));
  assert.equal(await page.getByText('There is nothing to do').count(), 0);
});

test('the provider confirms after the payer’s patience: the page of the link hears it by itself', async (t) => {
  const person = await createPerson(portal, 'Patient', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page, context } = await visit(t, portal, 'en');
  await page.clock.install();
  await page.goto(path);
  await comeBackUnheard(page, /by card/);
  await payByCard(await context.newPage(), path);
  await page.clock.fastForward('00:10');
  await see(page.getByRole('heading', { name: 'Already paid. Thank you!' }));
});

test('the provider confirms after the payer’s patience: the screen of the order hears it by itself', async (t) => {
  const person = await createPerson(portal, 'Paziente', { language: 'en' });
  const { path, orderId } = await placeTopUp(portal, person);
  const { page, context } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  await page.clock.install();
  await comeBackUnheard(page, 'Pay by card');
  await payByCard(await context.newPage(), path);
  await page.clock.fastForward('00:10');
  await see(page.getByText('the amount is on your account'));
});

test('whoever came back from paying is warned against paying twice after a reload too', async (t) => {
  const person = await createPerson(portal, 'Reload', { language: 'en' });
  const { path } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.clock.install();
  await page.goto(path);
  await comeBackUnheard(page, /by card/);
  await page.reload();
  await see(page.getByText('The provider has not confirmed yet'));
});

test('the day until when an order can be paid is told the same beside it and at its payment', async (t) => {
  const person = await createPerson(portal, 'Midnight', { language: 'en' });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  const [, until = ''] = /until (.*)\./.exec((await page.getByText(/^It can be paid until/).textContent()) ?? '') ?? [];
  await see(page.getByText(`To pay: €25.00, by ${until}.`));
});

// The last one: time passes for all who live in this portal.
test('who may not see money is told who pays for a mailbox suspended for debt', async (t) => {
  const person = await createPerson(portal, 'Without', { language: 'en', role: 'technical', due: { anna: 'monthly' } });
  await booked(portal, person, { balance: -3_65n, payments: [] });
  await letTimePass(portal, { hours: 10 * 24 });
  await suspended(portal, person, 'anna');
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const row = page.getByRole('row', { name: person.address('anna') });
  await see(row.getByText('Ask whoever has the role Billing to pay.'));
  assert.equal(await row.getByRole('link', { name: 'Pay' }).count(), 0);
});

/** Pays an order by its link in another tab, whichever screen that leads back to. */
async function payByCard(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await page.getByRole('button', { name: /by card/ }).click();
  const card = page.getByRole('radio', { name: /Visa.*always works/ });
  await card.check();
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  await gone(card);
  await page.close();
}

/** Goes to the provider's page and comes back without having paid, until this page has waited long enough for word of it. */
async function comeBackUnheard(page: Page, button: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await see(page.getByRole('heading', { name: 'Payment', level: 1 }));
  await page.goBack();
  await see(page.getByText('Waiting for the provider'));
  await page.clock.fastForward('00:13');
  await see(page.getByText('The provider has not confirmed yet'));
}
