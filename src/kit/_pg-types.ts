import pg from 'pg';
import { Temporal } from 'temporal-polyfill';

const { builtins, getTypeParser } = pg.types;
const parseTextArray = getTypeParser(1009 as number) as (text: string) => (string | null)[];

/**
 * How values come out of the database: int8 → bigint, date → PlainDate, timestamptz → Instant, numeric → string
 * (never a float, R1). Money stands in int8.
 */
export const parsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return getTypeParser(oid, 'binary');
    return ours.get(oid) ?? getTypeParser(oid, 'text');
  },
};

/** Lets Temporal values be passed as parameters, also inside arrays: the driver calls `toPostgres` where there is one. */
export function acceptTemporalParameters(): void {
  for (const type of [Temporal.PlainDate, Temporal.Instant, Temporal.PlainYearMonth]) {
    if ('toPostgres' in type.prototype) continue;
    Object.defineProperty(type.prototype, 'toPostgres', {
      value(this: { toString(): string }) {
        return this.toString();
      },
    });
  }
}

const ours = new Map<number, (text: string) => unknown>([
  [builtins.INT8, BigInt],
  [builtins.DATE, parseDay],
  [builtins.TIMESTAMPTZ, parseInstant],
  [builtins.NUMERIC, String],
  [1016, arrayOf(BigInt)],
  [1182, arrayOf(parseDay)],
  [1185, arrayOf(parseInstant)],
  [1231, arrayOf(String)],
]);

// A batch repeats a handful of days ten thousand times, and a PlainDate never changes: one object per day is enough.
const days = new Map<string, Temporal.PlainDate>();
const maxDays = 50_000;

function parseDay(text: string): Temporal.PlainDate {
  let day = days.get(text);
  if (!day) {
    if (days.size >= maxDays) days.clear();
    day = Temporal.PlainDate.from(text);
    days.set(text, day);
  }
  return day;
}

function parseInstant(text: string): Temporal.Instant {
  return Temporal.Instant.from(text);
}

function arrayOf<T>(parse: (text: string) => T): (text: string) => (T | null)[] {
  return (text) => parseTextArray(text).map((item) => (item === null ? null : parse(item)));
}
