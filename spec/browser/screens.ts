import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { createKeeper, debtLetterOf, invoiceOf, lock, loginsIn, type Orders, ordersOf, platformOf } from './_demo.ts';
import { plugDevice } from './_device.ts';
import { createPerson, type Person } from './_people.ts';
import { type Owner, openPortal, type Portal } from './_portal.ts';

/** One screen in one of its states: who looks at it, where it is, and what is opened on it: over the page, or in it as a whole. */
export type Screen = {
  name: string;
  who: string | null;
  path: string;
  open?: (page: Page) => Promise<unknown>;
  isWhole?: boolean;
};

const neri = 'alice@agenzia-neri.example';
const bianchi = 'anna.bianchi@studio-bianchi.example';
const verdi = 'titolare@officina-verdi.example';
const rossi = 'cucina@trattoria-rossi.example';
const blu = 'presidenza@cooperativa-blu.example';

/** What can be looked at, and the way in for whoever looks: by address, or nobody. */
export type Gallery = {
  portal: Portal;
  screens: readonly Screen[];
  enter(context: BrowserContext, who: string | null): Promise<void>;
};

/** The demo company in all its states, beside it somebody who has nothing yet, and every screen on which it shows. */
export async function openScreens(owner: Owner): Promise<Gallery> {
  const portal = await openPortal(owner, { demo: true });
  const newcomer = await createPerson(portal, 'Nuova');
  const careful = await createPerson(portal, 'Cauta');
  await lock(portal, careful);
  const keeper = await createKeeper(portal);
  const passwords = new Map([...loginsIn(portal.greeting), [newcomer.email, newcomer.password]]);
  const enter = async ({ request }: BrowserContext, email: string | null) => {
    if (email === null) return;
    const answer = await request.post(`${portal.url}/v1/sessions`, { data: { email, password: passwords.get(email) } });
    assert.equal(answer.status(), 201, await answer.text());
  };
  const orders = await ordersOf(portal, 'studio-bianchi');
  const screens = [
    ...doors(orders, { careful, keeper }),
    ...(await servicePages(portal, newcomer)),
    ...moneyPages(orders, { newcomer: newcomer.email, invoice: await invoiceOf(portal, 'agenzia-neri') }),
    ...otherPages({ newcomer: newcomer.email, letter: await debtLetterOf(portal, 'trattoria-rossi') }),
  ];
  return { portal, screens, enter };
}

function doors(orders: Orders, { careful, keeper }: { careful: Person; keeper: Login }): Screen[] {
  const who = null;
  return [
    { name: 'sign-in', who, path: '/sign-in' },
    { name: 'sign-in-second-step', who, path: '/sign-in', open: (page) => firstStep(page, careful) },
    { name: 'sign-in-passkey', who, path: '/sign-in', open: (page) => firstStep(page, keeper) },
    { name: 'reset', who, path: '/reset' },
    { name: 'set-password', who, path: '/password/a-token-that-was-never-given' },
    { name: 'order-link', who, path: orders.open.link },
    { name: 'order-link-mailboxes', who, path: orders.mailboxes.link },
    { name: 'order-link-paid', who, path: orders.paid.link },
    { name: 'order-link-expired', who, path: orders.expired.link },
    { name: 'order-link-withdrawn', who, path: orders.withdrawn.link },
    { name: 'order-link-unknown', who, path: `${orders.open.link.slice(0, -1)}_` },
  ];
}

async function servicePages(portal: Portal, newcomer: Person): Promise<Screen[]> {
  const platform = `/platforms/${await platformOf(portal, 'agenzia-neri')}`;
  const ending = `/platforms/${await platformOf(portal, 'cooperativa-blu')}`;
  return [
    { name: 'home', who: neri, path: '/' },
    { name: 'home-in-debt', who: verdi, path: '/' },
    { name: 'home-suspended', who: rossi, path: '/' },
    { name: 'home-empty', who: newcomer.email, path: '/' },
    { name: 'home-of-an-operator', who: 'operator@rinnovo.example', path: '/' },
    { name: 'billing-modes', who: neri, path: platform },
    { name: 'billing-modes-selection', who: neri, path: platform, open: selectAll },
    { name: 'billing-modes-menu', who: neri, path: platform, open: (page) => press(/cambia la modalità/)(page) },
    { name: 'billing-modes-preview', who: neri, path: platform, open: (page) => chooseForAll(page, 'Annuale') },
    { name: 'billing-modes-none', who: neri, path: platform, open: (page) => chooseForAll(page, 'Nessuna') },
    { name: 'billing-modes-empty', who: newcomer.email, path: `/platforms/${newcomer.platformId}` },
    { name: 'platform-ending', who: blu, path: ending },
    { name: 'add-mailboxes', who: neri, path: `${platform}/add` },
    { name: 'add-mailboxes-preview', who: neri, path: `${platform}/add`, open: previewMailboxes },
    { name: 'end-platform', who: neri, path: `${platform}/end` },
  ];
}

function moneyPages({ open, paid }: Orders, known: { newcomer: string; invoice: bigint }): Screen[] {
  const { newcomer, invoice } = known;
  return [
    { name: 'methods', who: neri, path: '/billing/methods' },
    { name: 'methods-none', who: bianchi, path: '/billing/methods' },
    { name: 'methods-add', who: bianchi, path: '/billing/methods', open: dialogBy('Aggiungi un metodo di pagamento') },
    { name: 'methods-remove', who: neri, path: '/billing/methods', open: dialogBy(/^Rimuovi /) },
    { name: 'account', who: bianchi, path: '/billing/account' },
    { name: 'account-in-debt', who: verdi, path: '/billing/account' },
    { name: 'account-empty', who: newcomer, path: '/billing/account' },
    { name: 'top-up', who: bianchi, path: '/billing/account', open: dialogBy('Accredita') },
    { name: 'orders', who: bianchi, path: '/billing/orders' },
    { name: 'orders-empty', who: newcomer, path: '/billing/orders' },
    { name: 'order', who: bianchi, path: open.page },
    { name: 'order-withdraw', who: bianchi, path: open.page, open: dialogBy('Ritira') },
    { name: 'order-paid', who: bianchi, path: paid.page },
    { name: 'documents', who: neri, path: '/billing/documents' },
    { name: 'documents-in-debt', who: verdi, path: '/billing/documents' },
    { name: 'documents-empty', who: newcomer, path: '/billing/documents' },
    {
      name: 'invoice',
      who: neri,
      path: '/billing/documents',
      open: async (page) => {
        await page.goto(`/billing/documents#invoice-${invoice}`);
        await page.getByRole('dialog').getByRole('table').waitFor();
      },
    },
    {
      name: 'receipts',
      who: neri,
      path: '/billing/documents',
      open: (page) => page.getByRole('tab', { name: 'Ricevute' }).click(),
    },
    {
      name: 'credit-notes-empty',
      who: neri,
      path: '/billing/documents',
      open: (page) => page.getByRole('tab', { name: 'Note di credito' }).click(),
    },
    { name: 'forecast', who: neri, path: '/billing/forecast' },
    { name: 'forecast-empty', who: newcomer, path: '/billing/forecast' },
  ];
}

function otherPages({ newcomer, letter }: { newcomer: string; letter: bigint }): Screen[] {
  return [
    { name: 'letters', who: rossi, path: '/letters' },
    { name: 'letter', who: rossi, path: `/letters?letter=${letter}` },
    { name: 'letters-empty', who: newcomer, path: '/letters' },
    { name: 'activity', who: neri, path: '/activity' },
    { name: 'settings', who: neri, path: '/settings' },
    { name: 'settings-security', who: neri, path: '/settings#security' },
    { name: 'settings-authenticator', who: neri, path: '/settings#security', open: press('Attiva il secondo fattore') },
    { name: 'settings-passkey', who: blu, path: '/settings#security', open: addPasskey, isWhole: true },
    { name: 'settings-people', who: bianchi, path: '/settings#people' },
    { name: 'settings-tokens', who: neri, path: '/settings#tokens' },
    { name: 'sandbox-cards', who: neri, path: '/activity', open: dialogBy('Carte di prova') },
    { name: 'profile-menu', who: neri, path: '/activity', open: press('Il tuo profilo') },
    { name: 'session-ended', who: newcomer, path: '/billing/account', open: endSession },
    { name: 'not-found', who: neri, path: '/billing/nothing-here' },
  ];
}

/** Goes to a screen and waits until it has everything it shows. */
export async function show(page: Page, { path, open }: Screen): Promise<void> {
  await page.goto(path);
  await arrived(page, open);
}

/**
 * The same as by a link: in a page that shows another screen already, and without loading the portal anew. On the way it
 * leaves what was opened or chosen before.
 */
export async function goOn(page: Page, { path, open }: Screen): Promise<void> {
  const aside = ['/reset', '/sign-in', '/nowhere'].find((each) => each !== path && !page.url().endsWith(each));
  for (const to of [aside, path]) {
    const before = await page.locator('#root h1').elementHandle();
    await page.evaluate(`history.pushState({}, '', ${JSON.stringify(to)})`);
    await before?.waitForElementState('hidden');
    await page.locator('#root h1').waitFor();
  }
  await arrived(page, open);
}

async function arrived(page: Page, open: Screen['open']): Promise<void> {
  await page.locator('#root h1').waitFor();
  await settled(page);
  if (!open) return;
  await open(page);
  await page.locator('body:not(:has(.mantine-Skeleton-root))').waitFor({ state: 'attached' });
}

const settled = (page: Page) =>
  page.locator('body:not(:has(.mantine-Skeleton-root, .mantine-Loader-root))').waitFor({ state: 'attached' });

function press(name: string | RegExp): (page: Page) => Promise<void> {
  return (page) => page.getByRole('button', { name }).first().click();
}

/** What draws a dialog comes with the first that is opened: it is waited for. */
function dialogBy(name: string | RegExp): (page: Page) => Promise<void> {
  return async (page) => {
    await press(name)(page);
    await page.getByRole('dialog').waitFor();
  };
}

async function selectAll(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' }).check();
}

async function chooseForAll(page: Page, mode: string): Promise<void> {
  await selectAll(page);
  await page
    .getByRole('group', { name: 'Imposta la modalità' })
    .getByRole('button', { name: mode, exact: true })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Conferma' }).waitFor();
}

async function previewMailboxes(page: Page): Promise<void> {
  await page.getByLabel('Indirizzi').fill('vendite@agenzia-neri.example\nassistenza@agenzia-neri.example');
  await page.getByRole('button', { name: 'Mostra il prezzo' }).click();
  await page.getByRole('button', { name: "Emetti il buono d'ordine" }).waitFor();
}

type Login = { email: string; password: string };

async function firstStep(page: Page, { email, password }: Login): Promise<void> {
  await page.getByRole('textbox', { name: 'Indirizzo e-mail' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Accedi' }).click();
  await page.getByRole('heading', { name: 'Secondo passo' }).waitFor();
}

async function addPasskey(page: Page): Promise<void> {
  await plugDevice(page.context(), page);
  await page.getByRole('button', { name: 'Aggiungi una passkey' }).click();
  await page.getByRole('list', { name: 'I tuoi codici di recupero' }).waitFor();
  // What stands below hears of it a moment later.
  await page.getByRole('button', { name: "Aggiungi un'app di autenticazione" }).waitFor();
}

async function endSession(page: Page): Promise<void> {
  await page.getByLabel('Avvisami sotto').fill('10');
  await page.route('**/threshold', (route) => route.fulfill({ status: 401, json: { code: 'not_signed_in' } }));
  await page.getByRole('button', { name: 'Salva la soglia' }).click();
  await page.getByRole('dialog', { name: 'La sessione è terminata' }).waitFor();
}
