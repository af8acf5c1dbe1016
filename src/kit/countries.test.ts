import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCountry, isEuropeanUnion } from '#kit/countries.ts';

const ALPHABET = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const known = ALPHABET.flatMap((a) => ALPHABET.map((b) => a + b)).filter(isCountry);

test('there are 249 countries, each with a name', () => {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  assert.equal(known.length, 249);
  assert.deepEqual(
    known.filter((code) => !names.of(code)),
    [],
  );
});

test('what is not assigned is no country', () => {
  for (const code of ['', 'it', 'ITA', 'EL', 'UK', 'EU', 'XX', 'XK', 'AN', 'SU']) assert.ok(!isCountry(code), code);
});

test('the European Union has 27 members', () => {
  assert.equal(known.filter(isEuropeanUnion).length, 27);
  assert.ok(!['GB', 'CH', 'NO', 'SM', 'VA'].some(isEuropeanUnion));
});
