import { refuse } from '#domain/catalog/_refusals.ts';
import { insertPlans, insertProducts, type PlanDraft } from '#domain/catalog/_store.ts';
import { findPlans } from '#domain/catalog/list.ts';
import type { Plan } from '#domain/catalog/types.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/** A plan to sell. Names are what letters and documents print; a product's name counts only when the product is new. */
export type NewPlan = {
  product: string;
  productName?: string;
  plan: string;
  name?: string;
  alignment?: Plan['alignment'];
};

/**
 * Puts plans, and the products they belong to, into the catalogue; without a name the code is the name. A plan that is
 * already there under the same product is left as it is. Refuses `bad_plans`: empty or over-long codes, a plan under two
 * products, a plan twice (R38). Returns the plans by code.
 */
export async function registerPlans(tx: Tx, act: Act, rows: readonly NewPlan[]): Promise<Map<string, Plan>> {
  const codes = rows.map((row) => row.plan);
  const known = await findPlans(tx, codes);
  const wrong = rows.flatMap((row, i) => problemsOf(row, i, known));
  wrong.push(...twice(rows));
  if (wrong.length > 0) throw refuse('bad_plans', { fields: wrong });
  const fresh = rows.filter((row) => !known.has(row.plan));
  if (fresh.length === 0) return known;
  await insertProducts(tx, productsOf(fresh));
  await insertPlans(tx, fresh.map(draftOf));
  await recordSellerEvent(tx, act, { type: 'plans.registered', data: { plans: fresh.map((row) => row.plan) } });
  return findPlans(tx, codes);
}

/** What is wrong with a code of a product or plan, as a rule to be shown; null when it is fine. */
export function codeProblem(code: string): string | null {
  const fine = code === code.trim() && code.length > 0 && code.length <= 64 && !/\p{Cc}/u.test(code);
  return fine ? null : 'R38: 1 to 64 characters, without spaces at its ends or control characters';
}

function problemsOf(row: NewPlan, i: number, known: ReadonlyMap<string, Plan>): Field[] {
  const fields: Field[] = [];
  for (const name of ['product', 'plan'] as const) {
    const rule = codeProblem(row[name]);
    if (rule) fields.push({ name: `rows[${i}].${name}`, rule });
  }
  const product = known.get(row.plan)?.product;
  if (product !== undefined && product !== row.product) {
    fields.push({ name: `rows[${i}].product`, rule: `R38: the plan ${row.plan} belongs to the product ${product}` });
  }
  return fields;
}

function twice(rows: readonly NewPlan[]): Field[] {
  const seen = new Set<string>();
  return rows.flatMap((row, i) => {
    if (!seen.has(row.plan)) {
      seen.add(row.plan);
      return [];
    }
    return [{ name: `rows[${i}].plan`, rule: `R38: the plan ${row.plan} is named twice` }];
  });
}

function productsOf(rows: readonly NewPlan[]): { code: string; name: string }[] {
  const names = new Map<string, string>();
  for (const row of rows) names.set(row.product, names.get(row.product) ?? row.productName ?? row.product);
  return [...names].map(([code, name]) => ({ code, name }));
}

function draftOf(row: NewPlan): PlanDraft {
  return { product: row.product, code: row.plan, name: row.name ?? row.plan, alignment: row.alignment ?? 'none' };
}
