import { setTimeout as delay } from 'node:timers/promises';
import type { Effect } from '#domain/events/effect.ts';

/** The effects of a day at work, each on its own. */
export type Driving = {
  /** Starts those that are idle and waits until all are, or for a moment. Answers whether anything was done or still is. */
  goOn(): Promise<boolean>;
  /** Lets what is under way come to its end; nothing more is begun. */
  end(): Promise<void>;
};

const longestWait = 1_000;

/**
 * Drives effects at the same time, each until it finds nothing due, beside the rest of the day: one that waits for somebody
 * outside holds up neither the others nor what follows from what they have done.
 */
export function openDriving(effects: readonly Effect[], drive: (effect: Effect) => Promise<number>): Driving {
  const underWay = new Map<Effect, Promise<void>>();
  const failures: unknown[] = [];
  let done = 0;
  let isEnding = false;
  const keepDriving = async (effect: Effect) => {
    try {
      for (let dealt = 1; dealt > 0 && !isEnding; ) {
        dealt = await drive(effect);
        done += dealt;
      }
    } catch (error) {
      failures.push(error);
    }
    underWay.delete(effect);
  };
  const allIdle = () => Promise.all(underWay.values());
  return {
    goOn: async () => {
      for (const effect of effects) if (!underWay.has(effect)) underWay.set(effect, keepDriving(effect));
      await orSoon(allIdle());
      if (failures.length > 0) throw failures[0];
      const dealt = done;
      done = 0;
      return dealt > 0 || underWay.size > 0;
    },
    end: async () => {
      isEnding = true;
      await allIdle();
    },
  };
}

async function orSoon(work: Promise<unknown>): Promise<void> {
  const waiting = new AbortController();
  await Promise.race([work, delay(longestWait, undefined, { signal: waiting.signal }).catch(() => {})]);
  waiting.abort();
}
