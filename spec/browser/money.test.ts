import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { day } from '#spec/build.ts';
import { booked, booksOf, creditAll, letTimePass, placeTopUp } from './_orders.ts';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { download, enter, gone, see, until, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('a threshold below which a letter comes: set, told, and taken away again', async (t) => {
  const person = await createPerson(portal, 'Soglia');
  const { page } = await enter(t, portal, person, '/billing/account');
  const threshold = page.getByRole('region', { name: 'Soglia di avviso' });
  await see(threshold.getByText("Al momento non c'è alcuna soglia."));
  await threshold.getByLabel('Avvisami sotto').fill('12,50');
  await threshold.getByRole('button', { name: 'Salva la soglia' }).dblclick();
  await see(threshold.getByText(/^La soglia è 12,50.€/));
  await see(page.getByText(/Ti scriviamo quando il saldo scende sotto 12,50/));
  await threshold.getByRole('button', { name: 'Nessun avviso' }).click();
  await see(threshold.getByText('Al momento non c'));
});

test('credit is withdrawn to the card it came from', async (t) => {
  const person = await createPerson(portal, 'Back', { language: 'en', cards: ['success'] });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  await page.getByRole('button', { name: /^Pay €25\.00 with Visa/ }).click();
  await see(page.getByText('the amount is on your account'));
  await page.getByRole('link', { name: 'My account' }).first().click();
  await page.getByRole('button', { name: 'Withdraw credit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Withdraw credit from the account' });
  await dialog.getByLabel('Amount to withdraw').fill('26');
  await see(dialog.getByText('This amount is not among the possible ones.'));
  await dialog.getByLabel('Amount to withdraw').fill('10');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await see(dialog.getByText('We give €10.00 back to you; €15.00 remain on the account.'));
  assert.equal((await booksOf(portal, person)).balance, 25_00n, 'a preview moves nothing');
  await dialog.getByRole('button', { name: 'Withdraw', exact: true }).click();
  await see(page.getByRole('region', { name: 'Account balance' }).getByText('€15.00'));
  await see(page.getByRole('region', { name: 'Credit withdrawn' }).getByText('Given back'));
});

test('invoices and receipts: found by state and day, opened, and taken away as PDF and CSV', async (t) => {
  const person = await createPerson(portal, 'Carte', { due: { anna: 'monthly' }, cards: ['success'] });
  await booked(portal, person, { balance: 0n, payments: [3_65n] });
  const { page } = await enter(t, portal, person, '/billing/documents');
  const row = page.getByRole('table', { name: 'Fatture' }).getByRole('row', { name: /F2027-\d+/ });
  await see(row.getByText('Saldata'));
  const number = await row.getByRole('link').textContent();
  assert(number);
  await page.getByLabel('Stato').selectOption({ label: 'Da pagare' });
  await see(page.getByText('Nessun documento con questi filtri.'));
  await page.getByLabel('Stato').selectOption({ label: 'Saldata' });
  await page.getByLabel('Dal giorno').fill('2027-03-11');
  await see(page.getByText('Nessun documento con questi filtri.'));
  await page.getByLabel('Dal giorno').fill('2027-03-10');
  await row.getByRole('link', { name: number }).click();
  const dialog = page.getByRole('dialog', { name: `Fattura ${number}` });
  await see(dialog.getByRole('row', { name: person.address('anna') }).getByText(/2,99/));
  await dialog.getByRole('button', { name: 'Chiudi' }).click();
  await gone(dialog);
  const pdf = await download(page, row.getByRole('button', { name: `PDF di ${number}` }));
  assert.match(pdf.name, new RegExp(`${number}.*\\.pdf$`));
  assert.equal(pdf.content.subarray(0, 5).toString(), '%PDF-');
  const csv = await download(page, page.getByRole('button', { name: 'Tutte le fatture (CSV)' }));
  assert(csv.content.toString().includes(number));
  await page.getByRole('tab', { name: 'Ricevute' }).click();
  const receipt = page.getByRole('table', { name: 'Ricevute' }).getByRole('row', { name: /3,65/ });
  const paper = await download(page, receipt.getByRole('button', { name: /^PDF della ricevuta/ }));
  assert.equal(paper.content.subarray(0, 5).toString(), '%PDF-');
  await page.getByRole('tab', { name: 'Note di credito' }).click();
  await see(page.getByText('Nessuna nota di credito.'));
});

test('a year that is still being typed asks for nothing, and no rule is held against it', async (t) => {
  const person = await createPerson(portal, 'Anno', { due: { anna: 'monthly' } });
  await booked(portal, person, { balance: -3_65n, payments: [] });
  const { page } = await enter(t, portal, person, '/billing/documents');
  const asked: (string | null)[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/v1/invoices') asked.push(url.searchParams.get('from'));
  });
  const from = page.getByLabel('Dal giorno');
  for (const typed of ['0002-03-11', '0020-03-11', '0202-03-11', '2027-03-11']) await from.fill(typed);
  await see(page.getByText('Nessun documento con questi filtri.'));
  assert.deepEqual(asked, ['2027-03-11']);
});

test('credit notes are taken away as CSV, each with the invoice it corrects', async (t) => {
  const person = await createPerson(portal, 'Nota', { language: 'en', due: { anna: 'monthly' } });
  await booked(portal, person, { balance: -3_65n, payments: [] });
  const { number, invoice } = await creditAll(portal, person);
  const { page } = await enter(t, portal, person, '/billing/documents');
  await page.getByRole('tab', { name: 'Credit notes' }).click();
  const csv = await download(page, page.getByRole('button', { name: 'All credit notes (CSV)' }));
  assert.equal(csv.name, 'credit-notes.csv');
  const [, note = ''] = csv.content.toString().split('\n');
  assert.match(note, new RegExp(`^${number},2027-03-10,\\w+,${invoice},2.99,0.66,3.65,EUR,`));
});

test('what will be invoiced in the next 12 months: as a chart, a table, a list and a calendar', async (t) => {
  const person = await createPerson(portal, 'Ahead', { language: 'en', mailboxes: { anna: 'monthly', ben: 'yearly' } });
  const { page } = await enter(t, portal, person, '/billing/forecast');
  await see(page.getByRole('region', { name: 'By month, VAT included' }).locator('svg').first());
  const rows = page.getByRole('table', { name: 'Invoice by invoice' }).getByRole('row');
  await see(rows.filter({ hasText: '1 September 2027' }).getByText('€40.13'));
  assert.equal(await rows.count(), 13, 'a heading and an invoice on the first of each month');
  const csv = await download(page, page.getByRole('button', { name: 'Every renewal (CSV)' }));
  assert.equal(csv.content.toString().match(new RegExp(person.address('anna'), 'g'))?.length, 12);
  const ics = await download(page, page.getByRole('button', { name: 'Calendar (ICS)' }));
  assert.equal(ics.content.toString().match(/BEGIN:VEVENT/g)?.length, 12);
});

test('which method is charged first, and which after it, is chosen by keyboard; the focus is never lost', async (t) => {
  const cards = ['success', 'insufficient_funds', 'authentication_required'] as const;
  const person = await createPerson(portal, 'Ordine', { cards });
  const { page } = await enter(t, portal, person, '/billing/methods');
  const card = (number: string) => page.getByRole('listitem').filter({ hasText: number });
  await page.getByRole('button', { name: 'Prova Visa •••• 3184 un posto prima' }).press('Enter');
  await see(card('3184').getByText('Riserva 1'));
  await see(card('9995').getByText('Riserva 2'));
  await see(page.locator('main :focus'));
  await page.getByRole('button', { name: 'Usa come predefinito: Visa •••• 9995' }).press('Enter');
  await see(card('9995').getByText('Predefinito'));
  await see(page.locator('main :focus'));
  await page.getByRole('button', { name: 'Togli dalla riserva: Visa •••• 3184' }).press('Enter');
  await gone(card('3184').getByText(/^Riserva/));
  await see(page.locator('main :focus'));
  const places = portal.database.system
    .selectFrom('payment_methods')
    .select(['last_four', 'is_default', 'backup_rank']);
  const own = await places.where('customer_id', '=', person.customerId).orderBy('method_id').execute();
  assert.deepEqual(
    own.map(({ last_four, is_default, backup_rank }) => [last_four, is_default, backup_rank]),
    [
      ['4242', false, null],
      ['9995', true, null],
      ['3184', false, null],
    ],
  );
});

test('a card that will be too old for the next invoice is told on the first screen and where methods stand', async (t) => {
  const person = await createPerson(portal, 'Vecchia', { mailboxes: { anna: 'monthly' }, cards: ['success'] });
  await portal.database.system
    .updateTable('payment_methods')
    .set({ expires_on: day('2027-03-31') })
    .where('customer_id', '=', person.customerId)
    .execute();
  const { page } = await enter(t, portal, person);
  const notice = page.getByRole('article').filter({ hasText: 'Visa •••• 4242 scade il 31 marzo 2027' });
  await notice.getByRole('link').click();
  await see(page.getByText('Scade prima della fattura del 1 aprile 2027'));
});

test('the last method is removed only after a warning that names what renews without it', async (t) => {
  const person = await createPerson(portal, 'Ultimo', { mailboxes: { anna: 'monthly' }, cards: ['success'] });
  const { page } = await enter(t, portal, person, '/billing/methods');
  await page.getByRole('button', { name: 'Rimuovi Visa •••• 4242' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByText('È l'));
  await see(dialog.getByText(`${person.address('anna')}, si rinnova il 1 aprile 2027`));
  await dialog.getByRole('button', { name: 'Annulla' }).click();
  await gone(dialog);
  await page.getByRole('button', { name: 'Rimuovi Visa •••• 4242' }).click();
  await dialog.getByRole('button', { name: 'Rimuovi comunque' }).dblclick();
  await see(page.getByText('Non hai ancora registrato un metodo di pagamento.'));
});

test('an order is withdrawn: whoever opens its link reads so', async (t) => {
  const person = await createPerson(portal, 'Ritirato');
  const { number, path, orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, '/billing/orders');
  await page.getByLabel('Stato').selectOption({ label: 'Aperto' });
  await page.getByRole('link', { name: number }).click();
  await page.getByRole('button', { name: 'Ritira' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ritira' }).dblclick();
  await see(page.getByText(`Il buono d'ordine ${number} è stato ritirato e non si può più pagare.`));
  await page.goto(path);
  await see(page.getByRole('heading', { name: "Questo buono d'ordine è stato ritirato" }));
  await page.goto(`/billing/orders/${orderId}`);
  await see(page.getByText('Ritirato', { exact: true }));
});

// The last one: half a month goes by for all who live in this portal.
test('an order that nobody pays expires: its link says so, and it cannot be paid', async (t) => {
  const person = await createPerson(portal, 'Late', { language: 'en', cards: ['success'] });
  const { path, orderId } = await placeTopUp(portal, person);
  const { page } = await visit(t, portal, 'en');
  await page.goto(path);
  await see(page.getByRole('button', { name: /^Pay €25\.00 by card/ }));
  await letTimePass(portal, { hours: 16 * 24 });
  await page.getByRole('button', { name: /^Pay €25\.00 by card/ }).click();
  await see(page.getByRole('alert'));
  await page.reload();
  await see(page.getByRole('heading', { name: 'This order has expired' }));
  // Its link knows the time; the order itself is closed by the worker.
  const order = portal.database.system.selectFrom('orders').select('state').where('order_id', '=', orderId);
  await until('the order to expire', async () => (await order.executeTakeFirstOrThrow()).state === 'expired');
  const { page: own } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  await see(own.getByText('has expired and cannot be paid any more'));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [] });
});
