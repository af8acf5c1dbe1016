import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page, Request } from 'playwright-core';
import { booksOf, placeTopUp } from './_orders.ts';
import { createPerson, type Person, suspended } from './_people.ts';
import { openPortal } from './_portal.ts';
import { enter, gone, hold, see } from './_visit.ts';

const portal = await openPortal({ after });

// ── two tabs ──

test('the same order paid in two tabs: the second one is told, and it is paid once', async (t) => {
  const person = await createPerson(portal, 'Schede', { cards: ['success'] });
  const { orderId } = await placeTopUp(portal, person);
  const { page, context } = await enter(t, portal, person, `/billing/orders/${orderId}`);
  const other = await context.newPage();
  await other.goto(`/billing/orders/${orderId}`);
  const [first, second] = [page, other].map((tab) => tab.getByRole('button', { name: /^Paga 25,00.€ con Visa/ }));
  await Promise.all([first?.waitFor(), second?.waitFor()]);
  await Promise.all([first?.click(), second?.click()]);
  for (const tab of [page, other]) await see(tab.getByText("è pagato: l'importo è sul tuo conto").first());
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

test('the same change of mode in two tabs: the second one hears that it is so already', async (t) => {
  const person = await createPerson(portal, 'Gemelle', { mailboxes: { anna: 'monthly' } });
  const { page, context } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const other = await context.newPage();
  await other.goto(`/platforms/${person.platformId}`);
  const preview = async (tab: Page) => {
    await tab.getByRole('button', { name: /^Mensile: cambia la modalità/ }).click();
    await tab.getByRole('menuitemradio', { name: 'Annuale' }).click();
    await see(tab.getByRole('dialog').getByRole('button', { name: 'Conferma' }));
  };
  await preview(page);
  await preview(other);
  await page.getByRole('dialog').getByRole('button', { name: 'Conferma' }).click();
  await see(page.getByRole('status').filter({ hasText: '1 casella passa a Annuale' }));
  await other.getByRole('dialog').getByRole('button', { name: 'Conferma' }).click();
  await see(other.getByRole('dialog').getByRole('status').filter({ hasText: 'Nessuna casella è stata modificata.' }));
  assert.equal(await eventsOf(person, 'mailboxes.modes_changed'), 1, 'it was changed once');
});

test('a platform terminated in another tab: each refusal is told, and retried once it was revoked', async (t) => {
  const person = await createPerson(portal, 'Altrove', { mailboxes: { anna: 'monthly', bruno: 'monthly' } });
  const path = `/platforms/${person.platformId}`;
  const { page, context } = await enter(t, portal, person, path);
  await page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' }).check();
  await page.getByRole('group', { name: 'Imposta la modalità' }).getByRole('button', { name: 'Annuale' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByRole('button', { name: 'Conferma per 2 caselle' }));
  const other = await context.newPage();
  await other.goto(`${path}/end`);
  await other.getByLabel('Per confermare, scrivi il nome della piattaforma').fill(person.platform);
  await other.getByRole('button', { name: 'Recedere' }).click();
  await see(other.getByText('Questa piattaforma termina'));
  await dialog.getByRole('button', { name: 'Conferma per 2 caselle' }).click();
  await see(dialog.getByText('Nessuna casella è stata modificata. 2 non riuscite.'));
  await see(dialog.getByText(`${person.address('bruno')}: la piattaforma termina; revoca prima il recesso`));
  await other.getByRole('button', { name: 'Revoca il recesso' }).click();
  await see(other.getByText('Recesso revocato').first());
  await dialog.getByRole('button', { name: 'Riprova le 2 non riuscite' }).dblclick();
  await see(dialog.getByText('2 caselle modificate.'));
  await dialog.getByRole('button', { name: 'Chiudi' }).last().click();
  await see(page.getByRole('row', { name: person.address('bruno') }).getByText('per 1 anno'));
});

// ── back ──

test('back after ordering and after paying: nothing is ordered or paid again', async (t) => {
  const person = await createPerson(portal, 'Indietro', { cards: ['success'] });
  const { page } = await enter(t, portal, person, '/billing/account');
  await page.getByRole('button', { name: 'Accredita', exact: true }).click();
  await page.getByLabel('Importo da accreditare').fill('25');
  await page.getByRole('button', { name: 'Continua' }).click();
  await page.getByRole('button', { name: 'Conferma e genera il buono d' }).dblclick();
  const heading = page.getByRole('heading', { level: 1, name: "Buono d'ordine O" });
  await see(heading);
  await page.goBack();
  await see(page.getByRole('heading', { level: 1, name: 'Il mio account' }));
  await gone(page.getByRole('dialog'));
  await page.goForward();
  await see(heading);
  await page.getByRole('button', { name: /^Paga 25,00.€ con Visa/ }).click();
  await see(page.getByText("è pagato: l'importo è sul tuo conto"));
  await page.goBack();
  await see(page.getByRole('region', { name: 'Saldo del conto' }).getByText('25,00'));
  await page.goForward();
  await see(page.getByText("è pagato: l'importo è sul tuo conto"));
  assert.equal(await page.getByRole('button', { name: /^Paga/ }).count(), 0, 'there is nothing left to pay');
  assert.equal(await ordersOf(person), 1);
  assert.deepEqual(await booksOf(portal, person), { balance: 25_00n, payments: [25_00n] });
});

// ── double click, slow and broken network ──

test('a slow network: what comes is outlined, what was pressed is busy, and two clicks are one request', async (t) => {
  const person = await createPerson(portal, 'Lenta', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person);
  const mailboxes = await hold(page, 'GET', '/v1/mailboxes');
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: person.platform }).click();
  await see(page.getByRole('status', { name: 'Caricamento' }));
  mailboxes.letGo();
  const row = page.getByRole('row', { name: person.address('anna') });
  await row.getByRole('button', { name: /^Mensile/ }).click();
  const changes = await hold(page, 'POST', '/v1/mode-changes');
  await page.getByRole('menuitemradio', { name: 'Nessuna' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByRole('status', { name: 'Calcolo di ciò che cambierebbe' }));
  changes.letGo();
  const confirm = dialog.getByRole('button', { name: 'Conferma' });
  await see(confirm);
  const sent = await hold(page, 'POST', '/v1/mode-changes');
  await confirm.dblclick();
  await see(dialog.locator('button[data-loading]'));
  assert.equal(await confirm.isDisabled(), true, 'it is busy');
  sent.letGo();
  await see(row.getByText('Termina il 1 apr 2027'));
  assert.equal(sent.count(), 1, 'nor is what was confirmed worked out once more');
});

test('every button that moves money, pressed twice in a hurry, asks once', async (t) => {
  const due = { anna: 'none' } as const;
  const person = await createPerson(portal, 'Doppia', { mailboxes: { bruno: 'monthly' }, due, cards: ['success'] });
  await suspended(portal, person, 'anna');
  const { page } = await enter(t, portal, person, '/billing/account');
  const asked = countActs(page);
  await page.getByRole('button', { name: 'Accredita', exact: true }).click();
  await page.getByLabel('Importo da accreditare').fill('80');
  await page.getByRole('button', { name: 'Continua' }).click();
  await page.getByRole('button', { name: 'Conferma e genera il buono d' }).dblclick();
  await page.getByRole('button', { name: /^Paga 80,00.€ con Visa/ }).dblclick();
  await see(page.getByText("è pagato: l'importo è sul tuo conto"));

  await page.getByRole('link', { name: 'Il mio account' }).first().click();
  await page.getByRole('button', { name: 'Preleva credito' }).click();
  await page.getByLabel('Importo da prelevare').fill('20');
  await page.getByRole('button', { name: 'Continua' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Preleva', exact: true }).dblclick();
  await see(page.getByRole('region', { name: 'Saldo del conto' }).getByText('60,00'));

  await page.goto(`/platforms/${person.platformId}/add`);
  await page.getByLabel('Indirizzi').fill(person.address('carla'));
  await page.getByRole('button', { name: 'Mostra il prezzo' }).dblclick();
  await page.getByRole('button', { name: "Emetti il buono d'ordine" }).dblclick();
  await page.getByRole('button', { name: /^Paga dal conto/ }).dblclick();
  await see(page.getByText('è pagato: le caselle si attivano'));

  await page.getByRole('link', { name: 'Vai alle caselle' }).click();
  await page.getByRole('button', { name: `Riacquista ${person.address('anna')}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: "Emetti il buono d'ordine" }).dblclick();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Paga dal conto/ })
    .dblclick();
  await see(page.getByRole('dialog').getByText('è pagato: le caselle si attivano'));

  assert.deepEqual(asked(), {
    'POST /v1/orders': 3,
    'POST /v1/orders/#/payments': 3,
    'POST /v1/withdrawals': 1,
  });
  assert.deepEqual(await booksOf(portal, person), { balance: 60_00n - 2n * 3_65n, payments: [80_00n] });
});

test('no connection is said, and what was asked for goes on when it is back', async (t) => {
  const person = await createPerson(portal, 'Offline', { language: 'en', mailboxes: { anna: 'monthly' } });
  const { page, context } = await enter(t, portal, person, `/platforms/${person.platformId}`);
  const row = page.getByRole('row', { name: person.address('anna') });
  await row.getByRole('button', { name: /change the mode/i }).click();
  await page.getByRole('menuitemradio', { name: 'Yearly' }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByText('29.90').first());
  await context.setOffline(true);
  const notice = page.getByRole('status').filter({ hasText: 'No connection' });
  await see(notice);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await see(dialog.getByRole('alert').getByText('No connection'));
  await context.setOffline(false);
  await gone(notice);
  await dialog.getByRole('button', { name: 'Try again' }).click();
  await see(row.getByText('for 1 year'));
});

test('a screen opened without a connection fills by itself once it is back', async (t) => {
  const person = await createPerson(portal, 'Assente', { mailboxes: { anna: 'monthly' } });
  const { page, context } = await enter(t, portal, person);
  await page.getByRole('link', { name: 'Previsione' }).first().hover();
  await see(page.getByText('Prossima scadenza: 1 aprile 2027'));
  await page.getByRole('link', { name: 'Buoni d', exact: false }).first().click();
  await see(page.getByRole('heading', { level: 1, name: 'Buoni d' }));
  await context.setOffline(true);
  await page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name: 'Home' }).click();
  await see(page.getByRole('status').filter({ hasText: 'Connessione assente' }));
  await context.setOffline(false);
  await gone(page.getByRole('status').filter({ hasText: 'Connessione assente' }));
  await see(page.getByText('Prossima scadenza: 1 aprile 2027'));
});

test('the answer to an order breaks off: trying again makes no second one, and nothing typed is lost', async (t) => {
  const person = await createPerson(portal, 'Rotta', { mailboxes: { anna: 'monthly' } });
  const { page } = await enter(t, portal, person, `/platforms/${person.platformId}/add`);
  const typed = [person.address('dora'), person.address('elsa')].join('\n');
  await page.getByLabel('Indirizzi').fill(typed);
  await page.getByRole('button', { name: 'Mostra il prezzo' }).click();
  const place = page.getByRole('button', { name: "Emetti il buono d'ordine" });
  await see(place);
  // The server does what was asked; its answer gets lost on the way.
  await page.route(
    '**/v1/orders',
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
  await place.click();
  await see(page.getByRole('alert').getByText('Connessione assente'));
  assert.equal(await page.getByLabel('Indirizzi').inputValue(), typed);
  await page.getByRole('alert').getByRole('button', { name: 'Riprova' }).click();
  await see(page.getByRole('heading', { name: "Buono d'ordine O" }));
  assert.equal(await ordersOf(person), 1);
});

test('a session that ends while somebody types: signing in again goes on, and nothing typed is lost', async (t) => {
  const person = await createPerson(portal, 'Sessione');
  const { page, context } = await enter(t, portal, person, '/billing/account');
  await page.getByRole('button', { name: 'Accredita', exact: true }).click();
  await page.getByLabel('Importo da accreditare').fill('48');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Continua' }).click();
  const proof = page.getByRole('dialog', { name: 'La sessione è terminata' });
  await proof.getByLabel('Password', { exact: true }).fill('not the right one');
  await proof.getByRole('button', { name: 'Accedi e continua' }).click();
  await see(proof.getByRole('alert'));
  await proof.getByLabel('Password', { exact: true }).fill(person.password);
  await proof.getByRole('button', { name: 'Accedi e continua' }).click();
  await gone(proof);
  await see(page.getByRole('dialog').getByText(/buono d'ordine di 48,00/));
});

/** How often each act on money was asked for, previews left out. */
function countActs(page: Page): () => Record<string, number> {
  const counts: Record<string, number> = {};
  page.on('request', (request) => {
    const act = `${request.method()} ${new URL(request.url()).pathname.replaceAll(/\/\d+/g, '/#')}`;
    const isMoney = /orders|withdrawals/.test(act) && !act.endsWith('previews');
    if (isMoney && isAct(request)) counts[act] = (counts[act] ?? 0) + 1;
  });
  return () => counts;
}

function isAct(request: Request): boolean {
  return request.method() !== 'GET' && !request.postData()?.includes('"dry_run":true');
}

async function ordersOf({ customerId }: Person): Promise<number> {
  const { system } = portal.database;
  return (await system.selectFrom('orders').select('order_id').where('customer_id', '=', customerId).execute()).length;
}

async function eventsOf({ customerId }: Person, type: string): Promise<number> {
  const { system } = portal.database;
  const rows = await system
    .selectFrom('events')
    .select('event_id')
    .where('customer_id', '=', customerId)
    .where('type', '=', type)
    .execute();
  return rows.length;
}
