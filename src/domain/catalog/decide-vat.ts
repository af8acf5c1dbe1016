import type { Temporal } from 'temporal-polyfill';
import { rateOn, type VatRates } from '#domain/catalog/vat-rates.ts';
import { isEuropeanUnion } from '#kit/countries.ts';
import { percentOf } from '#kit/money.ts';

export type VatTreatment = 'domestic' | 'reverse_charge' | 'destination' | 'outside';

/**
 * What decides the VAT of a document: who sells, who buys, and on which day. Countries are ISO 3166 codes; the customer's
 * VAT number was checked when it was registered, and is empty for a person.
 */
export type VatCase = {
  seller: { country: string };
  customer: { country: string; vatNumber: string };
  day: Temporal.PlainDate;
  rates: VatRates;
};

/** The rate of a document, why it is that one, and the sentence the law wants on paper, if any. */
export type VatDecision = { rateBasisPoints: number; treatment: VatTreatment; note: string | null };

/**
 * The VAT of mailboxes sold by one country to another, which the law calls electronically supplied services: at home
 * the seller's rate; to an EU business with a VAT number no tax but reverse charge and its note; to any other buyer in
 * the EU the rate of the buyer's country; outside the EU none. Refuses `no_vat_rate`.
 */
export function decideVat(vatCase: VatCase): VatDecision {
  const { day, rates } = vatCase;
  const seller = taxCountry(vatCase.seller.country);
  const customer = taxCountry(vatCase.customer.country);
  if (customer === seller) return { rateBasisPoints: rateOn(rates, seller, day), treatment: 'domestic', note: null };
  if (!isEuropeanUnion(customer)) return { rateBasisPoints: 0, treatment: 'outside', note: null };
  if (vatCase.customer.vatNumber)
    return { rateBasisPoints: 0, treatment: 'reverse_charge', note: reverseChargeNote(seller) };
  return { rateBasisPoints: rateOn(rates, customer, day), treatment: 'destination', note: null };
}

export type VatLine = { rateBasisPoints: number; net: bigint };
export type VatTotal = { rateBasisPoints: number; net: bigint; vat: bigint };

/**
 * The VAT of a document: per rate on the sum of its net lines, in minor units, rounded half up once (R1). Highest rate
 * first.
 */
export function vatOf(lines: readonly VatLine[]): VatTotal[] {
  const netByRate = new Map<number, bigint>();
  for (const { rateBasisPoints, net } of lines) {
    netByRate.set(rateBasisPoints, (netByRate.get(rateBasisPoints) ?? 0n) + net);
  }
  return [...netByRate]
    .map(([rateBasisPoints, net]) => ({ rateBasisPoints, net, vat: percentOf(net, rateBasisPoints) }))
    .sort((a, b) => b.rateBasisPoints - a.rateBasisPoints);
}

/** Monaco is French territory for VAT (Directive 2006/112/EC, Article 7). */
function taxCountry(country: string): string {
  return country === 'MC' ? 'FR' : country;
}

function reverseChargeNote(sellerCountry: string): string {
  const european = 'Reverse charge – Article 196 Directive 2006/112/EC';
  return sellerCountry === 'IT' ? `Inversione contabile, art. 7-ter DPR 633/72 – ${european}` : european;
}
