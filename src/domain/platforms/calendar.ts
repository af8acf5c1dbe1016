import { Temporal } from 'temporal-polyfill';
import type { TermMode } from '#domain/platforms/types.ts';
import { alignedTerm, termEnd } from '#kit/dates.ts';
import { prorate } from '#kit/money.ts';

/** What decides a term before it is written. `anchorDay` is the day of the month of the mailbox's anchor date. */
export type TermQuestion = {
  startsOn: Temporal.PlainDate;
  mode: TermMode;
  anchorDay: number;
  alignment: 'none' | 'first_of_month';
};

/** Net prices in minor units, per mailbox: of one month, of one year. */
export type TermPrices = { monthly: bigint; yearly: bigint };

export type TermAnswer = { endsOn: Temporal.PlainDate; net: bigint };

/**
 * The term that follows an expiry: where it ends and what it costs (R13, R17). Its end is counted from the anchor's day,
 * never from a clamped date. In a plan aligned to the 1st, the first one covers the stub pro rata by days. A term that
 * starts on a 1st ends on a 1st, also once its plan has been taken off it: back to the anchor's day would be up to thirty
 * days for nothing.
 */
export function nextTerm({ startsOn, mode, anchorDay, alignment }: TermQuestion, prices: TermPrices): TermAnswer {
  const months = mode === 'yearly' ? 12 : 1;
  const price = prices[mode];
  if (alignment === 'none') return { endsOn: termEnd(startsOn, months, countedDay(startsOn, anchorDay)), net: price };
  const aligned = alignedTerm(startsOn, months);
  const stub = aligned.stubDays === 0 ? 0n : prorate(price, aligned.stubDays, aligned.stubOfDays);
  return { endsOn: aligned.endsOn, net: aligned.whole ? stub + price : stub };
}

/** The first term of a mailbox bought on a day: whole, at the full price, whatever the plan aligns later (R10, R17). */
export function firstTerm(startsOn: Temporal.PlainDate, mode: TermMode, prices: TermPrices): TermAnswer {
  return nextTerm({ startsOn, mode, anchorDay: startsOn.day, alignment: 'none' }, prices);
}

/**
 * The days nearest to an expiry on which a mailbox of this anchor can expire, after the anchor; the expiry alone when it is
 * one itself. From any other, the next term would be shorter than its price (R13). A 1st is one whatever the anchor: a
 * plan may be, or have been, aligned to it (R17).
 */
export function expiriesNear(anchorOn: Temporal.PlainDate, expiresOn: Temporal.PlainDate): Temporal.PlainDate[] {
  const counted = (months: number) => termEnd(expiresOn, months, anchorOn.day);
  if (expiresOn.day === 1 || counted(0).equals(expiresOn)) return [expiresOn];
  const isLate = Temporal.PlainDate.compare(counted(0), expiresOn) < 0;
  const near = isLate ? [counted(0), counted(1)] : [counted(-1), counted(0)];
  return near.filter((day) => Temporal.PlainDate.compare(day, anchorOn) > 0);
}

/** Only the 1st itself is ever an anchor's day on a 1st: whatever else stands there was brought there by alignment. */
function countedDay(startsOn: Temporal.PlainDate, anchorDay: number): number {
  return startsOn.day === 1 ? 1 : anchorDay;
}
