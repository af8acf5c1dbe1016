import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideBrake } from '#domain/renewals/decide-brake.ts';

const policy = { brake_reach_days: 3, brake_amount: 100_000n };

test('a run goes as far back as the policy allows, and not a day further', () => {
  assert.equal(decideBrake({ reachDays: 0, amount: null, currency: 'EUR', policy }), null);
  assert.equal(decideBrake({ reachDays: 3, amount: null, currency: 'EUR', policy }), null);
  assert.match(decideBrake({ reachDays: 4, amount: null, currency: 'EUR', policy }) ?? '', /reach back 4 days/);
});

test('a run renews as much as the policy allows, and not a cent more; without a set amount there is no limit', () => {
  assert.equal(decideBrake({ reachDays: 0, amount: 100_000n, currency: 'EUR', policy }), null);
  assert.match(
    decideBrake({ reachDays: 0, amount: 100_001n, currency: 'EUR', policy }) ?? '',
    /renew 1000\.01 EUR net; more than 1000\.00 EUR/,
  );
  assert.equal(
    decideBrake({ reachDays: 0, amount: 10n ** 12n, currency: 'EUR', policy: { ...policy, brake_amount: null } }),
    null,
  );
});
