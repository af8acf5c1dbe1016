import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { enter, openScreens, show } from './screens.ts';

const { portal, screens } = await openScreens({ after });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const themes = ['light', 'dark'] as const;

for (const [who, own] of Map.groupBy(screens, (screen) => screen.who)) {
  test(`no screen of ${who ?? 'somebody without a session'} breaks WCAG 2.2 AA, light or dark`, async () => {
    const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'it-IT', reducedMotion: 'reduce' });
    if (who) await enter(context, portal, who);
    const page = await context.newPage();
    const found: string[] = [];
    for (const screen of own) {
      await show(page, screen);
      for (const colorScheme of themes) {
        await page.emulateMedia({ colorScheme });
        for (const fault of await violations(page)) found.push(`${screen.name}, ${colorScheme}: ${fault}`);
      }
    }
    await context.close();
    assert.deepEqual(found, []);
  });
}

test('the eye that looks for violations sees one', async () => {
  const page = await portal.browser.newPage();
  await page.setContent('<html lang="it"><title>A picture</title><img src="data:,"></html>');
  assert.match((await violations(page)).join(), /^image-alt/);
  await page.close();
});

type Axe = { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] };

async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const isThere = await page.evaluate("typeof axe === 'object'");
  if (!isThere) await page.evaluate(axe);
  const told: Axe = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`);
  return told.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
  );
}
