import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { placeTopUp } from './_orders.ts';
import { createPerson, suspended } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, hold, see } from './_visit.ts';

const portal = await openPortal({ after });

// ── what is under way belongs to the dialog that asked for it ──

test('a dialog whose change of mode is under way stays until the answer is there, and tells that one', async (t) => {
  const person = await createPerson(portal, 'Durante', { mailboxes: { anna: 'monthly', bruno: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  await page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' }).check();
  await page.getByRole('group', { name: 'Imposta la modalità' }).getByRole('button', { name: 'Nessuna' }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Conferma per 2 caselle' });
  await see(confirm);
  const sent = await hold(page, 'POST', '/v1/mode-changes');
  await confirm.click();
  await stays(page, dialog.getByRole('button', { name: 'Annulla' }));
  sent.letGo();
  await see(dialog.getByRole('status').filter({ hasText: '2 caselle modificate.' }));
  await page.keyboard.press('Escape');
  await gone(dialog);
});

test('a mailbox whose order is under way is not left for another one', async (t) => {
  const due = { anna: 'none', bruno: 'none' } as const;
  const person = await createPerson(portal, 'Intanto', { due });
  for (const box of ['anna', 'bruno']) await suspended(portal, person, box);
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const buyBack = (box: string) => page.getByRole('button', { name: `Riacquista ${person.address(box)}` }).click();
  await buyBack('anna');
  const dialog = page.getByRole('dialog');
  const place = dialog.getByRole('button', { name: "Emetti il buono d'ordine" });
  await see(place);
  const sent = await hold(page, 'POST', '/v1/orders');
  await place.click();
  await stays(page, dialog.getByRole('button', { name: 'Chiudi' }));
  sent.letGo();
  await see(dialog.getByRole('heading', { name: "Buono d'ordine O" }));
  await page.keyboard.press('Escape');
  await gone(dialog);
  await buyBack('bruno');
  await see(place);
});

test('an act that was asked for once more and is under way is not left behind', async (t) => {
  const person = await createPerson(portal, 'Ritiro');
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  await page.getByRole('button', { name: 'Ritira' }).click();
  const dialog = page.getByRole('dialog');
  const sent = await hold(page, 'PUT', `/v1/orders/${orderId}/withdrawal`);
  await dialog.getByRole('button', { name: 'Ritira' }).click();
  await stays(page, dialog.getByRole('button', { name: 'Annulla' }));
  sent.letGo();
  await gone(dialog);
});

test('a top-up that is under way is neither closed nor gone back from', async (t) => {
  const person = await createPerson(portal, 'Accredito');
  const { page } = await enter(t, portal, person, '/billing/account');
  await page.getByRole('button', { name: 'Accredita', exact: true }).click();
  await page.getByLabel('Importo da accreditare').fill('25');
  await page.getByRole('button', { name: 'Continua' }).click();
  const confirm = page.getByRole('button', { name: 'Conferma e genera il buono d' });
  await see(confirm);
  const sent = await hold(page, 'POST', '/v1/orders');
  await confirm.click();
  await stays(page, page.getByRole('dialog').getByRole('button', { name: 'Indietro' }));
  sent.letGo();
  await see(page.getByRole('heading', { level: 1, name: "Buono d'ordine O" }));
});

test('who goes elsewhere while a platform is being terminated is told when it is, and stays there', async (t) => {
  const person = await createPerson(portal, 'Mentre', { mailboxes: { anna: 'monthly' } });
  const path = `/platforms/${person.platformId}`;
  const { page } = await enter(t, portal, person, `${path}/end`);
  await page.getByLabel('Per confermare, scrivi il nome della piattaforma').fill(person.platform);
  const sent = await hold(page, 'PUT', `/v1${path}/termination`);
  await page.getByRole('button', { name: 'Recedere' }).click();
  await see(page.locator('button[data-loading]'));
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Il mio account' }).click();
  const heading = page.getByRole('heading', { level: 1, name: 'Il mio account' });
  await see(heading);
  const refreshed = page.waitForEvent('requestfinished', (request) => request.url().endsWith('/v1/account'));
  sent.letGo();
  await see(page.getByRole('alert').filter({ hasText: person.platform }));
  await refreshed;
  await see(heading);
});

// ── a question that is asked again and fails ──

test('mailboxes stay selected when their platform, come back to, is asked for again in vain', async (t) => {
  const person = await createPerson(portal, 'Scelte', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const anna = page.getByRole('checkbox', { name: `Seleziona ${person.address('anna')}` });
  await anna.check();
  await comeBackInVain(page, `/v1/platforms/${person.platformId}`);
  assert.equal(await anna.isChecked(), true);
});

test('typed addresses are kept when platform and plans are asked for again in vain, and asked for once more', async (t) => {
  const person = await createPerson(portal, 'Scheda', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}/add`);
  const addresses = page.getByLabel('Indirizzi');
  await addresses.fill(person.address('dora'));
  for (const path of [`/v1/platforms/${person.platformId}`, '/v1/plans']) {
    await comeBackInVain(page, path);
    assert.equal(await addresses.inputValue(), person.address('dora'), path);
    await page.getByRole('alert').getByRole('button', { name: 'Riprova' }).click();
    await gone(page.getByRole('alert'));
  }
  assert.equal(await addresses.inputValue(), person.address('dora'));
});

test('a typed reason to end a platform is kept when the platform is asked for again in vain', async (t) => {
  const person = await createPerson(portal, 'Motivo', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}/end`);
  const reason = page.getByLabel('Perché vuoi recedere?');
  await reason.fill('Cambio sede');
  await comeBackInVain(page, `/v1/platforms/${person.platformId}`);
  assert.equal(await reason.inputValue(), 'Cambio sede');
});

test('an order stays on the screen, with its ways to pay, when it is asked for again in vain', async (t) => {
  const person = await createPerson(portal, 'Resta', { cards: ['success'] });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  const pay = page.getByRole('button', { name: /^Paga 25,00.€ con Visa/ });
  await see(pay);
  await comeBackInVain(page, `/v1/orders/${orderId}`);
  await see(pay);
});

// ── what is typed and the way to the content ──

test('skipping the menu changes nothing on the screen, such as a tab and what was typed there', async (t) => {
  const person = await createPerson(portal, 'Salto');
  const { page } = await enter(t, portal, person, '/settings#security');
  const typed = page.getByLabel('Nuova password', { exact: true });
  await typed.fill('correct horse 8');
  await page.getByRole('link', { name: 'Vai al contenuto' }).focus();
  await page.keyboard.press('Enter');
  await see(page.locator('main:focus'));
  assert.equal(await typed.inputValue(), 'correct horse 8');
});

// ── who is there ──

test('who is signed in goes on through the portal while the server cannot tell who they are', async (t) => {
  const person = await createPerson(portal, 'Avanti');
  const { page } = await enter(t, portal, person);
  await page.route('**/v1/me', (route) => route.fulfill({ status: 502, body: 'no answer of ours' }));
  await later(page);
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Il mio account' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Il mio account' }));
});

test('who is signed in keeps the portal around the screen when the connection is lost on the way', async (t) => {
  const person = await createPerson(portal, 'Galleria');
  const { page } = await enter(t, portal, person, '/letters');
  await page.route('**/v1/me', (route) => route.abort('connectionreset'));
  await later(page);
  const menu = page.getByRole('navigation', { name: 'Menu' });
  await menu.getByRole('link', { name: 'Il mio account' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Il mio account' }));
  await see(menu);
});

test('who opens the portal without a connection is told so, and it opens by itself once it is back', async (t) => {
  const person = await createPerson(portal, 'Risveglio');
  const { page } = await enter(t, portal, person);
  await page.route('**/v1/me', (route) => route.abort('connectionreset'));
  await page.reload();
  await see(page.getByRole('alert').getByText('Connessione assente'));
  await page.unrouteAll();
  await page.evaluate("dispatchEvent(new Event('online'))");
  await see(page.getByRole('heading', { level: 1, name: 'Ciao' }));
});

test('a server too busy to say who is there does not ask for the password: trying again opens the portal', async (t) => {
  const person = await createPerson(portal, 'Affollata');
  const { page } = await enter(t, portal, person);
  const busy = { status: 503, json: { code: 'busy', title: 'Busy.' } };
  await page.route('**/v1/me', (route) => route.fulfill(busy));
  await page.reload();
  const told = page.getByRole('alert');
  await see(told.getByText('Il server è occupato'));
  await page.unrouteAll();
  await told.getByRole('button', { name: 'Riprova' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Ciao' }));
});

// ── the way out ──

test('signing out of a session that has ended leads to the door', async (t) => {
  const person = await createPerson(portal, 'Uscita');
  const { page, context } = await enter(t, portal, person);
  await page.getByRole('button', { name: 'Il tuo profilo' }).click();
  await context.clearCookies();
  await page.getByRole('button', { name: 'Esci' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Accedi' }));
});

test('signing out that did not work is said, and works when it is tried again', async (t) => {
  const person = await createPerson(portal, 'Riprova');
  const { page } = await enter(t, portal, person);
  await page.getByRole('button', { name: 'Il tuo profilo' }).click();
  await page.route('**/v1/session', (route) => route.abort('connectionreset'), { times: 1 });
  const signOut = page.getByRole('button', { name: 'Esci' });
  await signOut.click();
  await see(page.getByRole('alert').getByText('Il server non risponde'));
  await signOut.click();
  await see(page.getByRole('heading', { level: 1, name: 'Accedi' }));
});

/** While something is under way, neither the way out nor a key leads out of a dialog. */
async function stays(page: Page, wayOut: Locator): Promise<void> {
  await see(page.getByRole('dialog').locator('button[data-loading]'));
  await page.keyboard.press('Escape');
  assert.equal(await wayOut.isDisabled(), true, 'the way out is shut');
}

/** Leaves the tab for a minute and comes back to it while the server refuses what is asked at this path. */
async function comeBackInVain(page: Page, path: string): Promise<void> {
  await page.route(
    (url) => url.pathname === path,
    (route) => route.fulfill({ status: 500, json: { code: 'internal_error', title: 'a fault' } }),
    { times: 1 },
  );
  await later(page);
  await page.evaluate("dispatchEvent(new Event('visibilitychange'))");
  await see(page.getByRole('alert').getByText('Qualcosa è andato storto da parte nostra').first());
}

/** A minute goes by in the browser: what was answered before is old. */
const later = (page: Page) => page.evaluate('{ const now = Date.now; Date.now = () => now() + 60_000; }');
