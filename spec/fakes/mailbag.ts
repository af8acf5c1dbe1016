import type { Temporal } from 'temporal-polyfill';
import type { Random } from '#spec/fakes/random.ts';

/** A webhook as it is posted. */
export type Mail = { body: string; headers: Record<string, string> };

/** How badly the post works: probabilities from 0 to 1; a delayed message comes up to `maxDelayHours` late. */
export type PostRates = { lost?: number; doubled?: number; delayed?: number; forged?: number; maxDelayHours?: number };

/** The post on its worst day; shuffled it always is. */
export const worstPost: PostRates = { lost: 0.6, doubled: 0.3, delayed: 0.5, forged: 0.1, maxDelayHours: 72 };

export type Mailbag = {
  /** `sign` is asked when the message leaves, as providers sign each attempt with its own time. */
  put(body: string, sign: (body: string, at: Temporal.Instant) => Record<string, string>): void;
  /** Takes out what is due by now, in any order. */
  due(): Mail[];
  /** How many messages are still on their way. */
  waiting(): number;
  set(rates: PostRates): void;
};

type Waiting = { at: number; mail: () => Mail };

/** The post between a provider and us: loses, doubles, delays, shuffles and lets strangers in, as its rates say. */
export function createMailbag(options: {
  now: () => Temporal.Instant;
  random?: Random;
  /** A message nobody at the provider wrote, made from a real one. */
  forge: (mail: Mail) => Mail;
}): Mailbag {
  const { now, forge, random = Math.random } = options;
  let rates: PostRates = {};
  let bag: Waiting[] = [];
  const happens = (rate: number | undefined) => rate !== undefined && random() < rate;
  return {
    put: (body, sign) => {
      const mail = () => ({ body, headers: sign(body, now()) });
      const at = () =>
        now().epochMilliseconds + (happens(rates.delayed) ? random() * (rates.maxDelayHours ?? 72) * 3_600_000 : 0);
      if (happens(rates.forged)) bag.push({ at: at(), mail: () => forge(mail()) });
      if (happens(rates.lost)) return;
      bag.push({ at: at(), mail });
      if (happens(rates.doubled)) bag.push({ at: at(), mail });
    },
    due: () => {
      const today = now().epochMilliseconds;
      const ready = bag.filter((each) => each.at <= today);
      if (ready.length > 0) bag = bag.filter((each) => each.at > today);
      return shuffle(ready, random).map((each) => each.mail());
    },
    waiting: () => bag.length,
    set: (wanted) => {
      rates = wanted;
    },
  };
}

function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
