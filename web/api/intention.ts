import { useRef } from 'react';

/**
 * The Idempotency-Key of what somebody wants: the same over every retry of the same request, another one when they want
 * something else, or the same once more after it was `done`.
 */
export function useIntention(): { keyOf: (what: unknown) => string; done: () => void } {
  const kept = useRef({ what: '', key: '' });
  return {
    keyOf(what) {
      const text = JSON.stringify(what);
      if (kept.current.what !== text) kept.current = { what: text, key: crypto.randomUUID() };
      return kept.current.key;
    },
    done() {
      kept.current = { what: '', key: '' };
    },
  };
}
