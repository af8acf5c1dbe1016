import { refuse } from '#domain/catalog/_refusals.ts';
import { lockPlan, updatePlan } from '#domain/catalog/_store.ts';
import { findPlans } from '#domain/catalog/list.ts';
import type { Plan } from '#domain/catalog/types.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { Tx } from '#kit/db.ts';

/** What may change about a plan, and why it does (R37). */
export type PlanChange = { name?: string; alignment?: Plan['alignment']; reason: string };

/**
 * Renames a plan or aligns its terms to the 1st of the month, from the next renewal of each mailbox on (R17). Issued
 * documents keep what they say. Refuses `unknown_plan`, `bad_plans`.
 */
export async function changePlan(
  tx: Tx,
  act: Act,
  { code, change }: { code: string; change: PlanChange },
): Promise<Plan> {
  await lockPlan(tx, code);
  const plan = (await findPlans(tx, [code])).get(code);
  if (!plan) throw refuse('unknown_plan', { detail: `There is no plan ${code}.` });
  const { reason, ...patch } = change;
  const changed = { ...plan, ...patch };
  if (changed.name.trim() === '' || changed.name.length > 200) {
    throw refuse('bad_plans', { fields: [{ name: 'name', rule: 'R38: 1 to 200 characters' }] });
  }
  await updatePlan(tx, changed);
  await recordSellerEvent(tx, act, { type: 'plans.changed', data: { plan: code, ...patch, reason } });
  return changed;
}
