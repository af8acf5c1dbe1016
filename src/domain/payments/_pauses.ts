import type { Temporal } from 'temporal-polyfill';
import type { Charge } from '#domain/payments/_charges.ts';

/** How long nobody asks again after so many times in vain: 5 minutes, an hour, and then a day. */
export function pauseAfter(times: number): { minutes: number } | { hours: number } {
  if (times <= 1) return { minutes: 5 };
  return { hours: times === 2 ? 1 : 24 };
}

/**
 * How long nobody asks about a charge that has no outcome. A page is asked about every half hour for six hours, the longest
 * PayPal waits for us to take what its payer agreed to, and one that is to be closed until it is.
 */
export function pauseFor(charge: Charge, at: Temporal.Instant): ReturnType<typeof pauseAfter> {
  const isYoung = at.since(charge.createdAt).total('hours') < 6;
  const isPressing = charge.state === 'offered' && charge.checks > 1 && (isYoung || charge.pageUrl === null);
  return isPressing ? { minutes: 30 } : pauseAfter(charge.checks);
}
