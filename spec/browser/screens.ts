import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { orderLink } from '#domain/orders/link.ts';
import { placeOrder } from '#domain/orders/place.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import { testSecret } from '#spec/harness.ts';
import { type Owner, openPortal, type Portal } from './_portal.ts';

/** One screen in one of its states: who looks at it, where it is, and what is opened on it. */
export type Screen = { name: string; who: string | null; path: string; open?: (page: Page) => Promise<unknown> };

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
  const screens: Screen[] = [
    { name: 'sign-in', who: null, path: '/sign-in' },
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
