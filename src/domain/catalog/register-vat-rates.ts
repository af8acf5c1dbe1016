import { Temporal } from 'temporal-polyfill';
import { refuse } from '#domain/catalog/_refusals.ts';
import { insertVatRates, selectVatRates } from '#domain/catalog/_store.ts';
import type { VatRate } from '#domain/catalog/types.ts';
import { vatRates } from '#domain/catalog/vat-rates.ts';
import type { Act } from '#domain/events/record.ts';
import { recordSellerEvent } from '#domain/events/record-seller.ts';
import { isCountry } from '#kit/countries.ts';
import type { Tx } from '#kit/db.ts';
import type { Field } from '#kit/errors.ts';

/** New rates and why they are entered (R37). */
export type NewVatRates = { rows: readonly VatRate[]; reason: string };

/**
 * Enters standard VAT rates that a law has changed, before they are in force; the first rate of a country may have any
 * day. Refuses `bad_vat_rates`: unknown country, a rate outside 0 to 100 %, a day in the past, a day known already (R38).
 */
export async function registerVatRates(tx: Tx, act: Act, { rows, reason }: NewVatRates): Promise<void> {
  const before = await selectVatRates(tx);
  const fields = rows.flatMap((row, i) => {
    const rule = problemOf(row, { known: [...before, ...rows.slice(0, i)], on: act.on });
    return rule ? [{ name: `rows[${i}].${rule[0]}`, rule: rule[1] } satisfies Field] : [];
  });
  if (fields.length > 0) throw refuse('bad_vat_rates', { fields });
  await insertVatRates(tx, rows);
  const told = rows.map((row) => ({ country: row.country, valid_from: row.validFrom, rate_bp: row.rateBasisPoints }));
  await recordSellerEvent(tx, act, { type: 'vat_rates.registered', data: { reason, rates: told } });
}

function problemOf(
  { country, validFrom, rateBasisPoints }: VatRate,
  { known, on }: { known: readonly VatRate[]; on: Temporal.PlainDate },
): [string, string] | null {
  if (!isCountry(country)) return ['country', 'R38: an ISO 3166 code such as IT'];
  const inRange = Number.isInteger(rateBasisPoints) && rateBasisPoints >= 0 && rateBasisPoints <= 10_000;
  if (!inRange) return ['rate_bp', 'R1: basis points from 0 to 10000'];
  const rates = vatRates(known).get(country) ?? [];
  if (rates.some((rate) => rate.validFrom.equals(validFrom))) return ['valid_from', 'R38: that day has a rate already'];
  const past = rates.length > 0 && Temporal.PlainDate.compare(validFrom, on) < 0;
  return past ? ['valid_from', 'R38: a rate is not changed in the past'] : null;
}
