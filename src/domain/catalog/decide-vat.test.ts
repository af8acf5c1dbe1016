import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { decideVat, vatOf } from '#domain/catalog/decide-vat.ts';
import { rateOn, vatRates } from '#domain/catalog/vat-rates.ts';
import { percentOf } from '#kit/money.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const RATES: [country: string, validFrom: string, rateBasisPoints: number][] = [
  ['IT', '2013-10-01', 2200],
  ['DE', '2021-01-01', 1900],
  ['FR', '2014-01-01', 2000],
  ['HU', '2012-01-01', 2700],
  ['CH', '2024-01-01', 810],
  ['FI', '2024-09-01', 2550],
  ['FI', '2013-01-01', 2400],
];
const rates = vatRates(
  RATES.map(([country, validFrom, rateBasisPoints]) => ({ country, validFrom: day(validFrom), rateBasisPoints })),
);
type Sale = { sellerCountry?: string; customerCountry?: string; vatNumber?: string };
const decide = ({ sellerCountry = 'IT', customerCountry = 'IT', vatNumber = '' }: Sale) =>
  decideVat({
    seller: { country: sellerCountry },
    customer: { country: customerCountry, vatNumber },
    day: day('2026-11-23'),
    rates,
  });

test('at home everybody pays the rate of the seller’s country', () => {
  assert.deepEqual(decide({}), { rateBasisPoints: 2200, treatment: 'domestic', note: null });
  assert.deepEqual(decide({ vatNumber: 'IT01234567890' }), {
    rateBasisPoints: 2200,
    treatment: 'domestic',
    note: null,
  });
});

test('an EU business with a VAT number pays no tax and finds the legal note', () => {
  const business = decide({ customerCountry: 'DE', vatNumber: 'DE123456789' });
  assert.deepEqual([business.rateBasisPoints, business.treatment], [0, 'reverse_charge']);
  assert.match(business.note ?? '', /art\. 7-ter DPR 633\/72 .*Article 196 Directive 2006\/112\/EC/);
  const french = decide({ sellerCountry: 'FR', customerCountry: 'IT', vatNumber: 'IT01234567890' });
  assert.equal(french.note, 'Reverse charge – Article 196 Directive 2006/112/EC');
});

test('any other buyer in the EU pays the rate of the own country', () => {
  const cases = [
    ['DE', 1900],
    ['FR', 2000],
    ['HU', 2700],
    ['FI', 2550],
    ['MC', 2000],
  ] as const;
  for (const [customerCountry, rateBasisPoints] of cases) {
    assert.deepEqual(decide({ customerCountry }), { rateBasisPoints, treatment: 'destination', note: null });
  }
});

test('outside the EU there is no VAT, with or without a number', () => {
  for (const customerCountry of ['CH', 'GB', 'US', 'SM']) {
    for (const vatNumber of ['', 'GB123456789']) {
      assert.deepEqual(decide({ customerCountry, vatNumber }), {
        rateBasisPoints: 0,
        treatment: 'outside',
        note: null,
      });
    }
  }
});

test('a Swiss seller charges Swiss VAT at home', () => {
  assert.equal(decide({ sellerCountry: 'CH', customerCountry: 'CH' }).rateBasisPoints, 810);
});

test('a change of rate counts from its first day', () => {
  assert.equal(rateOn(rates, 'FI', day('2024-08-31')), 2400);
  assert.equal(rateOn(rates, 'FI', day('2024-09-01')), 2550);
});

test('a country or a day without a known rate is refused, never taken as 0 %', () => {
  assert.throws(() => rateOn(rates, 'GR', day('2026-01-01')), { code: 'no_vat_rate' });
  assert.throws(() => rateOn(rates, 'CH', day('2023-12-31')), { code: 'no_vat_rate' });
  assert.throws(() => decide({ customerCountry: 'GR' }), { code: 'no_vat_rate' });
});

test('VAT is computed on the sum of the lines and rounded once', () => {
  const lines = Array.from({ length: 10 }, () => ({ rateBasisPoints: 2200, net: 299n }));
  assert.deepEqual(vatOf(lines), [{ rateBasisPoints: 2200, net: 2990n, vat: 658n }], 'line by line it would be 660');
  assert.deepEqual(vatOf([]), []);
});

test('VAT is computed for each rate on its own', () => {
  const lines = [
    { rateBasisPoints: 0, net: 500n },
    { rateBasisPoints: 2200, net: 299n },
    { rateBasisPoints: 0, net: 1n },
  ];
  assert.deepEqual(vatOf(lines), [
    { rateBasisPoints: 2200, net: 299n, vat: 66n },
    { rateBasisPoints: 0, net: 501n, vat: 0n },
  ]);
});

test('the VAT of a document does not depend on how its lines are cut or ordered', () => {
  const line = fc.record({
    rateBasisPoints: fc.constantFrom(0, 1900, 2200, 2550),
    net: fc.bigInt({ min: -100_000n, max: 100_000n }),
  });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      assert.deepEqual(vatOf(lines.toReversed()), vatOf(lines));
      for (const { rateBasisPoints, net, vat } of vatOf(lines)) assert.equal(vat, percentOf(net, rateBasisPoints));
    }),
  );
});
