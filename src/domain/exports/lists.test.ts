import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type Column, formatHeader, formatRows, neutralise, restore } from '#domain/exports/format.ts';

const columns: readonly Column[] = [
  ['name', 'text'],
  ['amount', 'money'],
  ['vat_rate', 'rate'],
  ['on', 'day'],
  ['data', 'json'],
  ['currency', 'text'],
];
const row = {
  name: 'Rossi, "il Vecchio"',
  amount: -299n,
  vat_rate: 2550,
  on: Temporal.PlainDate.from('2027-02-28'),
  data: { ids: [1, 2] },
  currency: 'EUR',
};

test('CSV writes money as decimals, rates as per cent, and quotes what needs it', () => {
  assert.equal(formatHeader(columns, 'csv'), 'name,amount,vat_rate,on,data,currency\n');
  assert.equal(
    formatRows(columns, [row], 'csv'),
    '"Rossi, ""il Vecchio""",-2.99,25.5,2027-02-28,"{""ids"":[1,2]}",EUR\n',
  );
  assert.equal(
    formatRows(columns, [{ ...row, name: 'A', data: null, currency: 'JPY' }], 'csv'),
    'A,-299,25.5,2027-02-28,,JPY\n',
  );
});

test('JSON lines write money as integers of minor units and texts as they are', () => {
  assert.equal(formatHeader(columns, 'jsonl'), '');
  assert.deepEqual(JSON.parse(formatRows(columns, [{ ...row, name: '=1+1' }], 'jsonl')), {
    name: '=1+1',
    amount: -299,
    vat_rate: 25.5,
    on: '2027-02-28',
    data: { ids: [1, 2] },
    currency: 'EUR',
  });
});

test('a text that a spreadsheet takes for a formula is written behind an apostrophe; an amount below zero is not', () => {
  for (const formula of ['=HYPERLINK("http://x")', '+39 Telecom', '-1+1', '@SUM(A1)', '\t=1', "'=1"]) {
    assert.ok(
      formatRows([['name', 'text']], [{ name: formula }], 'csv')
        .replace(/^"/, '')
        .startsWith("'"),
      formula,
    );
  }
  assert.equal(neutralise("L'Aquila"), "L'Aquila");
});

test('every text comes back from our CSV as it was', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', 'a') }));
  fc.assert(fc.property(texts, (text) => assert.equal(restore(neutralise(text)), text)));
});
