import { Temporal } from 'temporal-polyfill';
import type { Price } from '#domain/catalog/types.ts';

/** All prices, past and announced, ready to be asked for a day. */
export type PriceBook = ReadonlyMap<bigint, readonly Price[]>;

/** Arranges prices, in any order, so that they can be asked for a day. */
export function priceBook(prices: readonly Price[]): PriceBook {
  const newestFirst = [...prices].sort((a, b) => Temporal.PlainDate.compare(b.validFrom, a.validFrom));
  return Map.groupBy(newestFirst, (price) => price.planId);
}

/** The price of a plan in force on a day, which is the first day of the term (R15); null when there is none yet. */
export function priceOn(
  book: PriceBook,
  { planId, currency }: { planId: bigint; currency: string },
  day: Temporal.PlainDate,
): Price | null {
  const prices = book.get(planId) ?? [];
  return (
    prices.find((price) => price.currency === currency && Temporal.PlainDate.compare(price.validFrom, day) <= 0) ?? null
  );
}
