import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { decideVat, type VatCase, vatOf } from '#domain/catalog/decide-vat.ts';
import { rateOn, standardRates, vatRates } from '#domain/catalog/vat-rates.ts';
import { isEuropeanUnion } from '#kit/countries.ts';
import { percentOf } from '#kit/money.ts';

const rates = vatRates(standardRates);
const day = (text: string) => Temporal.PlainDate.from(text);
const decide = (vatCase: Partial<VatCase>) =>
  decideVat({ sellerCountry: 'IT', customerCountry: 'IT', vatNumber: null, day: day('2026-11-23'), rates, ...vatCase });

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
    ['GR', 2400],
    ['MC', 2000],
  ] as const;
  for (const [customerCountry, rateBasisPoints] of cases) {
    assert.deepEqual(decide({ customerCountry }), { rateBasisPoints, treatment: 'destination', note: null });
  }
});

test('outside the EU there is no VAT, with or without a number', () => {
  for (const customerCountry of ['CH', 'GB', 'US', 'SM']) {
    for (const vatNumber of [null, 'GB123456789']) {
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
  const changes: [country: string, lastDay: string, old: number, now: number][] = [
    ['EE', '2023-12-31', 2000, 2200],
    ['EE', '2025-06-30', 2200, 2400],
    ['FI', '2024-08-31', 2400, 2550],
    ['LU', '2023-12-31', 1600, 1700],
    ['RO', '2025-07-31', 1900, 2100],
    ['SK', '2024-12-31', 2000, 2300],
  ];
  for (const [country, lastDay, old, now] of changes) {
    assert.equal(rateOn(rates, country, day(lastDay)), old, `${country} until ${lastDay}`);
    assert.equal(rateOn(rates, country, day(lastDay).add({ days: 1 })), now, `${country} after ${lastDay}`);
  }
});

test('every EU country has a plausible rate in 2026, and a country without one is refused', () => {
  const countries = new Set(standardRates.map((rate) => rate.country).filter(isEuropeanUnion));
  assert.equal(countries.size, 27);
  for (const country of countries) {
    const rate = rateOn(rates, country, day('2026-01-01'));
    assert.ok(rate >= 1500 && rate <= 2700, `${country} ${rate}`);
  }
  assert.throws(() => rateOn(rates, 'US', day('2026-01-01')), { code: 'no_vat_rate' });
  assert.throws(() => rateOn(rates, 'RO', day('2016-12-31')), { code: 'no_vat_rate' });
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
