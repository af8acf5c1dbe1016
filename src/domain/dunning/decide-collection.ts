import { Temporal } from 'temporal-polyfill';
import { declineKind } from '#domain/payments/decline-codes.ts';

/** A method that may be charged today: the default or a named backup, in this order (R26). */
export type Candidate = { methodId: bigint };

/** A charge of this collection that is over. */
export type Attempt = { methodId: bigint | null; round: number | null; state: string; declineCode: string | null };

/** All that decides the next step of a customer's collection. `debt` minor units; `round` counts from 0, the day it began. */
export type CollectionQuestion = {
  debt: bigint;
  on: Temporal.PlainDate;
  startedOn: Temporal.PlainDate;
  round: number;
  retryDays: readonly number[];
  candidates: readonly Candidate[];
  attempts: readonly Attempt[];
  /** A page on which the payer may be paying this debt at this moment. */
  offered: boolean;
};

export type Why = 'no_method' | 'refused' | 'action_required';

export type CollectionDecision =
  | { do: 'close' }
  | { do: 'withdraw_offers' }
  | { do: 'charge'; methodId: bigint; round: number }
  | { do: 'retry'; on: Temporal.PlainDate; round: number; why: Why }
  | { do: 'give_up'; why: Why };

/**
 * The next step of a collection none of whose charges is open (R23, R26): the first method that was not tried in this
 * round; after the last one, the next day of the schedule that is still to come, if a method is left that may be tried
 * again; else nothing more until something changes. A hard decline bars a method, and so does one that wants its owner:
 * no loop. An outage drops the days it missed: never two rounds in one day.
 */
export function decideCollection(question: CollectionQuestion): CollectionDecision {
  const { debt, candidates, attempts, round, offered } = question;
  if (debt <= 0n) return { do: 'close' };
  const failed = attempts.filter((attempt) => attempt.state === 'declined' || attempt.state === 'action_required');
  const barred = new Set(failed.filter(isFinal).map((attempt) => attempt.methodId));
  const tried = new Set(failed.filter((attempt) => attempt.round === round).map((attempt) => attempt.methodId));
  const next = candidates.find(({ methodId }) => !barred.has(methodId) && !tried.has(methodId));
  if (next) return offered ? { do: 'withdraw_offers' } : { do: 'charge', methodId: next.methodId, round };
  const why = reasonOf(
    candidates,
    failed.filter((attempt) => attempt.round === round),
  );
  const again = candidates.some(({ methodId }) => !barred.has(methodId)) ? nextRound(question) : null;
  return again ? { do: 'retry', ...again, why } : { do: 'give_up', why };
}

function isFinal(attempt: Attempt): boolean {
  return (
    attempt.state === 'action_required' || (attempt.declineCode !== null && declineKind(attempt.declineCode) === 'hard')
  );
}

function reasonOf(candidates: readonly Candidate[], triedNow: readonly Attempt[]): Why {
  if (triedNow.some((attempt) => attempt.state === 'action_required')) return 'action_required';
  return triedNow.length === 0 && candidates.length === 0 ? 'no_method' : 'refused';
}

function nextRound({
  startedOn,
  retryDays,
  round,
  on,
}: CollectionQuestion): { on: Temporal.PlainDate; round: number } | null {
  for (let i = round; i < retryDays.length; i++) {
    const day = startedOn.add({ days: retryDays[i] as number });
    if (Temporal.PlainDate.compare(day, on) > 0) return { on: day, round: i + 1 };
  }
  return null;
}
