import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { booked, booksOf } from './_orders.ts';
import { createPerson, suspended } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, see, until } from './_visit.ts';

const portal = await openPortal({ after });

test('mailboxes are added by number: the price with its first term and next renewal, the order, the payment', async (t) => {
  const person = await createPerson(portal, 'More', {
    language: 'en',
    mailboxes: { anna: 'monthly' },
    cards: ['success'],
  });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  await page.getByRole('link', { name: 'Add mailboxes' }).click();
  await page.getByText('Number', { exact: true }).click();
  await page.getByLabel('How many').fill('3');
  await page.getByLabel('Name', { exact: true }).fill('desk');
  await see(page.getByText(`3 mailboxes: desk1@${domainOf(person)} – desk3@${domainOf(person)}`));
  await page.getByRole('radio', { name: /^Yearly, €29\.90 a year/ }).check();
  await page.getByRole('button', { name: 'Show the price' }).click();
  const price = page.getByRole('region', { name: 'Price preview' });
  await see(price.getByText('3 mailboxes: €29.90 each'));
  await see(price.getByText('First term, if you pay today: from 10 March 2027 to 10 March 2028'));
  await see(price.getByText('Next renewal on 10 March 2028: €29.90 each, then every year'));
  await see(price.getByText('€89.70'));
  await see(price.getByText('€19.73'));
  await see(price.getByText('€109.43'));
  await price.getByRole('button', { name: 'Place the order' }).click();
  await see(page.getByRole('heading', { name: /^Order O2027/ }));
  assert.deepEqual(await booksOf(portal, person), { balance: 0n, payments: [] }, 'an order charges nothing');
  await page.getByRole('button', { name: /^Pay €109\.43 with Visa/ }).click();
  await see(page.getByText('is paid: the mailboxes start within a minute'));
  await page.getByRole('link', { name: 'Go to the mailboxes' }).click();
  const row = page.getByRole('row', { name: person.address('desk3') });
  await see(row.getByText('Renews on 10 Mar 2028 for 1 year: €29.90'));
  await booked(portal, person, { balance: 0n, payments: [109_43n] });
});

test('addresses that cannot be had are named with the reason, and the others go on without them', async (t) => {
  const person = await createPerson(portal, 'Elenco', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}/add`);
  await page.getByRole('button', { name: 'Mostra il prezzo' }).click();
  await see(page.getByText('Indica almeno un indirizzo.'));
  await page.getByLabel('Indirizzi').fill(`${person.address('anna')}, ${person.address('bea')}, nessuno`);
  await page.getByRole('button', { name: 'Mostra il prezzo' }).click();
  const problem = page.getByRole('alert').filter({ hasText: '2 indirizzi non possono essere ordinati' });
  await see(problem.getByText(`${person.address('anna')}: esiste già`));
  await see(problem.getByText('nessuno: non è un indirizzo e-mail'));
  await problem.getByRole('button', { name: 'Toglili e continua con gli altri' }).click();
  await see(page.getByRole('region', { name: 'Anteprima del prezzo' }).getByText(/^1 casella: 2,99.€/));
  assert.equal(await page.getByLabel('Indirizzi').inputValue(), person.address('bea'));
});

test('a mailbox that has ended is bought back while its content is kept', async (t) => {
  const person = await createPerson(portal, 'Ritorno', { due: { anna: 'none' }, cards: ['success'] });
  await suspended(portal, person, 'anna');
  const { page } = await enter(t, portal, person);
  await see(page.getByRole('heading', { name: '1 casella sospesa' }));
  await page
    .getByRole('main')
    .getByRole('link', { name: person.address('anna') })
    .click();
  const row = page.getByRole('row', { name: person.address('anna') });
  await see(row.getByText('Il contenuto è conservato fino al 9 apr 2027'));
  await row.getByRole('button', { name: 'Riacquista' }).click();
  const dialog = page.getByRole('dialog', { name: 'Riacquista 1 casella' });
  await see(dialog.getByText('La casella riprende con il suo contenuto'));
  await see(dialog.getByText(/3,65/));
  await dialog.getByRole('button', { name: "Emetti il buono d'ordine" }).click();
  await dialog.getByRole('button', { name: /^Paga 3,65.€ con Visa/ }).click();
  await see(dialog.getByText('è pagato: le caselle si attivano entro un minuto'));
  await dialog.getByRole('button', { name: 'Chiudi' }).click();
  await see(row.getByText('Si rinnova il 10 apr 2027 per 1 mese'));
  await gone(row.getByText('Sospesa'));
});

test('a hundred and twenty mailboxes: found, sorted, turned page by page, and all that match changed at once', async (t) => {
  const boxes = Array.from({ length: 60 }, (_, i) => i + 100);
  const mailboxes = {
    ...Object.fromEntries(boxes.map((i) => [`sales${i}`, 'monthly'] as const)),
    ...Object.fromEntries(boxes.map((i) => [`support${i}`, 'yearly'] as const)),
  };
  const person = await createPerson(portal, 'Crowd', { language: 'en', mailboxes });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  await see(page.getByText('1 to 50 of 120'));
  await page.getByRole('button', { name: 'Next 50' }).click();
  await see(page.getByText('51 to 100 of 120'));
  const expiry = page.getByRole('columnheader', { name: 'Expiry' });
  await expiry.getByRole('button').click();
  await see(expiry.and(page.locator('[aria-sort=ascending]')));
  await expiry.getByRole('button').click();
  await see(page.getByRole('row').nth(1).getByText('support'));
  await page.getByLabel('Find an address').fill('sales');
  await see(page.getByText('1 to 50 of 60'));
  await page.getByRole('checkbox', { name: 'Select all mailboxes on this page' }).check();
  await page.getByRole('button', { name: 'Select all 60 that match' }).click();
  await page.getByRole('group', { name: 'Set the mode' }).getByRole('button', { name: 'Yearly' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change to Yearly' });
  await see(dialog.getByText('€1,794.00').first());
  await dialog.getByRole('button', { name: 'Confirm for 60 mailboxes' }).click();
  await see(dialog.getByText('60 mailboxes changed.'));
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  assert.equal(await countMonthly(), 0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await see(page.getByText('Undone: 60 mailboxes have the mode they had before.'));
  assert.equal(await countMonthly(), 60);
  await page.getByLabel('Find an address').fill('nobody');
  await see(page.getByText('No mailbox matches what you are looking for.'));
  await page.getByRole('button', { name: 'Show all' }).click();
  await see(page.getByText('1 to 50 of 120'));

  async function countMonthly(): Promise<number> {
    const { system } = portal.database;
    const monthly = system.selectFrom('mailboxes').select('mailbox_id').where('mode', '=', 'monthly');
    return (await monthly.where('customer_id', '=', person.customerId).execute()).length;
  }
});

test('a page that one’s own change empties gives way to the one before it', async (t) => {
  const boxes = Array.from({ length: 52 }, (_, i) => [`box${String(i).padStart(2, '0')}`, 'monthly'] as const);
  const person = await createPerson(portal, 'Emptied', { language: 'en', mailboxes: Object.fromEntries(boxes) });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}?mode=monthly`);
  await page.getByRole('button', { name: 'Next 50' }).click();
  await see(page.getByText('51 to 52 of 52'));
  await page.getByRole('checkbox', { name: 'Select all mailboxes on this page' }).check();
  await page.getByRole('group', { name: 'Set the mode' }).getByRole('button', { name: 'Yearly' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Confirm for 2 mailboxes' }).click();
  await see(dialog.getByText('2 mailboxes changed.'));
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await see(page.getByText('1 to 50 of 50'));
  await see(page.getByRole('row', { name: person.address('box49') }));
});

// The last one: it moves the clock of all who live in this portal.
test('the sandbox says that it is one; its bar leads to the next event and to any day', async (t) => {
  const person = await createPerson(portal, 'Prova', { mailboxes: { anna: 'monthly' }, cards: ['success'] });
  const { page, context } = await enter(t, portal, person, '/billing/account');
  const bar = page.getByRole('region', { name: 'Ambiente di prova' });
  await see(bar.getByText('Oggi è 10 marzo 2027. Nessun denaro si muove, nessuna lettera parte.'));
  await bar.getByRole('button', { name: 'Carte di prova' }).click();
  await see(page.getByRole('dialog').getByRole('row', { name: /4000…9995 Rifiutata per fondi insufficienti/ }));
  await page.keyboard.press('Escape');
  await bar.getByRole('button', { name: 'Prossimo evento: 1 apr 2027' }).dblclick();
  await see(bar.getByText('Oggi è 1 aprile 2027.'));
  await see(page.getByRole('row', { name: /Fattura F2027/ }));
  await booked(portal, person, { balance: 0n, payments: [3_65n] });
  await bar.getByLabel('Vai al giorno').fill('2027-04-03');
  await bar.getByRole('button', { name: 'Vai', exact: true }).click();
  await see(bar.getByText('Oggi è 3 aprile 2027.'));
  const [letters] = await Promise.all([
    context.waitForEvent('page'),
    bar.getByRole('link', { name: 'Lettere intercettate' }).click(),
  ]);
  // A window that is still on its way to its first page cannot be loaded again.
  await letters.waitForURL(/sandbox.letters/);
  const letter = letters.getByRole('row').filter({ hasText: person.email }).filter({ hasText: 'Pagamento riuscito' });
  // It is posted in its own time, and the page lists what has come when it was opened.
  await until('the letter', async () => {
    await letters.reload();
    return (await letter.count()) > 0;
  });
});

function domainOf({ address }: { address: (box: string) => string }): string {
  return address('').slice(1);
}
