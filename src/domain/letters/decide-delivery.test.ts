import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { decideDelivery } from '#domain/letters/decide-delivery.ts';
import type { Delivery } from '#domain/letters/mailer.ts';

const writtenAt = Temporal.Instant.from('2027-03-01T08:00:00Z');
const decide = (delivery: Delivery | null, attempts: number, hours: number) =>
  decideDelivery({ writtenAt, attempts, delivery, reason: 'no answer' }, writtenAt.add({ hours }));

const later: Delivery = { refused: '451 later', again: true };
const never: Delivery = { refused: '550 no such mailbox', again: false };

test('a letter that was taken is sent, one refused for good is refused at once', () => {
  assert.deepEqual(decide('accepted', 1, 0), { state: 'sent' });
  assert.deepEqual(decide(never, 1, 0), { state: 'refused', failure: '550 no such mailbox' });
});

test('a letter put off is tried again ever more rarely, for three days', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 20].map((attempts) => decide(later, attempts, 71));
  const after = pauses.map((decision) => ('after' in decision ? decision.after : null));
  const known = [{ minutes: 1 }, { minutes: 5 }, { minutes: 30 }, { hours: 2 }, { hours: 6 }, { hours: 12 }];
  assert.deepEqual(after, [...known, { hours: 24 }, { hours: 24 }]);
  assert.equal(decide(later, 8, 72).state, 'refused');
});

test('a letter nobody answered for is never given up: it is not lost (P9)', () => {
  assert.deepEqual(decide(null, 30, 24 * 30), { state: 'written', failure: 'no answer', after: { hours: 24 } });
});
