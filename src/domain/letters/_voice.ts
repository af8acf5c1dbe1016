import type { Temporal } from 'temporal-polyfill';
import { dayEndingAt, formatDay, formatMoment, formatMoney, formatShortDay } from '#kit/formats.ts';
import { type Language, messageOf } from '#kit/languages.ts';
import { messageText, type Values } from '#kit/messages.ts';
import type { Method, Mode } from './types.ts';

/** How one language says the things letters are made of, in the seller's zone. */
export type Voice = {
  language: Language;
  timeZone: string;
  money(amount: bigint, currency: string): string;
  day(day: Temporal.PlainDate): string;
  shortDay(day: Temporal.PlainDate): string;
  /** A term from its first to its last day: `[1 Mar, 1 Apr)` is 01/03 – 31/03. */
  span(startsOn: Temporal.PlainDate, endsOn: Temporal.PlainDate): string;
  moment(at: Temporal.Instant): string;
  deadline(at: Temporal.Instant): string;
  mode(mode: Mode): string;
  method(method: Method): string;
  series(names: readonly string[]): string;
  word(name: string, values?: Values): string;
};

/** The voice of a language for a seller of that time zone. */
export function voiceOf(language: Language, timeZone: string): Voice {
  const { tag } = language;
  const word = (name: string, values: Values = {}) => messageText(messageOf(language, name), values);
  return {
    language,
    timeZone,
    word,
    money: (amount, currency) => formatMoney({ amount, currency }, tag),
    day: (day) => formatDay(day, tag),
    shortDay: (day) => formatShortDay(day, tag),
    span: (startsOn, endsOn) => span(startsOn, endsOn, tag),
    moment: (at) => formatMoment(at, timeZone, tag),
    deadline: (at) => deadline(at, timeZone, { tag, word }),
    mode: (mode) => word(`mode.${mode}`),
    method: (method) => word(`method.${method.kind}`, { ...method, lastFour: method.lastFour || 'none' }),
    series: (names) => series(names, { tag, word }),
  };
}

type Words = { tag: string; word: Voice['word'] };

function deadline(at: Temporal.Instant, timeZone: string, { tag, word }: Words): string {
  const day = dayEndingAt(at, timeZone);
  return day ? word('deadline.end_of', { day: formatDay(day, tag) }) : formatMoment(at, timeZone, tag);
}

/** With no-break spaces, so that a narrow screen breaks before the term and not inside it. */
function span(startsOn: Temporal.PlainDate, endsOn: Temporal.PlainDate, tag: string): string {
  return `${formatShortDay(startsOn, tag)}\u00a0–\u00a0${formatShortDay(endsOn.subtract({ days: 1 }), tag)}`;
}

/** A sentence stays readable with up to five numbers in it. */
const NAMED = 5;

function series(names: readonly string[], { tag, word }: Words): string {
  const rest = names.length - NAMED;
  const named = rest > 0 ? [...names.slice(0, NAMED), word('series.more', { rest })] : names;
  return listFormat(tag).format(named);
}

const listFormats = new Map<string, Intl.ListFormat>();

function listFormat(tag: string): Intl.ListFormat {
  const known = listFormats.get(tag) ?? new Intl.ListFormat(tag);
  listFormats.set(tag, known);
  return known;
}
