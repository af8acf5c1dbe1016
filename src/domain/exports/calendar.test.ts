import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { formatCalendar } from '#domain/exports/calendar.ts';

const writtenAt = Temporal.Instant.from('2027-03-01T08:00:00.123Z');
const entry = {
  uid: 'forecast-ALPHA-2027-04-01@rinnovo',
  on: Temporal.PlainDate.from('2027-12-31'),
  summary: 'Fattura: 12,20 €',
  description: '2 caselle; IVA inclusa,\nsenza altro',
};

test('a day of the calendar is a whole day that occupies nobody, with its signs escaped', () => {
  const text = formatCalendar({ name: 'Prossime fatture', writtenAt, entries: [entry] });
  const expected = [
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Rinnovo//Forecast//EN', 'X-WR-CALNAME:Prossime fatture'],
    ...['BEGIN:VEVENT', 'UID:forecast-ALPHA-2027-04-01@rinnovo', 'DTSTAMP:20270301T080000Z'],
    ...['DTSTART;VALUE=DATE:20271231', 'DTEND;VALUE=DATE:20280101', 'TRANSP:TRANSPARENT'],
    ...['SUMMARY:Fattura: 12\\,20 €', 'DESCRIPTION:2 caselle\\; IVA inclusa\\,\\nsenza altro'],
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ];
  assert.equal(text, expected.join('\r\n'));
});

test('no line is longer than 75 octets, and unfolded it says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (summary) => {
      const clean = summary.replace(/[\r\n]/g, ' ');
      const text = formatCalendar({ name: 'x', writtenAt, entries: [{ ...entry, summary: clean }] });
      for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
      const unfolded = text.replaceAll('\r\n ', '').split('\r\n');
      const said = unfolded.find((line) => line.startsWith('SUMMARY:'))?.slice('SUMMARY:'.length);
      assert.equal(said?.replace(/\\([\\;,])/g, '$1'), clean);
    }),
  );
});
