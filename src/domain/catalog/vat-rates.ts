import { Temporal } from 'temporal-polyfill';
import { refusals } from '#kit/errors.ts';

const refuse = refusals({
  no_vat_rate: [422, 'We know no VAT rate for that country and day.'],
});

/** A standard VAT rate and the first day it is in force. 22 % is 2200 basis points. */
export type VatRate = { country: string; validFrom: Temporal.PlainDate; rateBasisPoints: number };

/** The standard rates of all countries, ready to be asked for a day. */
export type VatRates = ReadonlyMap<string, readonly VatRate[]>;

/**
 * Standard rates in basis points by the first day in force, oldest first.
 *
 * Source: European Commission, "Taxes in Europe Database" (TEDB), standard rates of the member states as in force in
 * 2026, with every change since 2024; the first entry is the day the rate in force on 2024-01-01 began. Switzerland and
 * the United Kingdom are here for sellers who live there (Federal Tax Administration; HM Revenue & Customs).
 */
const STANDARD_RATES: Record<string, Record<string, number>> = {
  AT: { '1984-01-01': 2000 },
  BE: { '1996-01-01': 2100 },
  BG: { '1999-01-01': 2000 },
  CH: { '2018-01-01': 770, '2024-01-01': 810 },
  CY: { '2014-01-13': 1900 },
  CZ: { '2013-01-01': 2100 },
  DE: { '2007-01-01': 1900, '2020-07-01': 1600, '2021-01-01': 1900 },
  DK: { '1992-01-01': 2500 },
  EE: { '2009-07-01': 2000, '2024-01-01': 2200, '2025-07-01': 2400 },
  ES: { '2012-09-01': 2100 },
  FI: { '2013-01-01': 2400, '2024-09-01': 2550 },
  FR: { '2014-01-01': 2000 },
  GB: { '2011-01-04': 2000 },
  GR: { '2016-06-01': 2400 },
  HR: { '2012-03-01': 2500 },
  HU: { '2012-01-01': 2700 },
  IE: { '2012-01-01': 2300, '2020-09-01': 2100, '2021-03-01': 2300 },
  IT: { '2013-10-01': 2200 },
  LT: { '2009-09-01': 2100 },
  LU: { '2015-01-01': 1700, '2023-01-01': 1600, '2024-01-01': 1700 },
  LV: { '2012-07-01': 2100 },
  MT: { '2004-01-01': 1800 },
  NL: { '2012-10-01': 2100 },
  PL: { '2011-01-01': 2300 },
  PT: { '2011-01-01': 2300 },
  RO: { '2017-01-01': 1900, '2025-08-01': 2100 },
  SE: { '1990-07-01': 2500 },
  SI: { '2013-07-01': 2200 },
  SK: { '2011-01-01': 2000, '2025-01-01': 2300 },
};

/** The committed standard rates, one row per country and change, oldest first within a country. */
export const standardRates: readonly VatRate[] = Object.entries(STANDARD_RATES).flatMap(([country, changes]) =>
  Object.entries(changes).map(([day, rateBasisPoints]) => ({
    country,
    validFrom: Temporal.PlainDate.from(day),
    rateBasisPoints,
  })),
);

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
