/**
 * `bin/rinnovo-node bench/first-screens.ts`: how long a first visit takes with nothing kept from before, in a browser on
 * this machine with the demo company: until something is painted, until the screen has everything it shows, and until
 * it answers the next input. The middle of five visits, in milliseconds.
 */
import { readFileSync } from 'node:fs';
import { openScreens, type Screen, show } from '#spec/browser/screens.ts';

const names = ['sign-in', 'home', 'billing-modes', 'account', 'order-link', 'settings', 'letters'];
const visits = 5;

type Visit = { painted: number; complete: number; answers: number };

// Runs in the page: complete is when the heading is there and nothing holds the place of something any more.
const watch = `
  globalThis.visited = null;
  const isWaiting = () => document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root') !== null;
  new MutationObserver(() => {
    if (isWaiting()) visited = null;
    else if (visited === null && document.querySelector('h1')) {
      visited = { complete: performance.now() };
      requestAnimationFrame(() => setTimeout(() => visited && (visited.answers ??= performance.now()), 0));
    }
  }).observe(document, { childList: true, subtree: true });
`;

const closing: (() => Promise<void>)[] = [];
try {
  const { portal, screens, enter } = await openScreens({ after: (done) => void closing.push(done) });
  for (const name of names) {
    const screen = screens.find((each) => each.name === name);
    if (!screen) throw new Error(`there is no screen ${name}`);
    const found: Visit[] = [];
    for (let i = 0; i < visits; i++) found.push(await visit(screen));
    const [load = ''] = readFileSync('/proc/loadavg', 'utf8').split(' ');
    const told = (['painted', 'complete', 'answers'] as const).map((what) => `${what} ${middle(found, what)}`);
    console.log(`${name.padEnd(14)} ${told.join(', ')} (load of the machine ${load})`);
  }

  async function visit(screen: Screen): Promise<Visit> {
    const context = await portal.browser.newContext({ baseURL: portal.url, locale: 'it-IT' });
    await enter(context, screen.who);
    const page = await context.newPage();
    await page.addInitScript(watch);
    await show(page, { name: screen.name, who: screen.who, path: screen.path });
    await page.waitForFunction('visited?.answers');
    const painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";
    const visited = await page.evaluate<Visit>(`({ ...visited, painted: ${painted} })`);
    await context.close();
    return visited;
  }
} finally {
  for (const done of closing.reverse()) await done();
}

function middle(visited: readonly Visit[], what: keyof Visit): number {
  const sorted = visited.map((each) => each[what]).sort((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
