import type { Temporal } from 'temporal-polyfill';
import type { Delivery } from './mailer.ts';

/** What a try to send came to; null: the mail server's answer was lost, or there was none to ask. */
export type Attempt = { writtenAt: Temporal.Instant; attempts: number; delivery: Delivery | null; reason: string };

export type DeliveryDecision =
  | { state: 'sent' }
  | { state: 'refused'; failure: string }
  | { state: 'written'; failure: string; after: Temporal.DurationLike };

/**
 * What becomes of a letter after a try (P9). Taken: sent. Refused for good: refused. Refused for now: tried again after 1,
 * 5 and 30 minutes, 2, 6 and 12 hours and then daily, for three days. Without an answer it is never given up: the mail
 * server is away, and a letter is not lost by that.
 */
export function decideDelivery(
  { writtenAt, attempts, delivery, reason }: Attempt,
  now: Temporal.Instant,
): DeliveryDecision {
  if (delivery === 'accepted') return { state: 'sent' };
  if (delivery && !delivery.again) return { state: 'refused', failure: delivery.refused };
  const failure = delivery ? delivery.refused : reason;
  const triedHours = now.since(writtenAt).total('hours');
  if (delivery && triedHours >= 72) return { state: 'refused', failure: `given up after three days: ${failure}` };
  return { state: 'written', failure, after: pauses[attempts - 1] ?? { hours: 24 } };
}

const pauses: readonly Temporal.DurationLike[] = [
  { minutes: 1 },
  { minutes: 5 },
  { minutes: 30 },
  { hours: 2 },
  { hours: 6 },
  { hours: 12 },
];
