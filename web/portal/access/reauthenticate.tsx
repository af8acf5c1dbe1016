import { useEffect, useSyncExternalStore } from 'react';
import { type Answer, call, type Route } from '#web/api/client.ts';
import { queries } from '#web/api/queries.ts';
import { withTexts } from '#web/i18n.ts';
import { later } from '#web/ui/later.tsx';
import { answerProof, needOf, proofStore, prove } from './proof.ts';

const ProofWindow = later(() => withTexts(import('./proof-window.tsx'), 'access'), 'ProofWindow');

/**
 * `call` for acts of a person who is present: when the session has ended or the act wants a fresh proof, a dialog asks
 * for it over the screen and the same act is done again, so that nothing typed is lost. Who gives up gets the refusal.
 */
export function useAct(): typeof call {
  return act;
}

async function act<R extends Route>(...wish: Parameters<typeof call<R>>): Promise<Answer<R>> {
  try {
    return await call(...wish);
  } catch (error) {
    const need = needOf(error);
    if (!need || !(await prove(need))) throw error;
    return act(...wish);
  }
}

/** The dialog that proves who is there, once it is asked for. It stands once, in the frame of the signed-in screens. */
export function ProofDialog() {
  const asked = useSyncExternalStore(proofStore.subscribe, proofStore.current);
  useEndedSessions();
  return asked && <ProofWindow need={asked.need} />;
}

// Also a question asked in the background may find the session ended; then all of them are asked once more.
function useEndedSessions(): void {
  useEffect(() => {
    const stop = queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'error') return;
      if (needOf(event.action.error) !== 'session' || event.query.queryKey[1] === 'GET /v1/me') return;
      void prove('session').then((isProved) => (isProved ? queries.invalidateQueries() : undefined));
    });
    return () => {
      stop();
      answerProof(false);
    };
  }, []);
}
