import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { openLetter } from './_letters.ts';
import { createPerson, type Person } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, see, signIn, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('every letter stands there as it was sent, as HTML and as text', async (t) => {
  const person = await createPerson(portal, 'Posta', { due: { anna: 'monthly' } });
  const { page } = await visit(t, portal, 'it');
  await openLetter(page, { to: person.email, subject: /^Da saldare/ });
  await signIn(page, person);
  await page.getByRole('link', { name: 'Lettere', exact: true }).click();
  await page.getByLabel('Tipo di lettera').selectOption({ label: 'Importo da pagare' });
  await page
    .getByRole('list', { name: 'Lettere' })
    .getByRole('button', { name: /Da saldare: 3,65/ })
    .click();
  const letter = page.getByRole('article', { name: /^Da saldare/ });
  await see(letter.frameLocator('iframe').getByText('Scegli uno dei tre modi, basta uno:'));
  await letter.getByText('Solo testo').click();
  await see(letter.locator('pre').getByText('Scegli uno dei tre modi, basta uno:'));
  await page.getByLabel('Tipo di lettera').selectOption({ label: 'Caselle sospese' });
  await see(page.getByText('Nessuna lettera di questo tipo.'));
});

test('the activity tells who changed what', async (t) => {
  const person = await createPerson(portal, 'Who', { language: 'en', mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  await page.getByRole('button', { name: /^Monthly/ }).click();
  await page.getByRole('menuitemradio', { name: 'Yearly' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
  await see(page.getByRole('row', { name: person.address('anna') }).getByText('for 1 year'));
  await page.getByRole('link', { name: 'Activity' }).click();
  const line = page.getByRole('listitem').filter({ hasText: 'The billing mode of a mailbox was changed to Yearly' });
  await see(line.getByText(person.address('anna')));
  await see(line.getByText(`${person.name} Rossi`));
  await page.getByLabel('What').selectOption({ label: 'Payments' });
  await see(page.getByText('Nothing has happened yet.'));
});

test('somebody is invited by letter, sees what their role may, is given another one, and is removed', async (t) => {
  const person = await createPerson(portal, 'Capo', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, '/settings#people');
  const email = `ospite-${person.email}`;
  const form = page.getByRole('region', { name: 'Invita una persona' });
  await form.getByLabel('Indirizzo e-mail').fill(email);
  await form.getByLabel('Nome').fill('Olga Ospite');
  await form.getByRole('radio', { name: /^Tecnico/ }).check();
  await form.getByRole('button', { name: 'Invita' }).dblclick();
  await see(page.getByText(`Invito inviato a ${email}.`));
  const line = page.getByRole('listitem').filter({ hasText: email });
  await see(line.getByText('Invitato, non ha ancora scelto la password'));

  const { page: theirs } = await visit(t, portal, 'it');
  const letter = await openLetter(theirs, { to: email, subject: /ti invita nello Spazio Cliente/ });
  await letter.getByRole('link', { name: "Accetta l'invito" }).click();
  await theirs.getByLabel('Nuova password').fill('zebra piano 44');
  await theirs.getByRole('button', { name: 'Salva la password' }).click();
  await theirs.getByRole('link', { name: 'Accedi' }).click();
  const guest = { ...person, email, password: 'zebra piano 44' };
  await signIn(theirs, guest);
  const menu = theirs.getByRole('navigation', { name: 'Menu' });
  await see(menu.getByRole('link', { name: person.platform }));
  assert.equal(await menu.getByRole('link', { name: 'Il mio account' }).count(), 0, 'a technician sees no money');

  await page.reload();
  await line.getByLabel('Ruolo di Olga Ospite').selectOption({ label: 'Fatturazione' });
  await line.getByRole('button', { name: 'Salva' }).click();
  await see(page.getByText('Olga Ospite ora ha il ruolo Fatturazione.'));
  await theirs.reload();
  await see(menu.getByRole('link', { name: 'Il mio account' }));

  await line.getByRole('button', { name: 'Rimuovi Olga Ospite' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Rimuovi' }).click();
  await see(page.getByText('Olga Ospite è stato rimosso.'));
  await gone(line);
  await theirs.reload();
  await see(theirs.locator('body:not(:has(.mantine-Skeleton-root)) h1'));
  assert.equal(await theirs.getByText(person.platform).count(), 0, 'nothing of this customer is left to see');
});

test('a session elsewhere is listed and ended, and whoever sat there has to sign in', async (t) => {
  const person = await createPerson(portal, 'Devices', { language: 'en' });
  const { page } = await enter(t, portal, person, '/settings#security');
  const { page: elsewhere } = await enter(t, portal, person);
  await page.reload();
  const sessions = page.getByRole('region', { name: 'Sessions and devices' });
  await see(sessions.getByText('This session'));
  await sessions.getByRole('button', { name: /^End the session/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End' }).click();
  await see(page.getByText('Session ended.'));
  await gone(sessions.getByRole('button', { name: /^End the session/ }));
  await elsewhere.reload();
  await see(elsewhere.getByRole('heading', { name: 'Sign in to your customer area' }));
});

test('a token is shown once, does what it may and nothing else, and nothing once it was revoked', async (t) => {
  const person = await createPerson(portal, 'Programma', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, '/settings#tokens');
  await page.getByLabel('Nome').fill('contabilità');
  await page.getByRole('button', { name: 'Crea il token' }).click();
  const made = page.getByRole('status').filter({ hasText: 'Token creato' });
  const token = await made.locator('pre').textContent();
  assert(token);
  const ask = async (path: string) => {
    const answer = await fetch(`${portal.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return answer.status;
  };
  assert.equal(await ask('/v1/mailboxes'), 200);
  assert.equal(await ask('/v1/account'), 403);
  await made.getByRole('button', { name: "L'ho copiato" }).click();
  await gone(page.getByText(token));
  await page.getByRole('button', { name: 'Revoca il token contabilità' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoca' }).click();
  await see(page.getByText('Il token contabilità è revocato.'));
  assert.equal(await ask('/v1/mailboxes'), 401);
});

test('a forgotten password: the letter’s link gives a new one, once, and the old one opens nothing', async (t) => {
  const person = await createPerson(portal, 'Smemorata');
  const { page } = await visit(t, portal, 'it');
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Hai dimenticato la password?' }).click();
  // Both screens ask for the address.
  await see(page.getByRole('heading', { level: 1, name: 'Password dimenticata' }));
  await page.getByLabel('Indirizzo e-mail').fill(person.email);
  await page.getByRole('button', { name: 'Invia il link' }).click();
  await see(page.getByRole('status').filter({ hasText: 'Controlla la posta' }));
  const letter = await openLetter(page, { to: person.email, subject: /^Scegli una nuova password/ });
  await letter.getByRole('link', { name: 'Scegli la nuova password' }).click();
  await see(page.getByRole('heading', { name: 'Scegli una password' }));
  const link = page.url();
  await page.getByLabel('Nuova password').fill('password12');
  await page.getByRole('button', { name: 'Salva la password' }).click();
  await see(page.getByRole('alert').getByText('troppo facile da indovinare'));
  await page.getByLabel('Nuova password').fill('giraffa lenta 9');
  await page.getByRole('button', { name: 'Salva la password' }).click();
  await page.getByRole('link', { name: 'Accedi' }).click();
  await tryToSignIn(page, person);
  await see(page.getByRole('alert').getByText('non corrispondono ad alcun accesso'));
  await signIn(page, { ...person, password: 'giraffa lenta 9' });
  await page.goto(link);
  await page.getByLabel('Nuova password').fill('giraffa lenta 10');
  await page.getByRole('button', { name: 'Salva la password' }).click();
  await see(page.getByRole('alert').getByText('Questo link non è più valido'));
});

test('an authenticator is set up and asked for; without it a recovery code opens the door, once', async (t) => {
  const person = await createPerson(portal, 'Chiave');
  const { page } = await enter(t, portal, person, '/settings#security');
  await page.getByRole('button', { name: 'Attiva il secondo fattore' }).click();
  await see(page.getByRole('img', { name: 'Codice QR per l' }));
  const secret = await page.locator('form code').textContent();
  assert(secret);
  const authenticator = new TOTP({ secret: secret.replaceAll(' ', '') });
  await page.getByLabel("Codice mostrato dall'app").fill(authenticator.generate());
  await page.getByRole('button', { name: 'Conferma e attiva' }).click();
  const codes = page.getByRole('list', { name: 'I tuoi codici di recupero' }).getByRole('listitem');
  await see(codes.nth(9));
  const [first = ''] = await codes.allInnerTexts();
  await page.getByRole('button', { name: 'Li ho messi da parte' }).click();
  await see(page.getByText('Restano 10 codici di recupero.'));

  const { page: phone } = await visit(t, portal, 'it');
  await tryToSignIn(phone, person);
  await see(phone.getByRole('heading', { name: 'Secondo passo' }));
  await phone.getByLabel('Codice di verifica').fill('000000');
  await phone.getByRole('button', { name: 'Accedi' }).click();
  await see(phone.getByRole('alert').getByText('Questo codice non è valido'));
  // The one after the code that set it up, which opens nothing a second time.
  await phone.getByLabel('Codice di verifica').fill(authenticator.generate({ timestamp: Date.now() + 30_000 }));
  await phone.getByRole('button', { name: 'Accedi' }).click();
  await see(phone.getByRole('heading', { level: 1, name: 'Ciao' }));

  for (const outcome of ['opens', 'was used'] as const) {
    const { page: lost } = await visit(t, portal, 'it');
    await tryToSignIn(lost, person);
    await lost.getByRole('button', { name: 'Usa un codice di recupero' }).click();
    await lost.getByLabel('Codice di recupero', { exact: true }).fill(first);
    await lost.getByRole('button', { name: 'Accedi' }).click();
    if (outcome === 'opens') await see(lost.getByRole('heading', { level: 1, name: 'Ciao' }));
    else await see(lost.getByRole('alert').getByText('è già stato usato'));
  }
  await page.reload();
  await see(page.getByText('Restano 9 codici di recupero.'));
});

test('language and theme are chosen in the menu of the profile; signing out ends the session', async (t) => {
  const person = await createPerson(portal, 'Lingue');
  const { page, context } = await enter(t, portal, person);
  await page.getByRole('button', { name: 'Il tuo profilo' }).click();
  await page.getByRole('button', { name: 'Tema scuro' }).click();
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
  await page.getByLabel('Lingua').selectOption({ label: 'Polski' });
  await see(page.getByRole('heading', { level: 1, name: /^Witaj|^Cześć|^Dzień dobry/ }));
  assert.equal(await page.locator('html').getAttribute('lang'), 'pl');
  await page.getByRole('button', { name: 'Wyloguj' }).click();
  await see(page.getByRole('button', { name: 'Zaloguj' }));
  assert.equal((await context.request.get('/v1/me')).status(), 401);
});

/** As far as the door. */
async function tryToSignIn(page: Page, { email, password }: Person): Promise<void> {
  await page.goto('/sign-in');
  await page.getByRole('textbox', { name: 'Indirizzo e-mail' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Accedi' }).click();
}
