import type { Temporal } from 'temporal-polyfill';
import { formatDecimal, minorUnits } from './money.ts';

/** An amount in minor units of an ISO 4217 currency. */
export type Money = { amount: bigint; currency: string };

/** Writes an amount the way readers of a language do: 2 990 minor units of EUR are `29,90 €` in Italian. */
export function formatMoney(money: Money, tag: string): string {
  const digits = minorUnits(money.currency);
  const format = remember(moneyFormats, `${tag} ${money.currency}`, () => {
    const currency = { style: 'currency', currency: money.currency } as const;
    return new Intl.NumberFormat(tag, { ...currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
  });
  // A decimal string keeps every digit; a number would not.
  return format.format(formatDecimal(money.amount, money.currency) as Intl.StringNumericLiteral);
}

/** Writes a day in full: `lunedì 8 marzo 2027`. */
export function formatDay(day: Temporal.PlainDate, tag: string): string {
  return calendar(tag, 'UTC', { dateStyle: 'full' }).format(Date.UTC(day.year, day.month - 1, day.day));
}

/** Writes a day in figures, for tables: `08/03/2027`. */
export function formatShortDay(day: Temporal.PlainDate, tag: string): string {
  const figures = { day: '2-digit', month: '2-digit', year: 'numeric' } as const;
  return calendar(tag, 'UTC', figures).format(Date.UTC(day.year, day.month - 1, day.day));
}

/** Writes an instant as the wall clock of a zone shows it: `lunedì 8 marzo 2027 alle ore 17:30`. */
export function formatMoment(at: Temporal.Instant, timeZone: string, tag: string): string {
  return calendar(tag, timeZone, { dateStyle: 'full', timeStyle: 'short' }).format(at.epochMilliseconds);
}

/**
 * The day an instant is the end of, when it is midnight in that zone; null otherwise. Said to people, midnight belongs to
 * the day it ends: "by Tuesday at 00:00" would be read as Tuesday.
 */
export function dayEndingAt(at: Temporal.Instant, timeZone: string): Temporal.PlainDate | null {
  const local = at.toZonedDateTimeISO(timeZone);
  const isMidnight = local.hour === 0 && local.minute === 0;
  return isMidnight ? local.toPlainDate().subtract({ days: 1 }) : null;
}

/** Writes a rate in basis points: 2550 is `25,5 %`. */
export function formatRate(basisPoints: number, tag: string): string {
  const format = remember(rateFormats, tag, () => {
    return new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 2 });
  });
  return format.format(basisPoints / 10_000);
}

/** Writes a count with the grouping of a language: `1.250`. */
export function formatCount(count: number, tag: string): string {
  return remember(countFormats, tag, () => new Intl.NumberFormat(tag)).format(count);
}

// A formatter costs some 30 µs to make and 1 µs to use. There are as many as languages, currencies and zones in use.
const moneyFormats = new Map<string, Intl.NumberFormat>();
const rateFormats = new Map<string, Intl.NumberFormat>();
const countFormats = new Map<string, Intl.NumberFormat>();
const calendars = new Map<string, Intl.DateTimeFormat>();

function calendar(tag: string, timeZone: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag} ${timeZone} ${style.dateStyle ?? 'figures'} ${style.timeStyle ?? ''}`;
  return remember(calendars, key, () => new Intl.DateTimeFormat(tag, { ...style, timeZone }));
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}
