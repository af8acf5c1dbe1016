import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page, Response } from 'playwright-core';
import { webFolder } from '#http/web.ts';
import { openScreens, type Screen, show } from './screens.ts';

const { portal, screens, enter } = await openScreens({ after });
const most = 220_000;
const firsts = [
  ...['sign-in', 'reset', 'set-password', 'order-link', 'home', 'home-in-debt', 'home-of-an-operator', 'billing-modes'],
  ...['platform-ending', 'add-mailboxes', 'end-platform', 'methods', 'account', 'orders', 'order', 'documents'],
  ...['forecast', 'letters', 'activity', 'settings'],
];
const charts = { account: 'balance-chart.tsx', forecast: 'forecast-chart.tsx' } as const;

for (const name of firsts) {
  test(`the first visit to ${name} brings at most 220 kB of script, compressed, until all of it is there`, async () => {
    const screen = screens.find((each) => each.name === name);
    assert(screen, `there is no screen ${name}`);
    const { scripts } = await visitFirst(screen);
    const drawsLater = onlyFor(Object.values(charts));
    const first = scripts.filter(({ file }) => !drawsLater.has(file));
    const bytes = first.reduce((sum, script) => sum + script.bytes, 0);
    assert(first.length > 0 && bytes > 0, 'it loads scripts at all');
    assert(
      bytes <= most,
      `${bytes} bytes: ${JSON.stringify(first.sort((one, other) => other.bytes - one.bytes).slice(0, 20))}`,
    );
  });
}

test('a chart comes only when somebody has scrolled to it', async () => {
  const chart = onlyFor(Object.values(charts));
  assert(chart.size > 0, 'the charts have files of their own');
  const screen = screens.find(({ name }) => name === 'account-in-debt');
  assert(screen);
  const context = await portal.browser.newContext({ baseURL: portal.url, viewport: { width: 360, height: 200 } });
  await enter(context, screen.who);
  const page = await context.newPage();
  const scripts = listen(page);
  await show(page, screen);
  const drawn = async () => (await scripts()).filter(({ file }) => chart.has(file));
  assert.deepEqual(await drawn(), []);
  await page.locator('#history').scrollIntoViewIfNeeded();
  await page.locator('.recharts-surface').first().waitFor();
  assert.notDeepEqual(await drawn(), []);
  await context.close();
});

test('while it is asked who is there, the script and the words of the screen are on their way', async () => {
  const screen = screens.find(({ name }) => name === 'home');
  assert(screen);
  const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'it-IT' });
  await enter(context, screen.who);
  const page = await context.newPage();
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  await page.route('**/v1/me', async (route) => {
    await promise;
    await route.continue();
  });
  const wanted = ['portal/shell.tsx', 'portal/home/page.tsx', 'locales/it/home.json'].map(fileOf);
  const asked = wanted.map((file) => page.waitForResponse((answer) => answer.url().endsWith(file)));
  await page.goto(screen.path);
  await Promise.all(asked);
  assert.equal(await page.locator('#root h1').count(), 0, 'nobody was told to be there yet');
  letGo();
  await page.locator('#root h1').waitFor();
  await context.close();
});

test('a part of a screen whose script is gone since an upgrade: it is said, and loading anew brings it', async () => {
  const screen = screens.find(({ name }) => name === 'billing-modes');
  assert(screen);
  const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'it-IT' });
  await enter(context, screen.who);
  const page = await context.newPage();
  await page.route('**/assets/mode-dialog-*.js', (route) => route.fulfill({ status: 404 }), { times: 1 });
  await show(page, screen);
  const change = async () => {
    await page
      .getByRole('button', { name: /^Mensile: cambia la modalità/ })
      .first()
      .click();
    await page.getByRole('menuitemradio', { name: 'Annuale' }).click();
  };
  await change();
  const said = page.getByRole('alert').filter({ hasText: 'Qualcosa è andato storto da parte nostra' });
  await said.getByRole('button', { name: 'Riprova' }).click();
  await change();
  await page.getByRole('dialog').getByRole('button', { name: 'Conferma' }).waitFor();
  await context.close();
});

type Script = { file: string; bytes: number };

/** With nothing kept from before; what travels is counted as the server sends it. */
async function visitFirst(screen: Screen): Promise<{ scripts: Script[] }> {
  const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'it-IT' });
  await enter(context, screen.who);
  const page = await context.newPage();
  const scripts = listen(page);
  await show(page, { name: screen.name, who: screen.who, path: screen.path });
  const found = await scripts();
  await context.close();
  return { scripts: found };
}

function listen(page: Page): () => Promise<Script[]> {
  const answers: Response[] = [];
  page.on('response', (answer) => {
    if (answer.request().resourceType() === 'script') answers.push(answer);
  });
  return () => Promise.all(answers.map(scriptOf));
}

async function scriptOf(answer: Response): Promise<Script> {
  const file = new URL(answer.url()).pathname.slice(1);
  const headers = await answer.allHeaders();
  assert.equal(headers['content-encoding'], 'gzip', `${file} travels uncompressed`);
  return { file, bytes: Number(headers['content-length']) };
}

type Chunk = { file: string; imports?: string[]; dynamicImports?: string[]; isEntry?: boolean };

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(webFolder, '.vite', 'manifest.json'), 'utf8'));

/** The file that a source became. */
function fileOf(source: string): string {
  const chunk = manifest[source];
  assert(chunk, `there is no file for ${source}`);
  return chunk.file;
}

/** The files that nothing loads except these sources. */
function onlyFor(sources: readonly string[]): Set<string> {
  const isTheirs = (key: string) => sources.some((source) => key.endsWith(`/${source}`));
  const reach = (start: readonly string[], isOpen: (key: string) => boolean) => {
    const seen = new Set<string>();
    const waiting = [...start];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (seen.has(key) || !isOpen(key)) continue;
      seen.add(key);
      const { imports = [], dynamicImports = [] } = manifest[key] ?? {};
      waiting.push(...imports, ...dynamicImports);
    }
    return seen;
  };
  const entries = Object.keys(manifest).filter((key) => manifest[key]?.isEntry);
  const others = reach(entries, (key) => !isTheirs(key));
  const theirs = reach(Object.keys(manifest).filter(isTheirs), () => true);
  return new Set([...theirs].filter((key) => !others.has(key)).map((key) => manifest[key]?.file ?? ''));
}
