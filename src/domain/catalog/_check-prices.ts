import { codeProblem } from '#domain/catalog/register-plans.ts';
import type { PriceRow } from '#domain/catalog/types.ts';
import type { Field } from '#kit/errors.ts';
import { isCurrency } from '#kit/money.ts';

/** Everything that can be said against rows of prices without knowing what is sold, by row and column (R38). */
export function checkPrices(rows: readonly PriceRow[]): Field[] {
  const firstSeen = new Map<string, number>();
  const products = new Map<string, string>();
  return rows.flatMap((row, i) => {
    const problems = problemsOf(row);
    const key = `${row.plan}\n${row.currency}\n${row.validFrom}`;
    const first = firstSeen.get(key);
    if (first === undefined) firstSeen.set(key, i);
    else
      problems.push(['valid_from', `R15: rows[${first}] has a price of ${row.plan} in ${row.currency} for that day`]);
    const product = products.get(row.plan) ?? row.product;
    products.set(row.plan, product);
    if (product !== row.product) problems.push(['product', `R38: the plan ${row.plan} is also under ${product}`]);
    return problems.map(([name, rule]) => ({ name: `rows[${i}].${name}`, rule }));
  });
}

function problemsOf(row: PriceRow): [column: string, rule: string][] {
  const problems: [string, string][] = [];
  for (const name of ['product', 'plan'] as const) {
    const rule = codeProblem(row[name]);
    if (rule) problems.push([name, rule]);
  }
  if (!isCurrency(row.currency)) problems.push(['currency', 'R1: an ISO 4217 code such as EUR']);
  for (const name of ['monthly', 'yearly'] as const) {
    if (row[name] < 0n) problems.push([name, 'R1: a price is not negative']);
  }
  return problems;
}
