import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalVatNumber } from '#domain/customers/vat-number.ts';
import { isEuropeanUnion } from '#kit/countries.ts';

const GOOD: Record<string, string[]> = {
  AT: ['ATU12345678'],
  BE: ['BE0123456789', 'BE1123456789'],
  BG: ['BG123456789', 'BG1234567890'],
  CY: ['CY12345678X'],
  CZ: ['CZ12345678', 'CZ123456789', 'CZ1234567890'],
  DE: ['DE123456789'],
  DK: ['DK12345678'],
  EE: ['EE123456789'],
  ES: ['ESX1234567X', 'ESB12345678', 'ES12345678Z'],
  FI: ['FI12345678'],
  FR: ['FR12345678901', 'FRX1123456789', 'FRXX123456789'],
  GR: ['EL123456789'],
  HR: ['HR12345678901'],
  HU: ['HU12345678'],
  IE: ['IE1234567T', 'IE1234567WA', 'IE1S23456L'],
  IT: ['IT01234567890'],
  LT: ['LT123456789', 'LT123456789012'],
  LU: ['LU12345678'],
  LV: ['LV12345678901'],
  MC: ['FR12345678901'],
  MT: ['MT12345678'],
  NL: ['NL123456789B01'],
  PL: ['PL1234567890'],
  PT: ['PT123456789'],
  RO: ['RO12', 'RO1234567890'],
  SE: ['SE123456789001'],
  SI: ['SI12345678'],
  SK: ['SK1234567890'],
};

test('every EU country has its form of VAT number', () => {
  assert.equal(Object.keys(GOOD).filter(isEuropeanUnion).length, 27);
  for (const [country, numbers] of Object.entries(GOOD)) {
    for (const number of numbers) assert.equal(canonicalVatNumber(country, number), number);
  }
});

test('the prefix may be left out and is written for the law', () => {
  assert.equal(canonicalVatNumber('IT', '01234567890'), 'IT01234567890');
  assert.equal(canonicalVatNumber('GR', '123456789'), 'EL123456789');
  for (const [country, numbers] of Object.entries(GOOD)) {
    const bare = numbers.filter((number) => !/^[A-Z]{4}/.test(number));
    for (const number of bare) assert.equal(canonicalVatNumber(country, number.slice(2)), number);
  }
});

test('one digit too many, too few or another country’s number is refused', () => {
  for (const [country, numbers] of Object.entries(GOOD)) {
    for (const number of [`${numbers.at(-1)}00000000`, numbers[0]?.slice(0, -4) ?? '', 'XX123456789', 'SELLER', '']) {
      if (country === 'RO' && /^RO\d{2,10}$/.test(number)) continue;
      assert.equal(canonicalVatNumber(country, number), null, `${country} ${number}`);
    }
  }
  assert.equal(canonicalVatNumber('DE', 'IT01234567890'), null);
  assert.equal(canonicalVatNumber('FR', 'DE123456789'), null);
  assert.equal(canonicalVatNumber('DE', 'DE 123456789'), null);
});

test('outside the EU we keep what the customer says, if it is short and plain', () => {
  assert.equal(canonicalVatNumber('CH', 'CHE-123.456.789 MWST'), 'CHE-123.456.789 MWST');
  assert.equal(canonicalVatNumber('GB', '<script>'), null);
  assert.equal(canonicalVatNumber('US', ''), null);
});
