/**
 * `bin/rinnovo-node bench/large-platform.ts`: a platform of 50,000 mailboxes in a browser, as its owner sees it: how long
 * each step takes from the click to what it shows, in milliseconds, and how long the page stood still at worst.
 */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { openScreens } from '#spec/browser/screens.ts';

const mailboxes = 50_000;

type Portal = Awaited<ReturnType<typeof openScreens>>['portal'];

const closing: (() => Promise<void>)[] = [];
try {
  const { portal, screens, enter } = await openScreens({ after: (done) => void closing.push(done) });
  const screen = screens.find(({ name }) => name === 'billing-modes');
  if (!screen?.who) throw new Error('the demo company has no platform to look at');
  const before = await fill(portal, BigInt(screen.path.split('/').at(-1) ?? ''));
  const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'en-GB' });
  context.setDefaultTimeout(120_000);
  await enter(context, screen.who);
  const page = await context.newPage();
  await page.addInitScript(`
    globalThis.stalls = [];
    new PerformanceObserver((seen) => stalls.push(...seen.getEntries().map((each) => each.duration)))
      .observe({ type: 'longtask', buffered: true });`);
  await walk(page, screen.path, (before + mailboxes).toLocaleString('en-GB'));
} finally {
  for (const done of closing.reverse()) await done();
}

type Step = readonly [name: string, act: () => Promise<unknown>, shown: () => Promise<unknown>];

async function walk(page: Page, path: string, all: string): Promise<void> {
  for (const [name, act, shown] of [...reading(page, path, all), ...changing(page, all)]) {
    await page.evaluate('globalThis.stalls && (stalls.length = 0)').catch(() => undefined);
    const from = performance.now();
    await act();
    await shown();
    const ms = (performance.now() - from).toFixed(0).padStart(6);
    const longest = (await page.evaluate<number>('Math.max(0, ...stalls)')).toFixed(0);
    const rows = await page.locator('tbody tr').count();
    const [load = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
    console.log(
      `${name.padEnd(36)} ${ms} ms, stood still for ${longest} ms, ${rows} rows (load of the machine ${load})`,
    );
  }
}

function told(page: Page, text: string): () => Promise<void> {
  return () => page.getByRole('status').filter({ hasText: text }).first().waitFor();
}

function reading(page: Page, path: string, all: string): Step[] {
  const search = page.getByRole('searchbox');
  const expiry = page.getByRole('columnheader', { name: 'Expir' });
  const sorted = page.locator('[aria-busy=false] th[aria-sort=ascending]', { hasText: 'Expir' });
  return [
    ['opening it', () => page.goto(path), told(page, all)],
    ['a part of an address', () => search.fill('person777'), told(page, 'to 11 of 11')],
    ['no part of an address', () => search.fill(''), told(page, all)],
    ['sorted by expiry', () => expiry.getByRole('button').click(), () => sorted.waitFor()],
    ['the next page', () => page.getByRole('button', { name: 'Next 50' }).click(), told(page, '51 to 100')],
  ];
}

function changing(page: Page, all: string): Step[] {
  const dialog = page.getByRole('dialog');
  const whole = page.getByRole('checkbox', { name: 'Select all mailboxes on this page' });
  const more = page.getByRole('button', { name: `Select all ${all}` });
  const yearly = page.getByRole('group', { name: 'Set the mode' }).getByRole('button', { name: 'Yearly' });
  const confirm = dialog.getByRole('button', { name: 'Confirm' });
  const undo = dialog.getByRole('button', { name: 'Undo' });
  return [
    ['the page chosen', () => whole.check(), () => more.waitFor()],
    ['all that match chosen', () => more.click(), told(page, `All ${all}`)],
    ['preview of yearly for all of them', () => yearly.click(), () => confirm.waitFor()],
    ['confirmed', () => confirm.click(), () => undo.waitFor()],
    ['undone', () => undo.click(), told(page, 'Undone')],
  ];
}

/** Adds the mailboxes to a platform; answers how many live ones it had. */
async function fill({ database }: Portal, platformId: bigint): Promise<number> {
  const { rows } = await sql<{ before: number }>`
    select count(*)::int as before from mailboxes where platform_id = ${platformId} and state <> 'ended'`.execute(
    database.system,
  );
  await sql`
    insert into mailboxes (customer_id, platform_id, plan_id, address, state, mode, anchor_on, expires_on, due_on,
                           applied_version, provision_after, created_at)
    select m.customer_id, m.platform_id, m.plan_id, 'person' || n || '@large.example', 'active',
           case when n % 50 = 0 then 'none' when n % 3 = 0 then 'yearly' else 'monthly' end, d.ends_on - 365, d.ends_on,
           d.ends_on, 1, now(), now()
      from (select * from mailboxes where platform_id = ${platformId} and state = 'active' limit 1) m,
           generate_series(1, ${mailboxes}::int) n,
           lateral (select current_date + 5 + case when n % 3 = 0 then n % 300 else n % 28 end as ends_on) d`.execute(
    database.system,
  );
  await sql`
    insert into taken_addresses (address)
    select address from mailboxes where platform_id = ${platformId} and address like 'person%@large.example'`.execute(
    database.system,
  );
  await sql`
    insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, plan_id, mode, net)
    select customer_id, mailbox_id, 1, anchor_on, expires_on, plan_id, 'yearly', 0
      from mailboxes where platform_id = ${platformId} and address like 'person%@large.example'`.execute(
    database.system,
  );
  return rows[0]?.before ?? 0;
}
