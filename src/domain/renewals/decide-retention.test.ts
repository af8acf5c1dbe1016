import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { decideRetention, type RetentionQuestion } from '#domain/renewals/decide-retention.ts';
import { daysBetween } from '#kit/dates.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const morning = (on: Temporal.PlainDate) => ({
  at: on.toZonedDateTime({ timeZone: 'Europe/Rome', plainTime: '09:00' }).toInstant(),
  on,
});

function decide(on: string, question: Partial<RetentionQuestion> = {}): string {
  const deleteOn = day('2027-04-14');
  const decision = decideRetention({
    deleteOn,
    toldAt: null,
    toldDays: null,
    letterDays: [7, 1],
    now: morning(day(on)),
    ...question,
  });
  return decision.do === 'tell' ? `tell ${decision.days} ${decision.deleteOn}` : decision.do;
}

const told = (on: string, toldDays: number) => ({ toldAt: morning(day(on)).at, toldDays });

test('the owner is told 7 days and 1 day before, each once, and the content goes when the retention is over', () => {
  assert.equal(decide('2027-04-06'), 'wait');
  assert.equal(decide('2027-04-07'), 'tell 7 2027-04-14');
  assert.equal(decide('2027-04-08', told('2027-04-07', 7)), 'wait');
  assert.equal(decide('2027-04-13', told('2027-04-07', 7)), 'tell 1 2027-04-14');
  assert.equal(decide('2027-04-13', told('2027-04-07', 1)), 'wait');
  assert.equal(decide('2027-04-14', told('2027-04-07', 1)), 'end');
  assert.equal(decide('2027-05-14', told('2027-04-07', 1)), 'end');
});

test('a letter that an outage held up is written late, and only the nearest one', () => {
  assert.equal(decide('2027-04-10'), 'tell 7 2027-04-14');
  assert.equal(decide('2027-04-13'), 'tell 1 2027-04-14');
});

test('whoever was never told is told first, and keeps the content two days more', () => {
  assert.equal(decide('2027-04-14'), 'tell 2 2027-04-16');
  assert.equal(decide('2027-05-20'), 'tell 2 2027-05-22');
  assert.equal(decide('2027-04-14', { letterDays: [] }), 'tell 2 2027-04-16', 'also when the seller writes no letters');
});

test('nothing goes within 24 hours of the first warning', () => {
  const toldAt = morning(day('2027-04-13')).at;
  const at = (instant: Temporal.Instant) => ({ toldAt, toldDays: 1, now: { at: instant, on: day('2027-04-14') } });
  assert.equal(decide('2027-04-14', at(toldAt.add({ hours: 23, minutes: 59 }))), 'wait');
  assert.equal(decide('2027-04-14', at(toldAt.add({ hours: 24 }))), 'end');
});

test('whatever days are missed, content goes at the earliest when the retention is over and a day after a warning', () => {
  const steps = fc
    .uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 4 })
    .map((days) => days.sort((a, b) => b - a));
  const looks = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 })
    .map((days) => days.sort((a, b) => a - b));
  fc.assert(
    fc.property(steps, looks, (letterDays, offsets) => {
      const first = day('2027-03-15');
      const retention = first.add({ days: 30 });
      let state: Pick<RetentionQuestion, 'deleteOn' | 'toldAt' | 'toldDays'> = {
        deleteOn: retention,
        toldAt: null,
        toldDays: null,
      };
      for (const offset of offsets) {
        const now = morning(first.add({ days: offset }));
        const decision = decideRetention({ ...state, letterDays, now });
        if (decision.do === 'end') {
          assert(daysBetween(retention, now.on) >= 0 && state.toldAt);
          assert(now.at.since(state.toldAt).total('hours') >= 24);
          return;
        }
        if (decision.do !== 'tell') continue;
        assert(state.toldDays === null || decision.days < state.toldDays, 'no letter twice');
        state = { deleteOn: decision.deleteOn, toldAt: state.toldAt ?? now.at, toldDays: decision.days };
      }
    }),
  );
});
