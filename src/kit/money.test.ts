import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { currencies, formatDecimal, minorUnits, parseMoney, percentOf, prorate } from '#kit/money.ts';

const amounts = fc.bigInt({ min: -9_007_199_254_740_991n, max: 9_007_199_254_740_991n });
const currency = fc.constantFrom(...currencies);

test('an amount is written with exactly the decimals of its currency', () => {
  const cases: [bigint, string, string][] = [
    [299n, 'EUR', '2.99'],
    [5n, 'EUR', '0.05'],
    [0n, 'EUR', '0.00'],
    [-5n, 'EUR', '-0.05'],
    [-123_456n, 'PLN', '-1234.56'],
    [299n, 'JPY', '299'],
    [2_999n, 'KWD', '2.999'],
  ];
  for (const [amount, code, text] of cases) {
    assert.equal(formatDecimal(amount, code), text);
    assert.equal(parseMoney(text, code), amount);
  }
});

test('a whole amount needs no decimals', () => {
  assert.equal(parseMoney('10', 'EUR'), 1000n);
  assert.equal(parseMoney('-10', 'KWD'), -10_000n);
});

test('what is not an amount of the currency is refused', () => {
  const bad = [
    '',
    '2.9',
    '2.999',
    '2,99',
    '2.',
    '.99',
    '+2.99',
    '02.99',
    ' 2.99',
    '2.99 ',
    '1e3',
    '1 000.00',
    '--1',
    'NaN',
    '٣',
  ];
  for (const text of bad) assert.throws(() => parseMoney(text, 'EUR'), { name: 'Refusal', code: 'bad_amount' }, text);
  assert.throws(() => parseMoney('2.99', 'JPY'), { code: 'bad_amount', message: /no decimals, such as 299/ });
  assert.throws(() => parseMoney('90071992547409.92', 'EUR'), { code: 'bad_amount' });
  assert.equal(parseMoney('90071992547409.91', 'EUR'), 9_007_199_254_740_991n);
});

test('an unknown currency is refused, also in lower case', () => {
  for (const code of ['eur', 'EURO', 'XXX', ''])
    assert.throws(() => minorUnits(code), { code: 'unknown_currency' }, code);
});

test('the decimals of a currency are those of ISO 4217', () => {
  assert.equal(currencies.length, new Set(currencies).size);
  assert.deepEqual(['CHF', 'EUR', 'GBP', 'JPY', 'PLN', 'TND', 'USD'].map(minorUnits), [2, 2, 2, 0, 2, 3, 2]);
  assert.ok(currencies.every((code) => /^[A-Z]{3}$/.test(code)));
});

test('what we write is what we read, for every amount and currency', () => {
  fc.assert(fc.property(amounts, currency, (amount, code) => parseMoney(formatDecimal(amount, code), code) === amount));
});

test('half a cent is rounded up on an invoice and down on its credit note', () => {
  assert.equal(percentOf(250n, 2200), 55n);
  assert.equal(percentOf(25n, 2200), 6n, '5.5 cents');
  assert.equal(percentOf(-25n, 2200), -6n, '-5.5 cents');
  assert.equal(percentOf(100n, 2550), 26n, '25.5 cents');
  assert.equal(percentOf(299n, 0), 0n);
  assert.equal(prorate(3n, 1, 2), 2n);
  assert.equal(prorate(-3n, 1, 2), -2n);
  assert.equal(prorate(1000n, 17, 31), 548n);
});

test('a percentage is never more than half a cent away from the exact share', () => {
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (amount, rate) => {
      const error = 2n * (percentOf(amount, rate) * 10_000n - amount * BigInt(rate));
      return amount >= 0n ? error > -10_000n && error <= 10_000n : error < 10_000n && error >= -10_000n;
    }),
  );
});

test('a credit note takes back exactly what its invoice asked', () => {
  fc.assert(fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), (a, r) => percentOf(-a, r) === -percentOf(a, r)));
  fc.assert(
    fc.property(
      amounts,
      fc.integer({ min: 0, max: 366 }),
      (a, days) => prorate(-a, days, 366) === -prorate(a, days, 366),
    ),
  );
});

test('no days cost nothing, all days cost everything, more days never cost less', () => {
  const price = fc.bigInt({ min: 0n, max: 10_000_000n });
  fc.assert(
    fc.property(price, fc.integer({ min: 1, max: 366 }), fc.nat(365), (amount, ofDays, some) => {
      const days = some % ofDays;
      assert.equal(prorate(amount, 0, ofDays), 0n);
      assert.equal(prorate(amount, ofDays, ofDays), amount);
      assert.ok(prorate(amount, days, ofDays) <= prorate(amount, days + 1, ofDays));
    }),
  );
});

test('a share of a whole without days is a bug, not an answer', () => {
  assert.throws(() => prorate(100n, 1, 0), RangeError);
});
