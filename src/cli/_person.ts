import { setTimeout as delay } from 'node:timers/promises';
import type { Person } from '#adapters/payments/contract/world.ts';

/**
 * Whoever started the command: told on standard error where to go, and waited for, but no longer than `patienceSeconds` in
 * all. Once nobody came, nobody is waited for again.
 */
export function personAtScreen(patienceSeconds: number, stopping: AbortSignal): Person {
  let isGone = false;
  return {
    visit: async ({ what, url }, isDone) => {
      if (isGone) throw new Error('nobody is there to open the page');
      process.stderr.write(`\n→ ${what}:\n  ${url}\n  Waiting until it is done …\n`);
      const until = performance.now() + patienceSeconds * 1000;
      while (!(await isDone())) {
        if (stopping.aborted) throw new Error('stopped');
        isGone = performance.now() > until;
        if (isGone) throw new Error(`nobody came within ${patienceSeconds} seconds`);
        await delay(1000);
      }
      process.stderr.write('  Done.\n\n');
    },
  };
}
