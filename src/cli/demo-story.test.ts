import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { startOf } from '#cli/_demo-story.ts';
import { expiriesNear } from '#domain/platforms/calendar.ts';

test('on whatever day the demo company is loaded, its mailboxes expire on a day counted from their start', () => {
  for (let day = Temporal.PlainDate.from('2027-03-01'); day.year < 2029; day = day.add({ days: 1 })) {
    for (const months of [-12, -1]) {
      assert.deepEqual(expiriesNear(startOf(day, months), day).map(String), [String(day)]);
    }
  }
  assert.equal(String(startOf(Temporal.PlainDate.from('2028-02-29'), -12)), '2027-01-29');
});
