import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { Temporal } from 'temporal-polyfill';
import { registerUsers } from '#domain/identity/register.ts';
import { orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import { plugDevice } from './_device.ts';
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

/** The demo company in all its states, and every screen on which it shows. */
export async function openScreens(owner: Owner): Promise<{ portal: Portal; screens: readonly Screen[] }> {
  const portal = await openPortal(owner, { demo: true });
  const platform = `/platforms/${await platformOf(portal, 'agenzia-neri')}`;
  const ending = `/platforms/${await platformOf(portal, 'cooperativa-blu')}`;
  const open = await placeTopUp(portal, 'studio-bianchi');
  const keeper = await createKeeper(portal);
  const screens: Screen[] = [
    { name: 'sign-in', who: null, path: '/sign-in' },
    { name: 'sign-in-second-step', who: null, path: '/sign-in', open: (page) => knowPassword(page, keeper) },
    { name: 'reset', who: null, path: '/reset' },
    { name: 'set-password', who: null, path: '/password/a-token-that-was-never-given' },
    { name: 'order-link', who: null, path: open.path },
    { name: 'order-link-unknown', who: null, path: `${open.path.slice(0, -1)}_` },
    { name: 'home', who: neri, path: '/' },
    { name: 'home-in-debt', who: verdi, path: '/' },
    { name: 'home-suspended', who: rossi, path: '/' },
    { name: 'home-of-an-operator', who: 'operator@rinnovo.example', path: '/' },
    { name: 'billing-modes', who: neri, path: platform },
    { name: 'billing-modes-preview', who: neri, path: platform, open: (page) => chooseForAll(page, 'Annuale') },
    { name: 'billing-modes-none', who: neri, path: platform, open: (page) => chooseForAll(page, 'Nessuna') },
    { name: 'platform-ending', who: blu, path: ending },
    { name: 'add-mailboxes', who: neri, path: `${platform}/add` },
    { name: 'end-platform', who: neri, path: `${platform}/end` },
    { name: 'methods', who: neri, path: '/billing/methods' },
    { name: 'methods-none', who: bianchi, path: '/billing/methods' },
    { name: 'account', who: bianchi, path: '/billing/account' },
    { name: 'account-in-debt', who: verdi, path: '/billing/account' },
    { name: 'top-up', who: bianchi, path: '/billing/account', open: press('Accredita') },
    { name: 'orders', who: bianchi, path: '/billing/orders' },
    { name: 'order', who: bianchi, path: `/billing/orders/${open.orderId}` },
    { name: 'documents', who: neri, path: '/billing/documents' },
    { name: 'forecast', who: neri, path: '/billing/forecast' },
    { name: 'letters', who: rossi, path: '/letters' },
    { name: 'activity', who: neri, path: '/activity' },
    { name: 'settings', who: neri, path: '/settings' },
    { name: 'security', who: neri, path: '/settings#security' },
    { name: 'security-passkey', who: blu, path: '/settings#security', open: addPasskey, isWhole: true },
    { name: 'not-found', who: neri, path: '/billing/nothing-here' },
  ];
  return { portal, screens };
}

/** Signs somebody of the demo company in, without the form. */
export async function enter(context: BrowserContext, { url, greeting }: Portal, email: string): Promise<void> {
  const password = greeting.match(new RegExp(`^ *${email.replaceAll('.', '\\.')} +(\\S+)`, 'm'))?.[1];
  assert(password, `the greeting tells no login of ${email}`);
  const answer = await context.request.post(`${url}/v1/sessions`, { data: { email, password } });
  assert.equal(answer.status(), 201, await answer.text());
}

/** Goes to a screen and waits until it has everything it shows. */
export async function show(page: Page, { path, open }: Screen): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
  await open?.(page);
  await settled(page);
}

const settled = (page: Page) =>
  page.locator('body:not(:has(.mantine-Skeleton-root, .mantine-Loader-root))').waitFor({ state: 'attached' });

function press(name: string): (page: Page) => Promise<void> {
  return (page) => page.getByRole('button', { name }).first().click();
}

async function chooseForAll(page: Page, mode: string): Promise<void> {
  await page.getByRole('checkbox', { name: 'Seleziona tutte le caselle di questa pagina' }).check();
  await page
    .getByRole('group', { name: 'Imposta la modalità' })
    .getByRole('button', { name: mode, exact: true })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Conferma' }).waitFor();
}

/** Signs in as far as the password goes. */
async function knowPassword(page: Page, { email, password }: Login): Promise<void> {
  await page.getByRole('textbox', { name: 'Indirizzo e-mail' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Accedi' }).click();
  await page.getByRole('heading', { level: 1, name: 'Secondo passo' }).waitFor();
}

async function addPasskey(page: Page): Promise<void> {
  await plugDevice(page.context(), page);
  await page.getByRole('button', { name: 'Aggiungi una passkey' }).click();
  await page.getByRole('list', { name: 'I tuoi codici di recupero' }).waitFor();
}

type Login = { email: string; password: string };

/** Somebody who has a passkey, on a device that is not here. */
async function createKeeper({ database }: Portal): Promise<Login> {
  const login = { email: 'marta@agenzia-neri.example', password: 'correct horse 7' };
  const now = Temporal.Now.instant();
  const person = { ...login, name: 'Marta Neri', language: 'it', now };
  await transaction(database.system, async (tx) => {
    const [user_id = 0n] = await registerUsers(tx, [person]);
    const key = { credential_id: 'elsewhere', public_key: Buffer.alloc(1), counter: 0n, transports: [] };
    await tx
      .insertInto('passkeys')
      .values({ user_id, name: 'Portatile', created_at: now, ...key })
      .execute();
  });
  return login;
}

async function platformOf({ database }: Portal, code: string): Promise<bigint> {
  const { id } = await database.system
    .selectFrom('platforms')
    .innerJoin('customers', 'customers.customer_id', 'platforms.customer_id')
    .select('platforms.platform_id as id')
    .where('customers.code', '=', code)
    .orderBy('platforms.platform_id')
    .executeTakeFirstOrThrow();
  return id;
}

async function placeTopUp({ database }: Portal, code: string): Promise<{ orderId: bigint; path: string }> {
  const { system } = database;
  const act = { actor: 'system', ...(await readMoment(system, zone)) };
  return transaction(system, async (tx) => {
    const { customer_id: customerId } = await tx
      .selectFrom('customers')
      .select('customer_id')
      .where('code', '=', code)
      .executeTakeFirstOrThrow();
    const draft = { customerId, linkSecret: testSecret, kind: 'top_up', amount: 60_00n } as const;
    const { orderId } = await placeOrder(tx, act, draft);
    return { orderId, path: `/o/${orderLink(testSecret, { customerId, orderId })}` };
  });
}
