import type { Temporal } from 'temporal-polyfill';
import type { Moment } from '#kit/clock.ts';
import { daysBetween } from '#kit/dates.ts';

export type RetentionQuestion = {
  deleteOn: Temporal.PlainDate;
  /** When the owner was first told of the deletion; null: never. */
  toldAt: Temporal.Instant | null;
  /** The last letter about it, in days before; null: none. */
  toldDays: number | null;
  /** Days before the deletion on which a letter goes out, e.g. 7 and 1. */
  letterDays: readonly number[];
  now: Moment;
};

export type RetentionDecision =
  | { do: 'tell'; days: number; deleteOn: Temporal.PlainDate }
  | { do: 'end' }
  | { do: 'wait' };

/**
 * What happens today to a suspended mailbox in its retention (R21, R30): its owner is told, 7 days and 1 day before, and
 * it ends when the retention is over. Never before the owner was told 24 hours earlier (rule 10): whoever was not, after
 * an outage, is told now and keeps the content for two days more.
 */
export function decideRetention({ deleteOn, toldAt, toldDays, letterDays, now }: RetentionQuestion): RetentionDecision {
  const left = daysBetween(now.on, deleteOn);
  if (left <= 0 && toldAt) return now.at.since(toldAt).total('hours') >= 24 ? { do: 'end' } : { do: 'wait' };
  if (left <= 0) return { do: 'tell', days: 2, deleteOn: now.on.add({ days: 2 }) };
  const days = Math.min(...letterDays.filter((step) => left <= step));
  const isOwed = Number.isFinite(days) && (toldDays === null || toldDays > days);
  return isOwed ? { do: 'tell', days, deleteOn } : { do: 'wait' };
}
