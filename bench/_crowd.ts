import { setTimeout as pause } from 'node:timers/promises';
import { openBrowser, openScreen, type ScreenName, type Timed } from './_ask.ts';
import type { User } from './_town.ts';

/** What a crowd met: every request, and how long each screen took until it had everything. */
export type Met = { requests: Timed[]; screens: number[]; seconds: number };

// Of ten screens that are opened, how many of each.
const habits: readonly ScreenName[] = [
  ...['home', 'home', 'home', 'home', 'modes', 'modes', 'modes', 'account', 'account', 'forecast'],
] as ScreenName[];

type Wish = { address: string; users: readonly User[]; seconds: number };

/**
 * People: each opens a screen, reads it for `readingSeconds` on average (as long as chance wills), and opens the next,
 * whether or not the one before has answered: a slow server does not get fewer questions.
 */
export async function meetPeople({ address, users, seconds }: Wish, readingSeconds: number): Promise<Met> {
  const met: Met = { requests: [], screens: [], seconds };
  const end = performance.now() + seconds * 1_000;
  const live = async (user: User) => {
    const browser = openBrowser(address, user);
    const open: Promise<void>[] = [];
    for (;;) {
      const wait = -Math.log(1 - Math.random()) * readingSeconds * 1_000;
      if (performance.now() + wait > end) break;
      await pause(wait);
      open.push(visit(met, browser, user));
    }
    await Promise.all(open);
    browser.close();
  };
  await Promise.all(users.map(live));
  return met;
}

/** Nobody reads: as many screens as the machine can give, each of `users` opening the next when the last is there. */
export async function saturate({ address, users, seconds }: Wish): Promise<Met> {
  const met: Met = { requests: [], screens: [], seconds };
  const end = performance.now() + seconds * 1_000;
  const hurry = async (user: User) => {
    const browser = openBrowser(address, user);
    while (performance.now() < end) await visit(met, browser, user);
    browser.close();
  };
  await Promise.all(users.map(hurry));
  return met;
}

async function visit(met: Met, browser: ReturnType<typeof openBrowser>, user: User): Promise<void> {
  const name = habits[Math.floor(Math.random() * habits.length)] ?? 'home';
  const from = performance.now();
  const answers = await openScreen(browser, name, user);
  met.screens.push(performance.now() - from);
  met.requests.push(...answers);
}
