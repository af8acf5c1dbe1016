import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  alignedTerm,
  daysBetween,
  debtDeadline,
  endOfDay,
  isTimeZone,
  parseDay,
  startOfDay,
  termEnd,
  today,
} from '#kit/dates.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const instant = (text: string) => Temporal.Instant.from(text);

const ZONES = [
  'Europe/Rome',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'UTC',
];

const days = fc.integer({ min: 0, max: 366 * 12 }).map((offset) => day('2023-01-01').add({ days: offset }));
const instants = fc
  .integer({ min: Date.UTC(2010, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 })
  .map((seconds) => Temporal.Instant.fromEpochMilliseconds(seconds * 1000));

/** The ends of `count` terms in a row, each starting where the one before ended. */
function chain(start: string, months: number, count: number): string[] {
  const first = day(start);
  const ends: Temporal.PlainDate[] = [];
  for (let k = 0; k < count; k++) ends.push(termEnd(ends.at(-1) ?? first, months, first.day));
  return ends.map(String);
}

test('monthly terms anchored on the 31st come back to the 31st', () => {
  assert.deepEqual(chain('2027-01-31', 1, 5), ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31', '2027-06-30']);
  assert.deepEqual(chain('2028-01-31', 1, 2), ['2028-02-29', '2028-03-31']);
  assert.deepEqual(chain('2027-12-30', 1, 3), ['2028-01-30', '2028-02-29', '2028-03-30']);
});

test('yearly terms anchored on 29 February come back to it in leap years', () => {
  assert.deepEqual(chain('2024-02-29', 12, 8), [
    '2025-02-28',
    '2026-02-28',
    '2027-02-28',
    '2028-02-29',
    '2029-02-28',
    '2030-02-28',
    '2031-02-28',
    '2032-02-29',
  ]);
  assert.deepEqual(chain('2099-02-28', 12, 1), ['2100-02-28']);
  assert.equal(String(termEnd(day('2096-02-29'), 48, 29)), '2100-02-28', '2100 is no leap year');
});

test('after a change of mode the anchor day stays', () => {
  const monthly = termEnd(day('2027-01-31'), 1, 31);
  const yearly = termEnd(monthly, 12, 31);
  assert.deepEqual([monthly, yearly, termEnd(yearly, 1, 31)].map(String), ['2027-02-28', '2028-02-29', '2028-03-31']);
});

test('for every start day of eight years, term k is the anchor plus k terms', () => {
  for (let start = day('2023-01-01'); start.year < 2031; start = start.add({ days: 1 })) {
    for (const [months, terms] of [
      [1, 14],
      [12, 8],
    ] as const) {
      let end = start;
      for (let k = 1; k <= terms; k++) {
        end = termEnd(end, months, start.day);
        if (!end.equals(start.add({ months: k * months })))
          assert.fail(`${start}, term ${k} of ${months} months: ${end}`);
      }
    }
  }
});

test('a term always ends after it starts, whatever the anchor day', () => {
  fc.assert(
    fc.property(days, fc.constantFrom(1, 12), fc.integer({ min: 1, max: 31 }), (start, months, anchor) => {
      const chainStart = termEnd(start, months, anchor);
      const length = daysBetween(chainStart, termEnd(chainStart, months, anchor));
      return months === 1 ? length >= 28 && length <= 31 : length === 365 || length === 366;
    }),
  );
});

test('an aligned monthly term is a stub to the next 1st, then whole months', () => {
  const stub = alignedTerm(day('2027-01-15'), 1);
  assert.deepEqual(
    { ...stub, endsOn: String(stub.endsOn) },
    { endsOn: '2027-02-01', stubDays: 17, stubOfDays: 31, whole: false },
  );
  const next = alignedTerm(stub.endsOn, 1);
  assert.deepEqual(
    { ...next, endsOn: String(next.endsOn) },
    { endsOn: '2027-03-01', stubDays: 0, stubOfDays: 1, whole: true },
  );
  assert.equal(alignedTerm(day('2028-02-29'), 1).stubDays, 1);
});

test('an aligned yearly term is the stub and twelve months together', () => {
  const first = alignedTerm(day('2027-12-15'), 12);
  assert.deepEqual(
    { ...first, endsOn: String(first.endsOn) },
    { endsOn: '2029-01-01', stubDays: 17, stubOfDays: 366, whole: true },
  );
  assert.equal(String(alignedTerm(first.endsOn, 12).endsOn), '2030-01-01');
});

test('an aligned term ends on a 1st and pays for each of its days once', () => {
  fc.assert(
    fc.property(days, fc.constantFrom(1 as const, 12 as const), (start, months) => {
      const { endsOn, stubDays, stubOfDays, whole } = alignedTerm(start, months);
      assert.equal(endsOn.day, 1);
      assert.ok(stubDays < 31 && stubDays < stubOfDays);
      const wholeStarts = start.add({ days: stubDays });
      assert.equal(wholeStarts.day, 1);
      assert.ok(endsOn.equals(whole ? wholeStarts.add({ months }) : wholeStarts));
    }),
  );
});

test('the day begins and ends with the local clock, also where midnight does not exist', () => {
  assert.equal(String(startOfDay(day('2027-07-01'), 'Europe/Rome')), '2027-06-30T22:00:00Z');
  assert.equal(String(endOfDay(day('2027-03-28'), 'Europe/Rome')), '2027-03-28T22:00:00Z', '23 hours');
  assert.equal(String(endOfDay(day('2027-10-31'), 'Europe/Rome')), '2027-10-31T23:00:00Z', '25 hours');
  assert.equal(String(startOfDay(day('2018-11-04'), 'America/Sao_Paulo')), '2018-11-04T03:00:00Z', 'starts at 01:00');
  assert.equal(String(endOfDay(day('2011-12-29'), 'Pacific/Apia')), '2011-12-30T10:00:00Z', 'the 30th did not exist');
});

test('today is the date on the wall of the seller', () => {
  assert.equal(String(today(instant('2026-12-31T23:30:00Z'), 'Europe/Rome')), '2027-01-01');
  assert.equal(String(today(instant('2026-12-31T23:30:00Z'), 'America/New_York')), '2026-12-31');
});

test('every instant lies in its own local day, in every zone', () => {
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (now, zone) => {
      const local = today(now, zone);
      assert.ok(Temporal.Instant.compare(startOfDay(local, zone), now) <= 0);
      assert.ok(Temporal.Instant.compare(now, endOfDay(local, zone)) < 0);
    }),
    { numRuns: 500 },
  );
});

test('a debt has seven days: 168 hours and the whole last local day', () => {
  const deadline = (issuedAt: string, zone: string) => {
    const at = instant(issuedAt);
    return String(debtDeadline({ issuedAt: at, issuedOn: today(at, zone), graceDays: 7 }, zone));
  };
  assert.equal(deadline('2027-05-03T04:00:00Z', 'Europe/Rome'), '2027-05-10T22:00:00Z', 'the end of Monday the 10th');
  assert.equal(
    deadline('2027-03-24T22:30:00Z', 'Europe/Rome'),
    '2027-03-31T22:30:00Z',
    'a lost hour: 168 hours are later',
  );
  assert.equal(
    deadline('2027-10-27T21:59:00Z', 'Europe/Rome'),
    '2027-11-03T23:00:00Z',
    'an hour won: the day is later',
  );
  assert.equal(deadline('2027-05-03T04:00:00Z', 'America/New_York'), '2027-05-11T04:00:00Z');
});

test('an invoice issued late for an earlier business day still has its 168 hours', () => {
  const issuedAt = instant('2027-05-10T09:00:00Z');
  const deadline = debtDeadline({ issuedAt, issuedOn: day('2027-05-01'), graceDays: 7 }, 'Europe/Rome');
  assert.equal(String(deadline), '2027-05-17T09:00:00Z');
});

test('no deadline is before 168 hours or before the end of the local day + 7, in every zone', () => {
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (issuedAt, zone) => {
      const issuedOn = today(issuedAt, zone);
      const deadline = debtDeadline({ issuedAt, issuedOn, graceDays: 7 }, zone);
      assert.ok(Temporal.Instant.compare(deadline, issuedAt.add({ hours: 168 })) >= 0);
      const local = deadline.toZonedDateTimeISO(zone).toPlainDate();
      assert.ok(daysBetween(issuedOn, local) >= 8);
      assert.ok(Temporal.Instant.compare(deadline, issuedAt.add({ hours: 168 + 50 })) < 0);
    }),
    { numRuns: 500 },
  );
});

test('days between two dates are whole days, whatever the clocks did', () => {
  assert.equal(daysBetween(day('2027-03-01'), day('2027-04-01')), 31);
  assert.equal(daysBetween(day('2028-03-01'), day('2028-02-01')), -29);
  fc.assert(
    fc.property(
      days,
      fc.integer({ min: -4000, max: 4000 }),
      (from, n) => daysBetween(from, from.add({ days: n })) === n,
    ),
  );
});

test('a written date is read only when that day exists', () => {
  fc.assert(fc.property(days, (one) => parseDay(String(one))?.equals(one) === true));
  const bad = [
    '',
    '2026-02-29',
    '2026-2-1',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-04-31',
    '0026-01-01',
    '2026-01-01T00:00',
    '01/02/2026',
  ];
  for (const text of bad) assert.equal(parseDay(text), null, text);
  assert.equal(String(parseDay('2028-02-29')), '2028-02-29');
});

test('a day that no month has is never taken for a day of the next month', () => {
  assert.equal(parseDay('2041-01-35'), null);
  assert.throws(() => termEnd(day('2041-01-01'), 1, 35), RangeError);
  assert.equal(String(termEnd(day('2041-01-03'), 1, 3)), '2041-02-03');
  assert.equal(String(termEnd(day('2041-02-03'), 1, 3)), '2041-03-03');
});

test('a time zone is one the machine knows', () => {
  assert.ok(ZONES.every(isTimeZone));
  assert.ok(!isTimeZone('Europe/Roma') && !isTimeZone(''));
});
