import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Language, Person } from './_people.ts';
import type { Portal } from './_portal.ts';

export type Visit = { context: BrowserContext; page: Page };

/**
 * Somebody opens a browser of their own in their language. When the test is done, nothing may have gone wrong behind the
 * screen: no error of a script and nothing that the content policy stopped.
 */
export async function visit(t: TestContext, portal: Portal, language: Language): Promise<Visit> {
  const context = await portal.browser.newContext({
    baseURL: portal.url,
    locale: language === 'it' ? 'it-IT' : 'en-GB',
    timezoneId: 'Europe/Rome',
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  const faults: string[] = [];
  context.on('weberror', (error) => faults.push(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error' && !isAnswer(message.text())) faults.push(message.text());
  });
  const page = await context.newPage();
  t.after(async () => {
    // What was on the screen when it failed says more than that something was not there.
    if (isFailed(t)) for (const each of context.pages()) t.diagnostic(await each.locator('body').ariaSnapshot());
    await context.close();
    assert.deepEqual(faults, []);
  });
  return { context, page };
}

// The browser itself notes every refused or lost request, and the router the error it shows in place of a screen; what the screen says to it is what the stories look at.
function isAnswer(text: string): boolean {
  return /^(Failed to load resource|ApiError|ConnectionLost)/.test(text);
}

const words = {
  it: { email: 'Indirizzo e-mail', password: 'Password', enter: 'Accedi', hello: /^Ciao/ },
  en: { email: 'E-mail address', password: 'Password', enter: 'Sign in', hello: /^Hello/ },
} as const;

/** Signs in with address and password, and waits for the first screen. */
export async function signIn(page: Page, person: Person): Promise<void> {
  const { email, password, enter, hello } = words[person.language];
  await page.goto('/sign-in');
  await page.getByRole('textbox', { name: email }).fill(person.email);
  await page.getByLabel(password, { exact: true }).fill(person.password);
  await page.getByRole('button', { name: enter }).click();
  await see(page.getByRole('heading', { level: 1, name: hello }));
}

/** Somebody signed in, without the form, which has stories of its own; they look at one of their screens. */
export async function enter(t: TestContext, portal: Portal, person: Person, path = '/'): Promise<Visit> {
  const visited = await visit(t, portal, person.language);
  const { email, password } = person;
  const answer = await visited.context.request.post('/v1/sessions', { data: { email, password } });
  assert.equal(answer.status(), 201, await answer.text());
  await visited.page.goto(path);
  await see(visited.page.getByRole('heading', { level: 1 }));
  return visited;
}

type Seen = { waitFor(options?: { state?: 'visible' | 'hidden' }): Promise<void> };

/** Waits until something is there for everybody to see. */
export const see = (what: Seen): Promise<void> => what.waitFor();

/** Waits until something is no longer there. */
export const gone = (what: Seen): Promise<void> => what.waitFor({ state: 'hidden' });

/** Presses what downloads a file; its name and its content. */
export async function download(page: Page, press: Locator): Promise<{ name: string; content: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), press.click()]);
  return { name: file.suggestedFilename(), content: readFileSync(await file.path()) };
}

/** Holds back what is asked of a route until it is let go; counts what was really sent to it. */
export async function hold(page: Page, method: string, path: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  let sent = 0;
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      if (route.request().method() !== method) return route.fallback();
      sent++;
      await promise;
      await route.continue().catch(() => {});
    },
  );
  const letGo = () => resolve();
  return { letGo, count: () => sent };
}

/** Waits for what no screen tells: asked again until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(60_000);
  while (!(await isSo())) {
    assert(!patience.aborted, `waited in vain for ${what}`);
    await delay(100);
  }
}

// Node tells it from version 24 on; its types do not yet.
function isFailed(t: TestContext): boolean {
  return 'passed' in t && t.passed === false;
}
