import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { goOn, openScreens, show } from './screens.ts';

const { portal, screens, enter } = await openScreens({ after });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const wide = { width: 1280, height: 900 };
// What a window of 1280 has left at 200 %, and the narrowest phone there is.
const zoomed = { width: 640, height: 450 };
const narrow = { width: 360, height: 780 };

for (const [who, own] of Map.groupBy(screens, (screen) => screen.who)) {
  test(`no screen of ${who ?? 'somebody without a session'} breaks WCAG 2.2 AA, wide and light or narrow and dark`, async () => {
    const context = await openContext(who);
    const page = await context.newPage();
    await page.goto('/sign-in');
    const found: string[] = [];
    for (const screen of own) {
      const tell = (about: string, faults: readonly string[]) =>
        found.push(...faults.map((fault) => `${screen.name}, ${about}: ${fault}`));
      await page.setViewportSize(wide);
      await page.emulateMedia({ colorScheme: 'light' });
      await goOn(page, screen);
      // What is opened over a screen is the same at every width: only the colours of the theme are looked at twice.
      tell('wide and light', await violations(page, screen.open ? colours : everything));
      const offered = await offersOf(page);
      await page.setViewportSize(zoomed);
      tell('at 200 %', await overflows(page));
      await page.setViewportSize(narrow);
      await page.emulateMedia({ colorScheme: 'dark' });
      tell('narrow', await overflows(page));
      tell('narrow', lostOf(offered, await offersOf(page)));
      tell('narrow and dark', await violations(page));
    }
    await context.close();
    assert.deepEqual(found, []);
  });
}

test('what is on its way, and what did not arrive, break nothing either', async () => {
  const context = await openContext('alice@agenzia-neri.example');
  const found: string[] = [];
  const paths = new Set(screens.filter(({ who }) => who === 'alice@agenzia-neri.example').map(({ path }) => path));
  for (const path of paths) {
    const page = await context.newPage();
    const { promise, resolve: letGo } = Promise.withResolvers<void>();
    await page.route(isData, async (route) => {
      await promise;
      await route.fulfill({ status: 500, json: { code: 'unexpected', title: 'An error', detail: '' } });
    });
    await page.goto(path);
    await page.locator('main').waitFor();
    found.push(...(await violations(page)).map((fault) => `${path}, on its way: ${fault}`));
    letGo();
    const problem = page.getByRole('alert');
    if (path !== '/settings' && path !== '/billing/nothing-here') await problem.first().waitFor();
    found.push(...(await violations(page)).map((fault) => `${path}, did not arrive: ${fault}`));
    await page.close();
  }
  await context.close();
  assert.deepEqual(found, []);
});

test('the eye that looks for violations sees one', async () => {
  const page = await portal.browser.newPage();
  await page.setContent('<html lang="it"><title>A picture</title><img src="data:,"></html>');
  assert.match((await violations(page)).join(), /^image-alt/);
  await page.close();
});

test('the edges of what can be filled in or ticked stand out 3 to 1, in both themes', async () => {
  const context = await openContext('alice@agenzia-neri.example');
  const page = await context.newPage();
  const screen = screens.find(({ name }) => name === 'add-mailboxes');
  assert(screen);
  await show(page, screen);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const edges = await page.evaluate<[edge: string, around: string][]>(edgesScript);
    assert(edges.length >= 3, 'there is something to fill in');
    for (const [edge, around] of edges) assert(contrast(edge, around) >= 3, `${colorScheme}: ${edge} on ${around}`);
  }
  await context.close();
});

test('who asked for less motion gets none, and everybody else some', async () => {
  for (const reducedMotion of ['reduce', 'no-preference'] as const) {
    const context = await openContext('alice@agenzia-neri.example');
    const page = await context.newPage();
    await page.emulateMedia({ reducedMotion });
    await page.goto('/billing/methods');
    await page.getByRole('button', { name: 'Aggiungi un metodo di pagamento' }).waitFor();
    await page.evaluate(`addEventListener('transitionrun', () => (document.body.dataset.moved = 'yes'))`);
    await page.evaluate(`addEventListener('animationstart', () => (document.body.dataset.moved = 'yes'))`);
    await page.getByRole('button', { name: 'Aggiungi un metodo di pagamento' }).click();
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Chiudi' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    const moved = await page.locator('body').getAttribute('data-moved');
    assert.equal(moved, reducedMotion === 'reduce' ? null : 'yes', reducedMotion);
    await context.close();
  }
});

test('on paper stands the document alone, dark on white', async () => {
  for (const name of ['order-link', 'order-paid', 'documents', 'invoice', 'account', 'letter', 'forecast']) {
    const screen = screens.find((each) => each.name === name);
    assert(screen);
    const context = await openContext(screen.who);
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: 'dark' });
    await show(page, screen);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    for (const chrome of await page.locator('nav, #root header, .no-print, .mantine-Button-root').all())
      assert.equal(await chrome.isVisible(), false, `${name}: ${await chrome.innerHTML()}`);
    // A heading over buttons says nothing without them.
    assert.equal(await page.getByRole('heading', { name: 'Paga ora' }).count(), 0, name);
    const title = page.getByRole('heading', name === 'invoice' ? { name: 'Fattura F' } : { level: 1 });
    assert.equal(await title.isVisible(), true, name);
    const [ink, paper] = await page.evaluate<string[]>(
      '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
    );
    assert.deepEqual([ink, paper], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], name);
    await context.close();
  }
});

async function openContext(who: string | null): Promise<BrowserContext> {
  const look = { locale: 'it-IT', timezoneId: 'Europe/Rome', reducedMotion: 'reduce', viewport: wide } as const;
  const context = await portal.browser.newContext({ baseURL: portal.url, ...look });
  await enter(context, who);
  return context;
}

const edgesScript = `(() => {
  const isBare = (each) => getComputedStyle(each).backgroundColor === 'rgba(0, 0, 0, 0)';
  const isShown = (each) => each.getClientRects().length > 0 && getComputedStyle(each).borderTopStyle !== 'none';
  return [...document.querySelectorAll('main textarea, main select, main input:not(:checked)')].filter(isShown).map((each) => {
    let behind = each.parentElement;
    while (isBare(behind)) behind = behind.parentElement;
    return [getComputedStyle(each).borderTopColor, getComputedStyle(behind).backgroundColor];
  });
})()`;

/** The contrast of two colours as WCAG counts it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => Number(part) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** What is asked of the API, who is there and what day it is left out. */
function isData({ pathname }: URL): boolean {
  return pathname.startsWith('/v1/') && pathname !== '/v1/me' && pathname !== '/v1/clock';
}

type Axe = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };

const everything = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] } as const;
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } as const;

async function violations(page: Page, runOnly: typeof everything | typeof colours = everything): Promise<string[]> {
  const isThere = await page.evaluate("typeof axe === 'object'");
  if (!isThere) await page.evaluate(axe);
  const wish = JSON.stringify({ runOnly, resultTypes: ['violations'] });
  const told: Axe = await page.evaluate(`axe.run(${wish})`);
  return told.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
  );
}

/** Whether one would have to scroll sideways. */
async function overflows(page: Page): Promise<string[]> {
  const widths = () =>
    page.evaluate<number[]>('[document.documentElement.scrollWidth, document.documentElement.clientWidth]');
  // A chart follows the window a moment later. Asked from here: a page that draws nothing new may not ask itself.
  const patience = AbortSignal.timeout(20_000);
  let [needed = 0, given = 0] = await widths();
  while (needed > given && !patience.aborted) {
    await delay(50);
    [needed = 0, given = 0] = await widths();
  }
  return needed > given ? [`${needed} wide`] : [];
}

/** What can be done on a screen, by the names of its controls. */
async function offersOf(page: Page): Promise<Set<string>> {
  const parts = await Promise.all((await page.locator('main, [role=dialog]').all()).map((part) => part.ariaSnapshot()));
  const controls = /^\s*- '?((?:button|link|textbox|combobox|checkbox|radio|tab|searchbox) "[^"]*")/gm;
  return new Set(
    parts
      .join('\n')
      .matchAll(controls)
      .map(([, control = '']) => control),
  );
}

// A list has no heads to sort by; it has a choice of its own for it.
const heads = ['button "Casella"', 'button "Scadenza"'];

function lostOf(before: ReadonlySet<string>, after: ReadonlySet<string>): string[] {
  // On a phone a letter and the list it stands in come one after the other.
  if (after.has('link "Torna all\'elenco"')) return [];
  const isSorted = after.has('combobox "Ordina per"');
  return [...before.difference(after)]
    .filter((each) => !(isSorted && heads.includes(each)))
    .map((each) => `lost ${each}`);
}
