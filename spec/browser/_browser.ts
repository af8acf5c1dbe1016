import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

type Program = { executablePath: string; args: string[] };

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of the machine where there is one, else the one that came with the packages, unpacked when first asked for. */
export async function findBrowser(): Promise<Program> {
  // Root has no sandbox, and what is opened is only our own pages.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  const own = installed.find(existsSync);
  if (own) return { executablePath: own, args };
  // Without it the package leaves out the libraries that a bare machine lacks; read when it is loaded.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs22.x';
  const { default: packed } = await import('@sparticuz/chromium');
  // Not with its own arguments: they put all in one process, which ends with the first visit, and switch web security off.
  return { executablePath: await packed.executablePath(), args };
}

/** A browser without a window, closed when `owner` is done. */
export async function openBrowser(owner: { after(done: () => Promise<void>): void }): Promise<Browser> {
  const browser = await chromium.launch({ ...(await findBrowser()), headless: true });
  owner.after(() => browser.close());
  return browser;
}
