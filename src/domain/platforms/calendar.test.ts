import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { firstTerm, nextTerm, type TermQuestion } from '#domain/platforms/calendar.ts';
import { daysBetween } from '#kit/dates.ts';

const prices = { monthly: 310n, yearly: 3660n };
const day = (text: string) => Temporal.PlainDate.from(text);
const next = (startsOn: string, question: Partial<TermQuestion> = {}) => {
  const start = day(startsOn);
  const { endsOn, net } = nextTerm(
    { startsOn: start, mode: 'monthly', anchorDay: start.day, alignment: 'none', ...question },
    prices,
  );
  return `${endsOn} ${net}`;
};

test('a term lasts a month or a year at the full price, and its end is counted from the anchor’s day', () => {
  assert.equal(next('2027-01-15'), '2027-02-15 310');
  assert.equal(next('2027-01-15', { mode: 'yearly' }), '2028-01-15 3660');
  assert.equal(next('2027-02-28', { anchorDay: 31 }), '2027-03-31 310', 'not from the clamped 28th');
  assert.equal(next('2027-02-28', { anchorDay: 31, mode: 'yearly' }), '2028-02-29 3660');
  assert.equal(next('2027-02-28', { anchorDay: 29, mode: 'yearly' }), '2028-02-29 3660');
});

test('in a plan aligned to the 1st, monthly: the stub pro rata by days, then whole months', () => {
  const aligned = { alignment: 'first_of_month' } as const;
  assert.equal(next('2027-01-15', aligned), '2027-02-01 170', '17 of 31 days');
  assert.equal(next('2027-02-01', aligned), '2027-03-01 310');
  assert.equal(next('2027-01-31', aligned), '2027-02-01 10');
  assert.equal(next('2027-02-01', { ...aligned, anchorDay: 15 }), '2027-03-01 310', 'the old anchor is over');
});

test('in a plan aligned to the 1st, yearly: the stub plus twelve months in one term', () => {
  const aligned = { alignment: 'first_of_month', mode: 'yearly' } as const;
  assert.equal(next('2027-12-15', aligned), '2029-01-01 3830', '17 of 366 days, and a year');
  assert.equal(next('2028-01-01', aligned), '2029-01-01 3660');
});

test('in a plan taken off the 1st a term that starts on a 1st ends on a 1st: no days for nothing, whatever the anchor', () => {
  assert.equal(next('2027-04-01', { anchorDay: 31 }), '2027-05-01 310', 'not 60 days for one month’s price');
  assert.equal(next('2027-04-01', { anchorDay: 2 }), '2027-05-01 310');
  assert.equal(next('2028-01-01', { anchorDay: 31, mode: 'yearly' }), '2029-01-01 3660', 'not thirteen months');
});

test('the first term of a mailbox is whole, at the full price, whatever the plan aligns later', () => {
  const { endsOn, net } = firstTerm(day('2027-01-31'), 'monthly', prices);
  assert.deepEqual([String(endsOn), net], ['2027-02-28', 310n]);
});

test('a stub costs at least nothing and at most a whole term, and more the more days it has', () => {
  const starts = fc.integer({ min: 0, max: 3000 }).map((offset) => day('2024-01-01').add({ days: offset }));
  const prices = fc.record({ monthly: fc.bigInt(0n, 100_000n), yearly: fc.bigInt(0n, 1_000_000n) });
  fc.assert(
    fc.property(starts, prices, (startsOn, price) => {
      const question = {
        startsOn,
        mode: 'monthly' as const,
        anchorDay: startsOn.day,
        alignment: 'first_of_month' as const,
      };
      const term = nextTerm(question, price);
      assert.equal(term.endsOn.day, 1);
      assert(term.net >= 0n && term.net <= price.monthly);
      assert(daysBetween(startsOn, term.endsOn) <= 31);
      const tomorrow = nextTerm({ ...question, startsOn: startsOn.add({ days: 1 }) }, price);
      if (tomorrow.endsOn.equals(term.endsOn)) assert(tomorrow.net <= term.net);
      const yearly = nextTerm({ ...question, mode: 'yearly' }, price);
      assert(yearly.net >= price.yearly && yearly.net <= 2n * price.yearly);
    }),
  );
});
