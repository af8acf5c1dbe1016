import { type Refusal, refusals } from '#kit/errors.ts';

const refuse = refusals({
  unknown_currency: [422, 'This is not an ISO 4217 currency we know.'],
  bad_amount: [422, 'This is not an amount of that currency.'],
});

/** ISO 4217 codes with a country, by the number of decimals of one unit. Funds, metals and test codes are left out. */
const CODES_BY_DIGITS: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP ' +
    'CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR ' +
    'IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN ' +
    'NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP ' +
    'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const digitsOf = new Map(
  Object.entries(CODES_BY_DIGITS).flatMap(([digits, codes]) =>
    codes.split(' ').map((code) => [code, Number(digits)] as const),
  ),
);

/** Every currency we can keep accounts in, as ISO 4217 codes in alphabetical order. */
export const currencies: readonly string[] = [...digitsOf.keys()].sort();

/** Says whether we can keep accounts in this currency. */
export function isCurrency(code: string): boolean {
  return digitsOf.has(code);
}

/** How many decimals one unit of the currency has: EUR 2, JPY 0. Refuses `unknown_currency`. */
export function minorUnits(currency: string): number {
  const digits = digitsOf.get(currency);
  if (digits === undefined)
    throw refuse('unknown_currency', { detail: `"${currency}" is not an ISO 4217 currency we know.` });
  return digits;
}

/** The same bound as a JSON integer, so that an amount survives every door of the product. */
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Reads a decimal amount such as `2.99` into minor units (R1). Written whole (`3`) or with exactly the currency's
 * decimals (`3.00`): `2.9` is more often a slip than a price. Refuses `unknown_currency`, `bad_amount` (R38).
 */
export function parseMoney(text: string, currency: string): bigint {
  const digits = minorUnits(currency);
  const parts = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text);
  const fraction = parts?.[3] ?? '0'.repeat(digits);
  if (!parts || fraction.length !== digits) throw badAmount(text, currency, digits);
  const amount = BigInt(`${parts[2]}${fraction}`);
  if (amount > LARGEST) throw refuse('bad_amount', { detail: `${text} ${currency} is more than we can account for.` });
  return parts[1] ? -amount : amount;
}

/** Writes an amount in minor units as the decimal we print in lists: 299n EUR is `2.99`. Refuses `unknown_currency`. */
export function formatDecimal(amount: bigint, currency: string): string {
  const digits = minorUnits(currency);
  if (digits === 0) return amount.toString();
  const figures = magnitude(amount)
    .toString()
    .padStart(digits + 1, '0');
  return `${amount < 0n ? '-' : ''}${figures.slice(0, -digits)}.${figures.slice(-digits)}`;
}

/** A share of an amount at a rate in basis points (22 % is 2200), rounded half up, away from zero for credit notes (R1). */
export function percentOf(amount: bigint, rateBasisPoints: number): bigint {
  return divideHalfUp(amount * BigInt(rateBasisPoints), 10_000n);
}

/** The part of an amount that `days` out of `ofDays` cost, rounded half up, away from zero when negative (R17). */
export function prorate(amount: bigint, days: number, ofDays: number): bigint {
  if (ofDays <= 0) throw new RangeError(`a share needs a whole of at least one day, not ${ofDays}`);
  return divideHalfUp(amount * BigInt(days), BigInt(ofDays));
}

/** Half away from zero, so that a credit note takes back exactly what its invoice asked. `divisor` is positive. */
function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const rounded = (2n * magnitude(dividend) + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

function magnitude(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

function badAmount(text: string, currency: string, digits: number): Refusal {
  const example = formatDecimal(299n, currency);
  return refuse('bad_amount', {
    detail: `"${text}" is not an amount in ${currency}: write it with ${digits || 'no'} decimals, such as ${example}.`,
  });
}
