import type { Temporal } from 'temporal-polyfill';

/** A whole day in a calendar; `uid` stays the same over every export, so that importing again replaces it. */
export type CalendarEntry = { uid: string; on: Temporal.PlainDate; summary: string; description: string };

export type Calendar = { name: string; writtenAt: Temporal.Instant; entries: readonly CalendarEntry[] };

/** Writes days as an iCalendar file (RFC 5545), as calendars import it. They occupy nobody's time. */
export function formatCalendar({ name, writtenAt, entries }: Calendar): string {
  const stamp = `${writtenAt.toString({ smallestUnit: 'second' }).replace(/[-:]/g, '')}`;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Rinnovo//Forecast//EN',
    `X-WR-CALNAME:${escaped(name)}`,
    ...entries.flatMap(({ uid, on, summary, description }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(on)}`,
      `DTEND;VALUE=DATE:${compact(on.add({ days: 1 }))}`,
      'TRANSP:TRANSPARENT',
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(description)}`,
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function compact(day: Temporal.PlainDate): string {
  return day.toString().replaceAll('-', '');
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

/** A line has at most 75 octets; what is longer goes on after a line end and a blank, never inside a character. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > 75) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}
