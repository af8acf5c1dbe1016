import { Temporal } from 'temporal-polyfill';

type Day = Temporal.PlainDate;

/**
 * The day a term ends, `months` calendar months after it started (R13). The day of the month comes from the anchor,
 * never from the clamped start: anchored on the 31st, 31 Jan → 28/29 Feb → 31 Mar.
 */
export function termEnd(startsOn: Day, months: number, anchorDay: number): Day {
  return dayInMonth(startsOn.year * 12 + (startsOn.month - 1) + months, anchorDay);
}

/** What a term that begins on any day and ends on a 1st is made of (R17). */
export type AlignedTerm = {
  endsOn: Day;
  /** Days before the first 1st, to be paid pro rata as `stubDays / stubOfDays` of the price; 0 when it starts on a 1st. */
  stubDays: number;
  stubOfDays: number;
  /** Whether a whole term at the full price follows the stub (or stands alone). */
  whole: boolean;
};

/**
 * The term of a plan aligned to the 1st of the month (R17). `months` is 1 or 12. Monthly, a stub runs alone to the next
 * 1st and costs its share of that calendar month; yearly, twelve months follow in the same term and the stub costs its
 * share of the year that would have begun on the same day.
 */
export function alignedTerm(startsOn: Day, months: 1 | 12): AlignedTerm {
  const month = startsOn.year * 12 + (startsOn.month - 1);
  if (startsOn.day === 1) {
    return { endsOn: dayInMonth(month + months, 1), stubDays: 0, stubOfDays: 1, whole: true };
  }
  const nextFirst = dayInMonth(month + 1, 1);
  const stubDays = daysBetween(startsOn, nextFirst);
  if (months === 1) {
    return { endsOn: nextFirst, stubDays, stubOfDays: daysBetween(dayInMonth(month, 1), nextFirst), whole: false };
  }
  const aYearOn = termEnd(startsOn, 12, startsOn.day);
  return { endsOn: dayInMonth(month + 13, 1), stubDays, stubOfDays: daysBetween(startsOn, aYearOn), whole: true };
}

/** The date on the seller's wall calendar at an instant. */
export function today(now: Temporal.Instant, timeZone: string): Day {
  return now.toZonedDateTimeISO(timeZone).toPlainDate();
}

/** The instant a local day begins; where a clock change skips midnight, the first instant that exists. */
export function startOfDay(day: Day, timeZone: string): Temporal.Instant {
  return remember(startsOfDays, `${timeZone} ${dayNumber(day)}`, () => day.toZonedDateTime(timeZone).toInstant());
}

/** The instant a local day is over, which is the instant the next one begins: 23 to 25 hours after its own start. */
export function endOfDay(day: Day, timeZone: string): Temporal.Instant {
  return startOfDay(day.add({ days: 1 }), timeZone);
}

/** What a deadline is counted from and how long the grace is. */
export type Debt = { issuedAt: Temporal.Instant; issuedOn: Day; graceDays: number };

/**
 * When an unpaid invoice suspends (R25): the later of issue + `graceDays` × 24 hours and the end of the local day
 * `issuedOn` + `graceDays`. The first protects against a lost hour of a clock change, the second against a short last day.
 */
export function debtDeadline({ issuedAt, issuedOn, graceDays }: Debt, timeZone: string): Temporal.Instant {
  const byHours = issuedAt.add({ hours: 24 * graceDays });
  const byDay = endOfDay(issuedOn.add({ days: graceDays }), timeZone);
  return Temporal.Instant.compare(byHours, byDay) > 0 ? byHours : byDay;
}

/** Whole days from one date to another; negative when the second is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return dayNumber(to) - dayNumber(from);
}

/** Says whether this is the name of a time zone the machine knows, such as `Europe/Rome`. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads an ISO date such as `2026-02-28`, or answers null: `2026-02-30`, `28/02/2026` and a date with a time are no
 * dates here, and neither is a year before 1900 or after 2999, which is a slip of the pen in a business of mailboxes.
 */
export function parseDay(text: string): Day | null {
  const parts = /^((?:19|2\d)\d\d)-(\d\d)-(\d\d)$/.exec(text);
  if (!parts) return null;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const found = dayInMonth(year * 12 + (month - 1), day);
  return found.day === day ? found : null;
}

// A run asks for the same few dates a million times, and building one costs more than all the rest of a renewal's
// arithmetic. The caches are small and simply start again when full.
const CACHE_LIMIT = 10_000;
const daysInMonths = new Map<number, Day>();
const startsOfDays = new Map<string, Temporal.Instant>();

/** The `day`-th of a month counted from year 0, or the month's last day when it is shorter. */
function dayInMonth(month: number, day: number): Day {
  // Another day would be remembered as one of another month.
  if (day < 1 || day > 31) throw new RangeError(`no month has a day ${day}`);
  return remember(daysInMonths, month * 32 + day, () =>
    Temporal.PlainDate.from({ year: Math.floor(month / 12), month: (month % 12) + 1, day }, { overflow: 'constrain' }),
  );
}

function remember<K, V>(cache: Map<K, V>, key: K, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= CACHE_LIMIT) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}

function dayNumber(day: Day): number {
  return Date.UTC(day.year, day.month - 1, day.day) / 86_400_000;
}
