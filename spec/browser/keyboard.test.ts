import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { booksOf, placeTopUp } from './_orders.ts';
import { createPerson } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, see, visit } from './_visit.ts';

const portal = await openPortal({ after });

test('from the door to the content: every stop of the way is seen, and the menu can be skipped', async (t) => {
  const person = await createPerson(portal, 'Tasti', { mailboxes: { anna: 'monthly' } });
  const { page } = await visit(t, portal, 'it');
  await page.goto('/sign-in');
  await tabTo(page, page.getByRole('textbox', { name: 'Indirizzo e-mail' }));
  await page.keyboard.type(person.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await page.keyboard.type(person.password);
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { level: 1, name: 'Ciao' }));
  await page.reload();
  await see(page.getByRole('heading', { level: 1, name: 'Ciao' }));
  const first = page.getByRole('main').getByRole('link', { name: 'Lettere intercettate' });
  await see(first);
  await tabTo(page, page.getByRole('link', { name: 'Vai al contenuto' }));
  await page.keyboard.press('Enter');
  await tabTo(page, first, 1);
});

test('a mode is changed by keyboard alone, and taken back; the focus is never lost', async (t) => {
  const person = await createPerson(portal, 'Frecce', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const choice = page.getByRole('button', { name: /cambia la modalità/ });
  await see(choice);
  await tabTo(page, choice);
  await page.keyboard.press('Enter');
  await focused(page.getByRole('menuitemradio', { name: 'Mensile' }));
  await page.keyboard.press('Escape');
  await focused(choice);
  await page.keyboard.press('Enter');
  await focused(page.getByRole('menuitemradio', { name: 'Mensile' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Passa alla modalità Annuale' });
  await see(dialog.getByRole('button', { name: 'Conferma' }));
  await page.keyboard.press('Escape');
  await gone(dialog);
  await focused(choice);
  await page.keyboard.press('Enter');
  await focused(page.getByRole('menuitemradio', { name: 'Mensile' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await see(dialog.getByRole('button', { name: 'Conferma' }));
  await tabTo(page, dialog.getByRole('button', { name: 'Conferma' }));
  await page.keyboard.press('Space');
  await see(page.getByRole('status').filter({ hasText: '1 casella passa a Annuale dal 1 apr 2027.' }));
  await focused(choice);
  await tabTo(page, page.getByRole('button', { name: 'Annulla la modifica' }));
  await page.keyboard.press('Enter');
  const undone = page.getByRole('status').filter({ hasText: 'Modifica annullata' });
  await see(undone);
  await focused(undone.locator(':focus'));
});

test('many are selected, previewed and changed by keyboard, and the result has the focus', async (t) => {
  const person = await createPerson(portal, 'Spazio', { mailboxes: { anna: 'monthly', bruno: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const all = page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' });
  await see(all);
  await tabTo(page, all);
  await page.keyboard.press('Space');
  await see(page.getByRole('status').filter({ hasText: '2 selezionate' }));
  await tabTo(page, page.getByRole('group', { name: 'Imposta la modalità' }).getByRole('button', { name: 'Nessuna' }));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Modalità Nessuna' });
  await see(dialog.getByRole('alert').filter({ hasText: 'backup' }));
  await tabTo(page, dialog.getByRole('button', { name: 'Conferma per 2 caselle' }));
  await page.keyboard.press('Enter');
  await focused(dialog.getByRole('status').filter({ hasText: '2 caselle modificate.' }));
  await page.keyboard.press('Escape');
  await gone(dialog);
  await see(page.getByRole('row', { name: person.address('bruno') }).getByText('Termina il 1 apr 2027'));
});

test('the account is credited by keyboard: amount, preview, order, payment, and what came of it is said', async (t) => {
  const person = await createPerson(portal, 'Invio', { cards: ['success'] });
  const { page } = await enter(t, portal, person, '/billing/account');
  const topUp = page.getByRole('button', { name: 'Accredita', exact: true });
  await see(topUp);
  await tabTo(page, topUp);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Accredita il conto' });
  await focused(dialog.getByLabel('Importo da accreditare'));
  await page.keyboard.press('Escape');
  await gone(dialog);
  await focused(topUp);
  await page.keyboard.press('Enter');
  await focused(dialog.getByLabel('Importo da accreditare'));
  await page.keyboard.type('30');
  await page.keyboard.press('Enter');
  await see(dialog.getByText(/buono d'ordine di 30,00/));
  await tabTo(page, dialog.getByRole('button', { name: 'Conferma e genera' }));
  await page.keyboard.press('Enter');
  const heading = page.getByRole('heading', { level: 1, name: "Buono d'ordine O" });
  await see(heading);
  await focused(heading);
  const pay = page.getByRole('button', { name: /^Paga 30,00.€ con Visa/ });
  await see(pay);
  await tabTo(page, pay);
  await page.keyboard.press('Enter');
  await see(page.getByRole('status').filter({ hasText: "è pagato: l'importo è sul tuo conto" }));
  await focused(page.getByRole('status').filter({ hasText: "è pagato: l'importo è sul tuo conto" }));
  assert.deepEqual(await booksOf(portal, person), { balance: 30_00n, payments: [30_00n] });
});

test('a platform is terminated by keyboard; what is wrong stands at its field', async (t) => {
  const person = await createPerson(portal, 'Digita', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  await see(page.getByRole('link', { name: 'Recedere' }));
  await tabTo(page, page.getByRole('link', { name: 'Recedere' }));
  await page.keyboard.press('Enter');
  await focused(page.getByRole('heading', { level: 1, name: 'Recedere da' }));
  const name = page.getByLabel('Per confermare, scrivi il nome della piattaforma');
  await see(name);
  await tabTo(page, name);
  await page.keyboard.type('another');
  await page.keyboard.press('Enter');
  await see(page.getByText(`Il nome è ${person.platform}.`));
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(person.platform);
  await page.keyboard.press('Enter');
  await see(page.getByText('Questa piattaforma termina'));
  await focused(page.getByRole('heading', { level: 1, name: person.platform }));
  await tabTo(page, page.getByRole('button', { name: 'Revoca il recesso' }));
  await page.keyboard.press('Enter');
  await see(page.getByRole('alert').filter({ hasText: 'Recesso revocato' }));
  await gone(page.getByText('Questa piattaforma termina'));
  await focused(page.getByRole('heading', { level: 1, name: person.platform }));
});

test('an order is withdrawn by keyboard, and the focus waits where it was', async (t) => {
  const person = await createPerson(portal, 'Ritira');
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  const withdraw = page.getByRole('button', { name: 'Ritira' });
  await see(withdraw);
  await tabTo(page, withdraw);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await focused(dialog.getByRole('button', { name: 'Ritira' }));
  await page.keyboard.press('Enter');
  await gone(dialog);
  await focused(page.getByRole('heading', { name: 'Per che cosa' }));
});

test('the threshold is set and taken away by keyboard, and what stands now has the focus', async (t) => {
  const person = await createPerson(portal, 'Soglia');
  const { page } = await enter(t, portal, person, '/billing/account');
  const threshold = page.getByRole('region', { name: 'Soglia di avviso' });
  await threshold.getByLabel('Avvisami sotto').fill('12,50');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await focused(threshold.getByRole('status').filter({ hasText: 'La soglia è 12,50' }));
  await threshold.getByRole('button', { name: 'Nessun avviso' }).press('Enter');
  await focused(threshold.getByRole('status').filter({ hasText: "Al momento non c'è alcuna soglia." }));
});

test('a role is changed by keyboard, and the focus waits where it was chosen', async (t) => {
  const person = await createPerson(portal, 'Ruolo');
  const { page } = await enter(t, portal, person, '/settings#people');
  const form = page.getByRole('region', { name: 'Invita una persona' });
  await form.getByLabel('Indirizzo e-mail').fill(`ospite-${person.email}`);
  await form.getByLabel('Nome').fill('Olga Ospite');
  await form.getByRole('radio', { name: /^Tecnico/ }).check();
  await form.getByRole('button', { name: 'Invita' }).click();
  const role = page.getByLabel('Ruolo di Olga Ospite');
  await role.selectOption({ label: 'Fatturazione' });
  await page.getByRole('button', { name: 'Salva' }).press('Enter');
  await see(page.getByText('Olga Ospite ora ha il ruolo Fatturazione.'));
  await focused(role);
});

test('one’s address is changed by keyboard, and the focus waits at it', async (t) => {
  const person = await createPerson(portal, 'Indirizzo');
  const { page } = await enter(t, portal, person, '/settings');
  const section = page.getByRole('region', { name: 'Indirizzo e-mail' });
  const address = section.getByLabel('Indirizzo e-mail');
  await address.fill(`nuovo-${person.email}`);
  await section.getByRole('button').press('Enter');
  await see(page.getByText(/^Indirizzo cambiato/));
  await focused(address);
  assert.equal(await address.inputValue(), `nuovo-${person.email}`);
});

test('every entry of the menu leads to a screen whose heading has the focus', async (t) => {
  const person = await createPerson(portal, 'Ovunque', { mailboxes: { anna: 'monthly' }, cards: ['success'] });
  const { orderId } = await placeTopUp(portal, person);
  const { page } = await enter(t, portal, person);
  const links = page.getByRole('navigation', { name: 'Menu' }).getByRole('link');
  await see(links.filter({ hasText: person.platform }));
  for (const link of await links.all()) {
    if ((await link.getAttribute('aria-current')) === 'page') continue;
    await link.press('Enter');
    await see(link.and(page.locator('[aria-current=page]')));
    await see(page.locator('body:not(:has(.mantine-Skeleton-root)) h1'));
    await focused(page.locator('h1'));
  }
  await links.filter({ hasText: "Buoni d'ordine" }).press('Enter');
  await page.getByRole('main').getByRole('link', { name: 'O2027' }).press('Enter');
  await see(page.getByRole('button', { name: /^Paga/ }).first());
  await focused(page.getByRole('heading', { level: 1, name: "Buono d'ordine O" }));
  assert(page.url().endsWith(`/orders/${orderId}`));
});

test('mailboxes are ordered by keyboard, and the order that was placed has the focus', async (t) => {
  const person = await createPerson(portal, 'Ordina', { mailboxes: { anna: 'monthly' }, cards: ['success'] });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}/add`);
  await see(page.getByLabel('Indirizzi'));
  await tabTo(page, page.getByLabel('Indirizzi'));
  await page.keyboard.type(person.address('bea'));
  await tabTo(page, page.getByRole('radio', { name: /^Mensile/ }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const place = page.getByRole('button', { name: "Emetti il buono d'ordine" });
  await see(place);
  await tabTo(page, place);
  await page.keyboard.press('Enter');
  const pay = page.getByRole('button', { name: /^Paga 36,48.€ con Visa/ });
  await see(pay);
  await focused(page.getByRole('heading', { level: 2, name: "Buono d'ordine O" }));
  await tabTo(page, pay);
  await page.keyboard.press('Enter');
  await see(page.getByRole('status').filter({ hasText: 'è pagato: le caselle si attivano' }));
  await focused(page.getByRole('status').filter({ hasText: 'è pagato: le caselle si attivano' }));
});

test('on a phone the menu opens, leads somewhere and is closed again, all by keyboard', async (t) => {
  const person = await createPerson(portal, 'Telefono', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person);
  await page.setViewportSize({ width: 360, height: 780 });
  const burger = page.getByRole('button', { name: 'Menu' });
  await tabTo(page, burger);
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Previsione' }));
  await page.keyboard.press('Enter');
  await focused(page.getByRole('heading', { level: 1, name: 'Previsione dei prossimi 12 mesi' }));
  await gone(page.getByRole('navigation', { name: 'Menu' }));
  const profile = page.getByRole('button', { name: 'Il tuo profilo' });
  await tabTo(page, profile);
  await page.keyboard.press('Enter');
  await see(page.getByLabel('Lingua'));
  await page.keyboard.press('Escape');
  await gone(page.getByLabel('Lingua'));
  await focused(profile);
});

/** Presses Tab until something has the focus; each stop on the way must be seen: it shows that it has it, and nothing covers it. */
async function tabTo(page: Page, wanted: Locator, most = 60): Promise<void> {
  for (let stops = 0; stops < most; stops++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate<Stop>(stopScript);
    assert.equal(stop.fault, '', `${stop.name}: ${stop.fault}`);
    if (await wanted.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus'))) return;
  }
  assert.fail(`Tab does not lead to ${wanted}`);
}

type Stop = { name: string; fault: string };

const stopScript = `(() => {
  const element = document.activeElement;
  const name = element.outerHTML.slice(0, 200);
  // A field for a day holds the focus in three parts, and begins anew when it is given back.
  if (element === document.body || element.type === 'date') return { name, fault: '' };
  const marks = () => [element, element.nextElementSibling, element.parentElement].filter(Boolean).map((each) => {
    const { outlineStyle, outlineWidth, borderColor } = getComputedStyle(each);
    return [outlineStyle, outlineWidth, borderColor].join();
  }).join(' ');
  const focused = marks();
  element.blur();
  const blurred = marks();
  element.focus({ preventScroll: true, focusVisible: true });
  const { left, top, width, height } = element.getBoundingClientRect();
  const above = document.elementFromPoint(left + width / 2, top + height / 2);
  const isOwn = !above || element.contains(above) || above.contains(element) || above.closest('label')?.control === element;
  const fault = focused === blurred ? 'does not show its focus' : isOwn ? '' : 'is covered by ' + above.outerHTML.slice(0, 200);
  return { name, fault };
})()`;

/** Waits until something has the focus. */
async function focused(what: Locator): Promise<void> {
  await see(what);
  await see(what.and(what.page().locator(':focus')));
}
