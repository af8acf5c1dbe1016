import { Temporal } from 'temporal-polyfill';
import { nextTerm, type TermPrices } from '#domain/platforms/calendar.ts';
import type { MailboxState, Mode, TermMode } from '#domain/platforms/types.ts';
import type { Moment } from '#kit/clock.ts';
import { startOfDay } from '#kit/dates.ts';

export type ModeQuestion = {
  mailbox: {
    state: MailboxState;
    suspendedFor: 'expiry' | 'debt' | null;
    mode: Mode;
    previousMode: TermMode | null;
    laterMode: Mode | null;
    expiresOn: Temporal.PlainDate;
    anchorOn: Temporal.PlainDate;
    alignment: 'none' | 'first_of_month';
    terminated: boolean;
  };
  /** `previous` takes a none back: the mode before it (R21). */
  wanted: Mode | 'previous';
  prices: (day: Temporal.PlainDate) => TermPrices | null;
  cutoff: { rule: 'expiry' | '24h' | '19th'; timeZone: string };
  moment: Moment;
};

/** What a change of mode will do: `oldNet` and `newNet` are minor units of the term that begins on `effectiveOn`; 0 for none. */
export type ModeChange = {
  outcome: 'changed' | 'unchanged';
  from: Mode;
  to: Mode;
  mode: Mode;
  laterMode: Mode | null;
  previousMode: TermMode | null;
  effectiveOn: Temporal.PlainDate;
  oldNet: bigint;
  newNet: bigint;
};

export type ModeRefusal = { outcome: 'refused'; code: keyof typeof modeRefusals };

export const modeRefusals = {
  mailbox_ended: 'The mailbox has ended.',
  mailbox_in_retention: 'The mailbox has expired; it can be bought back until its content is deleted.',
  platform_terminated: 'The platform ends; revoke its termination first.',
  no_previous_mode: 'There is no mode to go back to.',
  no_price: 'The plan has no price on that day.',
} as const;

/**
 * Decides a change of mode for one mailbox (R19, R20): no order, no invoice; it applies at the mailbox's own expiry, or
 * one expiry later when the seller's cut-off has passed. Revoking a none counts until the expiry itself (R21).
 */
export function decideModeChange(question: ModeQuestion): ModeChange | ModeRefusal {
  const { mailbox } = question;
  if (mailbox.state === 'ended') return refused('mailbox_ended');
  if (mailbox.suspendedFor === 'expiry') return refused('mailbox_in_retention');
  if (mailbox.terminated) return refused('platform_terminated');
  const from = mailbox.laterMode ?? mailbox.mode;
  const to =
    question.wanted === 'previous' ? (mailbox.previousMode ?? (from === 'none' ? null : from)) : question.wanted;
  if (to === null) return refused('no_previous_mode');
  const late = isLate(question);
  const effectiveOn = late ? termAfter(question, mailbox.expiresOn, mailbox.mode as TermMode) : mailbox.expiresOn;
  const prices = question.prices(effectiveOn);
  if (!prices && to !== 'none') return refused('no_price');
  return {
    outcome: from === to ? 'unchanged' : 'changed',
    from,
    to,
    mode: late ? mailbox.mode : to,
    laterMode: late && to !== mailbox.mode ? to : null,
    previousMode: to === 'none' ? previousOf(mailbox, from) : null,
    effectiveOn,
    oldNet: netOf(question, { day: effectiveOn, mode: from }),
    newNet: netOf(question, { day: effectiveOn, mode: to }),
  };
}

/** A none still to come stays revocable; a mode still to come is replaced as freely as it was chosen. */
function isLate({ mailbox, cutoff, moment }: ModeQuestion): boolean {
  if (mailbox.mode === 'none') return false;
  // It was not renewed on its expiry and will not be until it is paid: there is no term to let pass.
  if (mailbox.suspendedFor === 'debt' && cutoff.rule === 'expiry') return false;
  return isPastCutoff(mailbox.expiresOn, cutoff, moment);
}

/**
 * Until when a change counts for an expiry (R20): the expiry itself, 24 hours before it begins, or the 19th before it. A run
 * that is late changes nothing about it (P4).
 */
export function isPastCutoff(expiresOn: Temporal.PlainDate, cutoff: ModeQuestion['cutoff'], moment: Moment): boolean {
  if (cutoff.rule === 'expiry') return Temporal.PlainDate.compare(moment.on, expiresOn) > 0;
  if (cutoff.rule === '24h') {
    const last = startOfDay(expiresOn, cutoff.timeZone).subtract({ hours: 24 });
    return Temporal.Instant.compare(moment.at, last) >= 0;
  }
  const month = expiresOn.day > 19 ? expiresOn : expiresOn.subtract({ months: 1 });
  return Temporal.PlainDate.compare(moment.on, month.with({ day: 19 })) > 0;
}

function previousOf(mailbox: ModeQuestion['mailbox'], from: Mode): TermMode | null {
  return from === 'none' ? mailbox.previousMode : from;
}

function termAfter(
  { mailbox, prices }: ModeQuestion,
  startsOn: Temporal.PlainDate,
  mode: TermMode,
): Temporal.PlainDate {
  const { alignment, anchorOn } = mailbox;
  const free = { monthly: 0n, yearly: 0n };
  return nextTerm({ startsOn, mode, anchorDay: anchorOn.day, alignment }, prices(startsOn) ?? free).endsOn;
}

function netOf({ mailbox, prices }: ModeQuestion, { day, mode }: { day: Temporal.PlainDate; mode: Mode }): bigint {
  const price = prices(day);
  if (mode === 'none' || !price) return 0n;
  const { alignment, anchorOn } = mailbox;
  return nextTerm({ startsOn: day, mode, anchorDay: anchorOn.day, alignment }, price).net;
}

function refused(code: keyof typeof modeRefusals): ModeRefusal {
  return { outcome: 'refused', code };
}
