// Source: PayPal "Currency codes" (developer.paypal.com/api/rest/reference/currency-codes). Those that are for payments within
// one country only (BRL, CNY, MYR) are left out. How much an account may pay at once is between it and PayPal: it is told
// when it is tried. An amount has 32 characters at most; we stop where no invoice of ours is.
const currencies = new Set([
  ...['AUD', 'CAD', 'CHF', 'CZK', 'DKK', 'EUR', 'GBP', 'HKD', 'HUF', 'ILS', 'JPY', 'MXN'],
  ...['NOK', 'NZD', 'PHP', 'PLN', 'SEK', 'SGD', 'THB', 'TWD', 'USD'],
]);

const most = 99_999_999_999n;

/** What PayPal takes in a currency, in minor units; null when it does not take the currency. */
export function limitsAtPaypal(currency: string): { least: bigint; most: bigint } | null {
  return currencies.has(currency) ? { least: 1n, most } : null;
}
