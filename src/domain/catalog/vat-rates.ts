import { Temporal } from 'temporal-polyfill';
import { refuse } from '#domain/catalog/_refusals.ts';
import type { VatRate } from '#domain/catalog/types.ts';

/** The standard rates of all countries, ready to be asked for a day. */
export type VatRates = ReadonlyMap<string, readonly VatRate[]>;

/** Arranges rates, in any order, so that they can be asked for a day. */
export function vatRates(rows: readonly VatRate[]): VatRates {
  const newestFirst = [...rows].sort((a, b) => Temporal.PlainDate.compare(b.validFrom, a.validFrom));
  return Map.groupBy(newestFirst, (row) => row.country);
}

/** The standard rate in force in a country on a day, in basis points. Refuses `no_vat_rate`. */
export function rateOn(rates: VatRates, country: string, day: Temporal.PlainDate): number {
  const inForce = rates.get(country)?.find((rate) => Temporal.PlainDate.compare(rate.validFrom, day) <= 0);
  if (!inForce) throw refuse('no_vat_rate', { detail: `We know no VAT rate for ${country} on ${day}.` });
  return inForce.rateBasisPoints;
}
