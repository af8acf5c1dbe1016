import { moneySabotages } from './_money.ts';
import { renewalSabotages } from './_renewals.ts';
import { restSabotages } from './_rest.ts';

/**
 * A small change that brings back an incident other systems had. `find` stands exactly once in `file`; `tests` are the
 * smallest files that notice the change.
 */
export type Sabotage = {
  name: string;
  incident: string;
  file: string;
  find: string;
  replace: string;
  tests: readonly string[];
};

/** Every sabotage there is: `bin/rinnovo-node tools/sabotage.ts` shows that the suite notices each of them. */
export const sabotages: readonly Sabotage[] = [...renewalSabotages, ...moneySabotages, ...restSabotages];
