import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { statementsWholeAt } from '#domain/payments/restorations.ts';

const restoration = {
  backupAt: Temporal.Instant.from('2027-03-01T09:00:00Z'),
  restoredAt: Temporal.Instant.from('2027-03-01T10:00:00Z'),
};

test('P13: after a restoration nothing goes on before every provider’s statement shows the last payments', () => {
  const wholeAt = (...hours: number[]) =>
    statementsWholeAt(
      restoration,
      hours.map((statementHours) => ({ statementHours })),
    ).toString();
  assert.equal(wholeAt(0), '2027-03-01T10:00:00Z');
  assert.equal(wholeAt(0, 3), '2027-03-01T13:00:00Z');
  assert.equal(wholeAt(), '2027-03-01T10:00:00Z');
});
