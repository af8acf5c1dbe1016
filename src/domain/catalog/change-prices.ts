import { Temporal } from 'temporal-polyfill';
import { checkPrices } from '#domain/catalog/_check-prices.ts';
import { refuse } from '#domain/catalog/_refusals.ts';
import { selectSoldPlans, upsertPrices } from '#domain/catalog/_store.ts';
import { findPlans, listPrices } from '#domain/catalog/list.ts';
import { type PriceBook, priceBook, priceOn } from '#domain/catalog/price-on.ts';
import { registerPlans } from '#domain/catalog/register-plans.ts';
import type { Plan, Price, PriceRow } from '#domain/catalog/types.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/** Prices to take, why (R37), and how many days before it applies a change must be known (the seller's policy). */
export type PriceChanges = { rows: readonly PriceRow[]; reason: string; noticeDays: number };

/** One price that is now different from before: `before` is what was in force on its first day, null for the first. */
export type PriceChange = { plan: Plan; before: Price | null; after: Price };

/**
 * Takes new prices, registering products and plans it does not know yet. What stands there already is left alone, so
 * the same list can be taken twice. Terms already granted keep their price; the new one counts for terms that start on
 * `validFrom` or later (R15).
 *
 * Refuses `bad_prices`, with every bad row as `rows[3].valid_from`: unknown currency, negative amount, a day twice, a
 * plan of another product; and, for a plan that has been sold, a price that would change what was known for a day that
 * is past or nearer than the notice. Returns what changed, to be announced to those it concerns.
 */
export async function changePrices(tx: Tx, act: Act, changes: PriceChanges): Promise<PriceChange[]> {
  const { rows, reason, noticeDays } = changes;
  const wrong = checkPrices(rows);
  if (wrong.length > 0) throw refuse('bad_prices', { fields: wrong });
  const known = await findPlans(
    tx,
    rows.map((row) => row.plan),
  );
  const strangers = rows.flatMap((row, i) => otherProduct(row, i, known));
  if (strangers.length > 0) throw refuse('bad_prices', { fields: strangers });
  const plans = await registerPlans(tx, act, distinctPlans(rows));
  const book = priceBook(await listPrices(tx));
  const drafts = rows.flatMap((row, i) => draftOf(row, { i, plans, book }));
  const soonest = act.on.add({ days: noticeDays });
  await refuseTouchedPast(
    tx,
    act,
    drafts.filter((draft) => touchesKnown(draft, { on: act.on, soonest })),
  );
  if (drafts.length === 0) return [];
  await upsertPrices(
    tx,
    act,
    drafts.map((draft) => draft.after),
  );
  await recordSellerEvent(tx, act, { type: 'prices.changed', data: { reason, prices: drafts.map(told) } });
  return drafts.map(({ plan, before, after }) => ({ plan, before, after }));
}

type Draft = PriceChange & { i: number };

function otherProduct(row: PriceRow, i: number, known: ReadonlyMap<string, Plan>): Field[] {
  const product = known.get(row.plan)?.product ?? row.product;
  if (product === row.product) return [];
  return [{ name: `rows[${i}].product`, rule: `R38: the plan ${row.plan} belongs to the product ${product}` }];
}

function distinctPlans(rows: readonly PriceRow[]): { product: string; plan: string }[] {
  return [...new Map(rows.map(({ product, plan }) => [plan, { product, plan }])).values()];
}

/** A row that says what the book says already is no change. */
function draftOf(
  row: PriceRow,
  { i, plans, book }: { i: number; plans: ReadonlyMap<string, Plan>; book: PriceBook },
): Draft[] {
  const plan = plans.get(row.plan);
  if (!plan) throw new Error(`the plan ${row.plan} was not registered`);
  const { currency, validFrom, monthly, yearly } = row;
  const after: Price = { planId: plan.planId, currency, validFrom, monthly, yearly };
  const before = priceOn(book, after, validFrom);
  const same = before?.validFrom.equals(validFrom) && before.monthly === monthly && before.yearly === yearly;
  return same ? [] : [{ i, plan, before, after }];
}

/** Whether a draft changes a price that was known for a day that may have been invoiced, or is too near to announce. */
function touchesKnown(
  { before, after }: Draft,
  { on, soonest }: { on: Temporal.PlainDate; soonest: Temporal.PlainDate },
): boolean {
  if (before === null) return false;
  if (Temporal.PlainDate.compare(after.validFrom, soonest) < 0) return true;
  return before.validFrom.equals(after.validFrom) && Temporal.PlainDate.compare(after.validFrom, on) <= 0;
}

async function refuseTouchedPast(tx: Tx, act: Act, drafts: readonly Draft[]): Promise<void> {
  if (drafts.length === 0) return;
  const sold = await selectSoldPlans(
    tx,
    drafts.map((draft) => draft.plan.planId),
  );
  const fields = drafts
    .filter((draft) => sold.has(draft.plan.planId))
    .map(({ i, plan }) => ({
      name: `rows[${i}].valid_from`,
      rule: `R15: ${plan.code} is sold and has a price for that day; on ${act.on} a change is too late to be announced`,
    }));
  if (fields.length > 0) throw refuse('bad_prices', { fields });
}

function told({ plan, before, after }: Draft) {
  const { currency, validFrom, monthly, yearly } = after;
  const was = before && { monthly: before.monthly, yearly: before.yearly };
  return { plan: plan.code, currency, valid_from: validFrom, monthly, yearly, before: was };
}
