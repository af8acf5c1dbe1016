import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { priceBook, priceOn } from '#domain/catalog/price-on.ts';

const price = (planId: bigint, currency: string, validFrom: string, monthly: bigint) => ({
  planId,
  currency,
  validFrom: Temporal.PlainDate.from(validFrom),
  monthly,
  yearly: monthly * 12n,
});

const book = priceBook([
  price(1n, 'EUR', '2027-03-01', 349n),
  price(1n, 'EUR', '2020-01-01', 299n),
  price(1n, 'PLN', '2025-01-01', 1299n),
  price(2n, 'EUR', '2026-06-15', 999n),
]);

test('the price in force on the first day of the term counts', () => {
  const cases: [bigint, string, string, bigint | undefined][] = [
    [1n, 'EUR', '2020-01-01', 299n],
    [1n, 'EUR', '2027-02-28', 299n],
    [1n, 'EUR', '2027-03-01', 349n],
    [1n, 'EUR', '2099-01-01', 349n],
    [1n, 'EUR', '2019-12-31', undefined],
    [1n, 'PLN', '2027-03-01', 1299n],
    [1n, 'USD', '2027-03-01', undefined],
    [2n, 'EUR', '2026-06-14', undefined],
    [3n, 'EUR', '2026-06-15', undefined],
  ];
  for (const [planId, currency, day, monthly] of cases) {
    const found = priceOn(book, { planId, currency }, Temporal.PlainDate.from(day));
    assert.equal(found?.monthly, monthly, `plan ${planId} in ${currency} on ${day}`);
  }
});
