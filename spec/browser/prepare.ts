import assert from 'node:assert/strict';
import { buildWeb } from '#cli/build-web.ts';
import { findBrowser } from './_browser.ts';

/**
 * What all browser specs of a run share: the portal built and the browser unpacked, once and before any of them begins,
 * so that two that begin together do not write the same files.
 */
export async function prepareBrowser(): Promise<void> {
  assert(await buildWeb(), 'the portal could not be built');
  await findBrowser();
}
