import { ApiError } from '#web/api/client.ts';

/** What stands between somebody and an act: the session ended, or the last proof of who is there is too old. */
export type Need = 'session' | 'proof';

type Asked = { need: Need; answered: Promise<boolean>; answer: (isProved: boolean) => void };

let asked: Asked | null = null;
const listeners = new Set<() => void>();

/** What an error wants from the person, or null when it is about something else. */
export function needOf(error: unknown): Need | null {
  if (!(error instanceof ApiError)) return null;
  if (error.problem.code === 'not_signed_in') return 'session';
  return error.problem.code === 'proof_required' ? 'proof' : null;
}

/** Asks the person, once for all who ask at the same time. True when it was proved, false when they gave up. */
export function prove(need: Need): Promise<boolean> {
  if (asked) return asked.answered;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  asked = { need, answered: promise, answer: resolve };
  tell();
  return promise;
}

/** What the person answered. */
export function answerProof(isProved: boolean): void {
  const answered = asked;
  asked = null;
  tell();
  answered?.answer(isProved);
}

/** For the dialog: what is asked for now, and when that changes. */
export const proofStore = {
  current: (): Asked | null => asked,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function tell(): void {
  for (const listener of listeners) listener();
}
