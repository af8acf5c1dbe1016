// Source: docs.stripe.com/currencies, "Minimum and maximum charge amounts", its table line by line: the least where the charge is
// in the currency of the bank account it is paid out to. Paid out in another, the equivalent of that one's minimum counts, and in
// a currency that is not listed none is known: what is too little then, Stripe says itself (a definite no). At most eight digits;
// the few currencies with more, and the lower limits of card networks, are not told apart here.
const least: Readonly<Record<string, bigint>> = {
  ...{ AED: 200n, AUD: 50n, BGN: 100n, BRL: 50n, CAD: 50n, CHF: 50n, CZK: 1500n, DKK: 250n, EUR: 50n, GBP: 30n },
  ...{ HKD: 400n, HUF: 17500n, INR: 50n, JPY: 50n, MXN: 1000n, MYR: 200n, NOK: 300n, NZD: 50n, PLN: 200n, RON: 200n },
  ...{ SEK: 300n, SGD: 50n, THB: 1000n, USD: 50n },
};

const most = 99_999_999n;

// Stripe counts these in other units than ISO 4217 does.
const oddUnits = new Set(['ISK', 'MGA', 'UGX']);

/** What Stripe takes in a currency, in minor units; null when we do not take it through Stripe. */
export function limitsAtStripe(currency: string): { least: bigint; most: bigint } | null {
  if (!/^[A-Z]{3}$/.test(currency) || oddUnits.has(currency)) return null;
  return { least: least[currency] ?? 1n, most };
}
