import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { booksOf } from './_orders.ts';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { gone, see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('Registra una modalità di pagamento: a card on the provider’s page, and back', async (t) => {
  const person = await createPerson(portal, 'Carta');
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.getByRole('link', { name: 'I miei metodi di pagamento' }).first().click();
  await page.getByRole('button', { name: 'Aggiungi un metodo di pagamento' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Carta di credito' }).click();
  await see(page.getByRole('heading', { name: 'Registra una modalità di pagamento' }));
  await page.getByRole('radio', { name: 'funziona sempre' }).check();
  await page.getByRole('button', { name: 'Registra' }).click();
  await see(page.getByText('Metodo di pagamento registrato'));
  const card = page.getByRole('listitem').filter({ hasText: '4242' });
  await see(card.getByText('Predefinito'));
  await see(card.getByText('Valido fino al 31 dicembre 2034'));
});

test('Accredita il conto: amount, confirm, order, pay, and the balance has it exactly once', async (t) => {
  const person = await createPerson(portal, 'Accredito', { cards: ['success'] });
  const { page } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.getByRole('link', { name: 'Il mio account' }).first().click();
  await page.getByRole('button', { name: 'Accredita' }).click();
  const dialog = page.getByRole('dialog', { name: 'Accredita il conto' });
  await dialog.getByLabel('Importo da accreditare').fill('5');
  await see(dialog.getByText('Questo importo non è tra quelli possibili.'));
  await dialog.getByLabel('Importo da accreditare').fill('25');
  await dialog.getByRole('button', { name: 'Continua' }).click();
  await see(dialog.getByText('non prima'));
  await dialog.getByRole('button', { name: 'Conferma e genera il buono d’ordine'.replace('’', "'") }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Buono d' }));
  assert.equal((await booksOf(portal, person)).balance, 0n, 'an order is not money');
  await page.getByRole('button', { name: /^Paga 25,00.€ con Visa/ }).dblclick();
  await see(page.getByText("è pagato: l'importo è sul tuo conto"));
  await page.getByRole('link', { name: 'Il mio account' }).first().click();
  await see(page.getByRole('region', { name: 'Saldo del conto' }).getByText(/25,00/));
  await see(page.getByRole('row', { name: /Pagamento ricevuto/ }));
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

test('a session that ends while somebody types: signing in again goes on, and nothing typed is lost', async (t) => {
  const person = await createPerson(portal, 'Sessione');
  const { page, context } = await visit(t, portal, 'it');
  await signIn(page, person);
  await page.getByRole('link', { name: 'Il mio account' }).first().click();
  await page.getByRole('button', { name: 'Accredita' }).click();
  await page.getByLabel('Importo da accreditare').fill('48');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Continua' }).click();
  const proof = page.getByRole('dialog', { name: 'La sessione è terminata' });
  await proof.getByLabel('Password', { exact: true }).fill(person.password);
  await proof.getByRole('button', { name: 'Accedi e continua' }).click();
  await gone(proof);
  await see(page.getByRole('dialog').getByText(/buono d'ordine di 48,00/));
});
