import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOverloaded } from '#http/security.ts';

test('a loop that is late again and again refuses; one long piece of work, now done, refuses nobody', () => {
  assert.equal(isOverloaded(3_100), true);
  assert.equal(isOverloaded(Number.POSITIVE_INFINITY), false);
});
