import { setTimeout as delay } from 'node:timers/promises';
import { readSellerClock } from '#domain/customers/sellers.ts';
import type { Engine } from '#worker/engine.ts';
import { runDay } from '#worker/run.ts';

/** A worker that looks for due work for as long as it lives; `stop` waits for what is under way and begins nothing more. */
export type Daemon = { stop(): Promise<void> };

const idleMilliseconds = 1_000;

/**
 * Looks for due work every second and does it until there is none. The tick only wakes the worker: what is due is asked
 * of the database, so a missed tick, a long pause or a second worker changes nothing (rule 1).
 */
export function startDaemon(engine: Engine): Daemon {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      try {
        // Asked at each look: the seller may have moved to another zone since the start (R12).
        await runDay(engine, await readSellerClock(engine.db), { signal: stopping.signal });
      } catch (error) {
        // Whatever it was, the rows are as they were: the next look tries again.
        if (!stopping.signal.aborted) engine.tell('business day failed', { error });
      }
      await delay(idleMilliseconds, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  const stop = async () => {
    stopping.abort();
    await running;
  };
  return { stop };
}
