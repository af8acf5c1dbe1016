import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPolicy } from '#domain/customers/change-policy.ts';
import { defaultPolicy, policyOf, writtenPolicy } from '#domain/customers/policy.ts';

const check = (patch: object) => checkPolicy(patch, writtenPolicy(patch)).map((field) => field.name);

test('the defaults are the figures of the rules', () => {
  assert.deepEqual(defaultPolicy, {
    order_expiry_days: 15,
    topup_minimum: 1000,
    price_notice_days: 30,
    brake_reach_days: 3,
    brake_amount: null,
    customer_ceiling: null,
    mode_cutoff: 'expiry',
    retention_days: 30,
    deletion_letter_days: [7, 1],
    grace_days: 7,
    retry_days: [1, 3, 6],
    reminder_days: [3, 1],
    suspension_scope: 'invoice',
    debt_retention_days: 30,
    ending_letter_days: [7, 1],
    method_notice_days: [30, 7],
    method_health_days: 15,
    notice_days: 15,
    long_notice_days: 40,
  });
});

test('the defaults are a policy one may ask for', () => {
  assert.deepEqual(check({ ...defaultPolicy }), []);
});

test('a seller’s policy is the defaults with what was changed, amounts as bigint', () => {
  const policy = policyOf({ grace_days: 10, brake_amount: 500_000, gone_since_version_2: 1 });
  assert.equal(policy.grace_days, 10);
  assert.equal(policy.brake_amount, 500_000n);
  assert.equal(policy.topup_minimum, 1000n);
  assert.equal(policy.customer_ceiling, null);
  assert.ok(!('gone_since_version_2' in policy));
});

test('a value outside its bounds is refused by the name of its field', () => {
  const bad: object[] = [
    { grace_days: 6 },
    { grace_days: 7.5 },
    { grace_days: '7' },
    { order_expiry_days: 0 },
    { topup_minimum: 0 },
    { brake_amount: 0 },
    { brake_amount: '1' },
    { mode_cutoff: '25h' },
    { suspension_scope: 'mailbox' },
    { retry_days: [3, 1] },
    { retry_days: [1, 1] },
    { retry_days: [0] },
    { reminder_days: [1, 3] },
    { method_notice_days: 30 },
    { no_such_thing: 1 },
    { toString: 1 },
  ];
  for (const patch of bad) assert.deepEqual(check(patch), Object.keys(patch), JSON.stringify(patch));
});

test('each refusal cites its rule', () => {
  const [field] = checkPolicy({ grace_days: 1 }, writtenPolicy({ grace_days: 1 }));
  assert.match(field?.rule ?? '', /^R25: .*7 to 90$/);
});

test('values at their bounds are taken', () => {
  const good: object[] = [
    { grace_days: 90 },
    { brake_amount: null, customer_ceiling: 1 },
    { mode_cutoff: '19th', suspension_scope: 'customer' },
    { retry_days: [] },
    { retry_days: [2, 5, 9, 14] },
    { reminder_days: [6] },
  ];
  for (const patch of good) assert.deepEqual(check(patch), [], JSON.stringify(patch));
});

test('a warning cannot be due before what it warns of has begun', () => {
  assert.deepEqual(check({ reminder_days: [7, 1] }), ['reminder_days']);
  assert.deepEqual(check({ reminder_days: [7, 1], grace_days: 8 }), []);
  assert.deepEqual(check({ debt_retention_days: 5 }), ['ending_letter_days']);
  assert.deepEqual(check({ retention_days: 7 }), ['deletion_letter_days']);
});
