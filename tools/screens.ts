/**
 * `bin/rinnovo-node tools/screens.ts`: photographs every screen of the portal with the demo company, in both themes and
 * three widths, into docs/screens/, to be looked at. Names given choose some of them: `tools/screens.ts home orders`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { goOn, openScreens, type Screen } from '#spec/browser/screens.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'screens');
const widths = [360, 768, 1280];
const themes = ['light', 'dark'] as const;
const closing: (() => Promise<void>)[] = [];
const wished = process.argv.slice(2);

mkdirSync(folder, { recursive: true });
try {
  const { portal, screens, enter } = await openScreens({ after: (done) => void closing.push(done) });
  const chosen = screens.filter(({ name }) => wished.length === 0 || wished.includes(name));
  for (const [who, own] of Map.groupBy(chosen, (screen) => screen.who)) {
    const context = await portal.browser.newContext({
      baseURL: portal.url,
      locale: 'it-IT',
      timezoneId: 'Europe/Rome',
      reducedMotion: 'reduce',
    });
    await enter(context, who);
    const page = await context.newPage();
    await page.goto('/sign-in');
    for (const screen of own) await photograph(screen, page);
    await context.close();
  }
} finally {
  for (const done of closing.reverse()) await done();
}

async function photograph(screen: Screen, page: Page): Promise<void> {
  const camera = await page.context().newCDPSession(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  await goOn(page, screen);
  for (const width of widths) {
    const window = width < 500 ? 780 : 900;
    await page.setViewportSize({ width, height: window });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      // What is longer than two screens says nothing more, and a dialog covers only the window.
      const whole = Math.min(await page.evaluate<number>('document.documentElement.scrollHeight'), 1_800);
      const isOver = screen.open && !screen.isWhole;
      const height = isOver ? window : whole;
      // What was opened over the page is where one has scrolled to.
      if (!isOver) await page.evaluate('scrollTo(0, 0)');
      const y = isOver ? await page.evaluate<number>('scrollY') : 0;
      // Colours that change softly have changed.
      await page.evaluate('Promise.all(document.getAnimations().map((each) => each.finished.catch(() => {})))');
      const clip = { x: 0, y, width, height, scale: 1 };
      const wish = { format: 'webp', quality: 50, captureBeyondViewport: true, clip } as const;
      const { data } = await camera.send('Page.captureScreenshot', wish);
      writeFileSync(join(folder, `${screen.name}-${width}-${colorScheme}.webp`), data, 'base64');
    }
  }
  await camera.detach();
  console.log(screen.name);
}
