import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epcText } from '#web/ui/epc.ts';

const transfer = {
  payee: 'Posta Serena Srl',
  iban: 'IT60 X054 2811 1010 0000 0123 456',
  bic: 'BPCVIT2S',
  reference: 'O2027-12',
};

test('the code of a transfer says to whom, how much in euro and cents, and the order it is for', () => {
  assert.equal(
    epcText({ gross: 1205, currency: 'EUR', transfer }),
    'BCD\n002\n1\nSCT\nBPCVIT2S\nPosta Serena Srl\nIT60X0542811101000000123456\nEUR12.05\n\n\nO2027-12',
  );
});

test('there is no code for another currency, nor for a seller without an account', () => {
  assert.equal(epcText({ gross: 1205, currency: 'CHF', transfer }), null);
  assert.equal(epcText({ gross: 1205, currency: 'EUR', transfer: { ...transfer, iban: '' } }), null);
});
