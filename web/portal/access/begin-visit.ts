import { scope } from '#web/api/client.ts';
import { ask, queries } from '#web/api/queries.ts';
import { changeTexts, isLanguage } from '#web/i18n.ts';

/** After signing in: nothing of a visit before is left, and the screens speak the person's language unless another was chosen here. */
export async function beginVisit(): Promise<void> {
  scope.customer = null;
  queries.clear();
  const me = await queries.fetchQuery(ask('GET /v1/me', {}));
  const isChosen = localStorage.getItem('language') !== null;
  if (!isChosen && isLanguage(me.language)) await changeTexts(me.language);
}
