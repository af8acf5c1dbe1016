import { Temporal } from 'temporal-polyfill';

/** An open debt as its deadline sees it. `reminders`: how many were written; `paying`: a charge of its customer is open. */
export type DebtStanding = { deadlineAt: Temporal.Instant; reminders: number; suspended: boolean; paying: boolean };

export type DeadlineDecision =
  | { do: 'suspend' }
  | { do: 'remind'; daysBefore: number; reminders: number }
  | { do: 'nothing' };

/**
 * What the deadline of an open debt asks for now (R29, R33): a reminder some days before (24 hours each), of several missed
 * ones only the nearest; the suspension at the deadline and not before. While a charge is open nobody knows whether the
 * debt is paid, so its mailboxes stay.
 */
export function decideDeadline(
  debt: DebtStanding,
  at: Temporal.Instant,
  reminderDays: readonly number[],
): DeadlineDecision {
  if (debt.suspended) return { do: 'nothing' };
  if (Temporal.Instant.compare(debt.deadlineAt, at) <= 0) return debt.paying ? { do: 'nothing' } : { do: 'suspend' };
  const reached = reminderDays.filter((days) => {
    return Temporal.Instant.compare(debt.deadlineAt.subtract({ hours: 24 * days }), at) <= 0;
  });
  if (reached.length <= debt.reminders) return { do: 'nothing' };
  return { do: 'remind', daysBefore: Math.min(...reached), reminders: reached.length };
}
