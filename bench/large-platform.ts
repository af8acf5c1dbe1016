/**
 * `bin/rinnovo-node bench/large-platform.ts`: a platform of 50,000 mailboxes in a browser, as its owner sees it: how long
 * each step takes from the click to what it shows, in milliseconds, and how long the page stood still at worst.
 */
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { enter, openScreens } from '#spec/browser/screens.ts';

const mailboxes = 50_000;

type Portal = Awaited<ReturnType<typeof openScreens>>['portal'];

const closing: (() => Promise<void>)[] = [];
try {
  const { portal, screens } = await openScreens({ after: (done) => void closing.push(done) });
  const screen = screens.find(({ name }) => name === 'billing-modes');
  if (!screen?.who) throw new Error('the demo company has no platform to look at');
  const before = await fill(portal, BigInt(screen.path.split('/').at(-1) ?? ''));
  const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'en-GB' });
  context.setDefaultTimeout(120_000);
  await enter(context, portal, screen.who);
  const page = await context.newPage();
  await page.addInitScript(`
    globalThis.stalls = [];
    new PerformanceObserver((seen) => stalls.push(...seen.getEntries().map((each) => each.duration)))
      .observe({ type: 'longtask', buffered: true });`);
  await walk(page, screen.path, (before + mailboxes).toLocaleString('en-GB'));
} finally {
  for (const done of closing.reverse()) await done();
}

async function walk(page: Page, path: string, all: string): Promise<void> {
  const step = async (name: string, act: () => Promise<unknown>, shown: () => Promise<unknown>) => {
    await page.evaluate('globalThis.stalls && (stalls.length = 0)').catch(() => undefined);
    const from = performance.now();
    await act();
    await shown();
    const ms = performance.now() - from;
    const longest = await page.evaluate<number>('Math.max(0, ...stalls)');
    const rows = await page.getByRole('row').count();
    const [load = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
    console.log(
      `${name.padEnd(44)} ${ms.toFixed(0).padStart(6)} ms, longest stand-still ${longest.toFixed(0)} ms, ${rows} rows (load of the machine ${load})`,
    );
  };
  const told = (text: string) => () => page.getByRole('status').filter({ hasText: text }).first().waitFor();
  const dialog = page.getByRole('dialog');
  const setTo = (mode: string) => page.getByRole('group', { name: 'Set the mode' }).getByRole('button', { name: mode });
  await step('opening it', () => page.goto(path), told(all));
  await step('a part of an address', () => page.getByRole('searchbox').fill('person777'), told('to 11 of 11'));
  await step('no part of an address', () => page.getByRole('searchbox').fill(''), told(all));
  await step(
    'sorted by expiry',
    () => page.getByRole('columnheader', { name: 'Expir' }).getByRole('button').click(),
    () => page.locator('[aria-busy=false] th[aria-sort=ascending]', { hasText: 'Expir' }).waitFor(),
  );
  await step('the next page', () => page.getByRole('button', { name: 'Next 50' }).click(), told('51 to 100'));
  await page.getByRole('checkbox', { name: /all mailboxes (on|of) this page/i }).check();
  await step(
    'all that match chosen',
    () => page.getByRole('button', { name: `Select all ${all}` }).click(),
    () =>
      page
        .getByRole('region', { name: /selection/i })
        .getByText('50,001')
        .first()
        .waitFor(),
  );
  await step(
    'preview of yearly for all of them',
    () => setTo('Yearly').click(),
    () => dialog.getByRole('button', { name: 'Confirm' }).waitFor(),
  );
  await step(
    'confirmed',
    () => dialog.getByRole('button', { name: 'Confirm' }).click(),
    () =>
      dialog
        .getByText(/changed\./)
        .first()
        .waitFor(),
  );
  await step(
    'undone',
    () => dialog.getByRole('button', { name: 'Undo' }).click(),
    () =>
      page
        .getByText(/previous mode|mode before|again/)
        .first()
        .waitFor(),
  );
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
    insert into terms (customer_id, mailbox_id, chain, starts_on, ends_on, plan_id, mode, net)
    select customer_id, mailbox_id, 1, anchor_on, expires_on, plan_id, 'yearly', 0
      from mailboxes where platform_id = ${platformId} and address like 'person%@large.example'`.execute(
    database.system,
  );
  return rows[0]?.before ?? 0;
}
