import type { Temporal } from 'temporal-polyfill';

/**
 * What a provider remembers of a key: `new`, do the work and keep its answer; `known`, the kept answer; `changed`, the key
 * came with other parameters; `running`, the first request with it has not ended.
 */
export type Remembered<Answer> =
  | { state: 'new'; keep(answer: Answer): void; forget(): void }
  | { state: 'known'; answer: Answer }
  | { state: 'changed' }
  | { state: 'running' };

export type Idempotency<Answer> = {
  /** `fingerprint` is everything that must be the same when the key comes again. */
  begin(key: string, fingerprint: string): Remembered<Answer>;
};

/** Keys and their answers, remembered for `hours` from the first request and not a second longer; at most `limit` of them. */
export function createIdempotency<Answer>(options: {
  now: () => Temporal.Instant;
  hours: number;
  limit?: number;
}): Idempotency<Answer> {
  const lifetime = options.hours * 3_600_000;
  const { limit = Number.POSITIVE_INFINITY } = options;
  const kept = new Map<string, { since: number; fingerprint: string; answer?: Answer }>();
  const tidy = (now: number) => {
    for (const [key, { since }] of kept) {
      if (now - since < lifetime && kept.size <= limit) return;
      kept.delete(key);
    }
  };
  return {
    begin: (key, fingerprint) => {
      const now = options.now().epochMilliseconds;
      tidy(now);
      const found = kept.get(key);
      if (found) {
        if (found.fingerprint !== fingerprint) return { state: 'changed' };
        return found.answer === undefined ? { state: 'running' } : { state: 'known', answer: found.answer };
      }
      const entry: { since: number; fingerprint: string; answer?: Answer } = { since: now, fingerprint };
      kept.set(key, entry);
      return {
        state: 'new',
        keep: (answer) => {
          entry.answer = answer;
        },
        forget: () => kept.delete(key),
      };
    },
  };
}
