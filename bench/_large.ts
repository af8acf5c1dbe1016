import { setTimeout as pause } from 'node:timers/promises';
import { type Browser, openBrowser, openScreen, type Timed } from './_ask.ts';
import type { Cost } from './_cost.ts';
import type { User } from './_town.ts';

/** One act on the large platform: what each try took, and what one costs the processors of server and database; in milliseconds. */
export type Act = { name: string; tries: number[]; cost: Cost };

const times = 10;

/** Opens the platform of 50,000 mailboxes and does there what people do, one after another. */
export async function measureLarge(address: string, user: User, used: () => Cost): Promise<Act[]> {
  const browser = openBrowser(address, user);
  const list = `GET /v1/mailboxes?platform_id=${user.platformId}&limit=50`;
  const acts: Act[] = [];
  const measure = async (name: string, act: (i: number) => Promise<unknown>, count = times) => {
    const tries: number[] = [];
    const before = used();
    for (let i = 0; i < count; i++) {
      tries.push(await timed(() => act(i)));
    }
    const after = used();
    const cost = {
      server: (after.server - before.server) / count,
      database: (after.database - before.database) / count,
    };
    acts.push({ name, tries, cost });
  };
  await measure('opening the platform, every request of the screen', async () => {
    (await openScreen(browser, 'modes', user)).forEach(refuseFault);
  });
  await measure('  its mailboxes, first page, and how many there are', () => good(browser.ask(`${list}&sort=address`)));
  await measure('  the platform itself', () => good(browser.ask(`GET /v1/platforms/${user.platformId}`)));
  await measure('a part of an address', (i) => good(browser.ask(`${list}&sort=address&text=person${i}77`)));
  await measure('an address that nobody has', () => good(browser.ask(`${list}&sort=address&text=nobody`)));
  await measure('sorted by expiry', () => good(browser.ask(`${list}&sort=expires_on`)));
  await measure('sorted by expiry, the other way, mode monthly', () =>
    good(browser.ask(`${list}&sort=-expires_on&mode=monthly`)),
  );
  await measure('the tenth page', () => tenthPage(browser, list), 2);
  await measure('home of that customer, every request', async () => {
    (await openScreen(browser, 'home', user)).forEach(refuseFault);
  });
  await measure('forecast of twelve months', () => good(browser.ask('GET /v1/forecast?months=12')), 3);
  const all = { filter: { platform_id: Number(user.platformId) }, results: 'refused' };
  const change = (mode: string, more: object = {}) =>
    good(browser.ask('POST /v1/mode-changes', { ...all, mode, ...more }));
  await measure('preview of another mode for all that match', () => change('yearly', { dry_run: true }), 3);
  await measure(
    'changing the mode of all that match, there and back',
    async (i) => change(i % 2 ? 'monthly' : 'yearly'),
    2,
  );
  browser.close();
  return acts;
}

async function tenthPage(browser: Browser, list: string): Promise<void> {
  let next = '';
  for (let page = 1; page <= 10; page++) {
    const { body } = await good(browser.ask(`${list}&sort=address${next}`));
    next = `&cursor=${JSON.parse(body).next}`;
  }
}

/** How long an act takes. On a machine that is too busy for it the server says so, and it is tried again later. */
async function timed(act: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  try {
    await act();
    return performance.now() - from;
  } catch (error) {
    if (!(error instanceof TurnedAway)) throw error;
    await pause(5_000);
    return timed(act);
  }
}

class TurnedAway extends Error {}

async function good(asked: Promise<Timed>): Promise<Timed> {
  return refuseFault(await asked);
}

function refuseFault(answer: Timed): Timed {
  const { line, status, body } = answer;
  if (status === 503) throw new TurnedAway(line);
  if (status >= 400 && status !== 404) throw new Error(`${line} answered ${status}: ${body.slice(0, 300)}`);
  return answer;
}
