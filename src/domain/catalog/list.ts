import { selectPlans, selectPrices, selectVatRates } from '#domain/catalog/_store.ts';
import { type PriceBook, priceBook } from '#domain/catalog/price-on.ts';
import type { Plan, Price } from '#domain/catalog/types.ts';
import { type VatRates, vatRates } from '#domain/catalog/vat-rates.ts';
import type { Db, Tx } from '#kit/db.ts';

/** Everything a run must know of what we sell, read once and handed to the pure decisions. */
export type Catalog = { plans: ReadonlyMap<bigint, Plan>; prices: PriceBook; rates: VatRates };

/** The catalogue as it stands: plans by id, prices and VAT rates to be asked for a day (R15). */
export async function getCatalog(tx: Db | Tx): Promise<Catalog> {
  const plans = await selectPlans(tx);
  const prices = await selectPrices(tx);
  const rates = await selectVatRates(tx);
  return {
    plans: new Map(plans.map((plan) => [plan.planId, plan])),
    prices: priceBook(prices),
    rates: vatRates(rates),
  };
}

/** All plans, by product and code. There are dozens, never thousands: no pages. */
export function listPlans(tx: Db | Tx): Promise<Plan[]> {
  return selectPlans(tx);
}

/** The plans with these codes, by code; a code we do not know is missing from the answer. */
export async function findPlans(tx: Db | Tx, codes: readonly string[]): Promise<Map<string, Plan>> {
  const wanted = new Set(codes);
  const plans = await selectPlans(tx);
  return new Map(plans.filter((plan) => wanted.has(plan.code)).map((plan) => [plan.code, plan]));
}

/** All prices, past, present and announced, in the order of plans and days. */
export function listPrices(tx: Db | Tx): Promise<Price[]> {
  return selectPrices(tx);
}
