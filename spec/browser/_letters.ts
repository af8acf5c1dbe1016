import type { FrameLocator, Page } from 'playwright-core';
import { until } from './_visit.ts';

/** Opens a letter that the sandbox caught, once it is there; its links lead on in the same tab. */
export async function openLetter(page: Page, { to, subject }: { to: string; subject: RegExp }): Promise<FrameLocator> {
  const letter = page.getByRole('link', { name: subject });
  await until(`a letter ${subject} to ${to}`, async () => {
    await page.goto(`/sandbox/letters?to=${encodeURIComponent(to)}`);
    return (await letter.count()) > 0;
  });
  await letter.first().click();
  return page.frameLocator('iframe');
}
