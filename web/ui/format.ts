import i18next from 'i18next';

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>();

/** An amount in minor units as people write it: 2999 EUR → 29,99 €. */
export function money(amount: number, currency: string): string {
  const format = cached(`money ${currency}`, (tag) => new Intl.NumberFormat(tag, { style: 'currency', currency }));
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A day without a time, such as `2027-03-01` → 1 marzo 2027. Never shifted by a time zone. */
export function day(iso: string): string {
  return cached('day', (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeZone: 'UTC' })).format(
    Date.parse(iso),
  );
}

/** A day, short: 1 mar 2027. */
export function shortDay(iso: string): string {
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return cached('short day', (tag) => new Intl.DateTimeFormat(tag, options)).format(Date.parse(iso));
}

/** A month such as `2027-03` → mar 2027. */
export function month(iso: string): string {
  const options = { month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return cached('month', (tag) => new Intl.DateTimeFormat(tag, options)).format(Date.parse(`${iso.slice(0, 7)}-01`));
}

/** A rate in basis points: 2200 → 22 %. */
export function rate(basisPoints: number): string {
  const options = { style: 'percent', maximumFractionDigits: 2 } as const;
  return cached('rate', (tag) => new Intl.NumberFormat(tag, options)).format(basisPoints / 10_000);
}

/** An instant in the reader's own time zone. */
export function instant(iso: string): string {
  return cached('instant', (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' })).format(
    Date.parse(iso),
  );
}

/** The hour of an instant in the reader's own time zone: 14:05. */
export function time(iso: string): string {
  return cached('time', (tag) => new Intl.DateTimeFormat(tag, { timeStyle: 'short' })).format(Date.parse(iso));
}

/** Until when something can be done: the last minute before it is too late, so that midnight is told as 23:59 of the day before. */
export function deadline(iso: string): string {
  return instant(new Date(Date.parse(iso) - 60_000).toISOString());
}

/** How far away an instant is from now, in the largest unit that says it well: in 3 days, 2 hours ago. */
export function distance(iso: string, now: number): string {
  const minutes = Math.round((Date.parse(iso) - now) / 60_000);
  const format = cached('distance', (tag) => new Intl.RelativeTimeFormat(tag));
  if (Math.abs(minutes) < 120) return format.format(minutes, 'minute');
  if (Math.abs(minutes) < 2 * 1440) return format.format(Math.trunc(minutes / 60), 'hour');
  return format.format(Math.trunc(minutes / 1440), 'day');
}

/** A whole number with the language's separators. */
export function count(value: number): string {
  return cached('count', (tag) => new Intl.NumberFormat(tag)).format(value);
}

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat>(
  name: string,
  make: (tag: string) => F,
): F {
  const language = i18next.language || 'it';
  // Europe's English and Portuguese, as in the letters.
  const tag = { en: 'en-GB', pt: 'pt-PT' }[language] ?? language;
  const key = `${tag} ${name}`;
  const known = formats.get(key) ?? make(tag);
  formats.set(key, known);
  return known as F;
}

/** The size of a file: 3.4 MB. */
export function size(bytes: number): string {
  const options = { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 } as const;
  return cached('size', (tag) => new Intl.NumberFormat(tag, options)).format(bytes / 1_000_000);
}
