import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { dayEndingAt, formatDay, formatMoment, formatMoney, formatRate, formatShortDay } from './formats.ts';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test('money is written with the figures of its currency, to the last digit', () => {
  assert.equal(plain(formatMoney({ amount: 2990n, currency: 'EUR' }, 'it')), '29,90 €');
  assert.equal(plain(formatMoney({ amount: -123456789n, currency: 'EUR' }, 'en-GB')), '-€1,234,567.89');
  assert.equal(plain(formatMoney({ amount: 500n, currency: 'JPY' }, 'en-GB')), 'JP¥500');
  assert.equal(plain(formatMoney({ amount: 12345n, currency: 'PLN' }, 'pl')), '123,45 zł');
  assert.equal(plain(formatMoney({ amount: 9007199254740993n, currency: 'EUR' }, 'de')), '90.071.992.547.409,93 €');
});

test('days, moments and rates are written in words of the language', () => {
  const day = Temporal.PlainDate.from('2027-03-08');
  assert.equal(formatDay(day, 'it'), 'lunedì 8 marzo 2027');
  assert.equal(formatShortDay(day, 'it'), '08/03/2027');
  assert.equal(formatDay(day, 'en-GB'), 'Monday, 8 March 2027');
  const at = Temporal.Instant.from('2027-03-28T01:30:00Z');
  assert.equal(formatMoment(at, 'Europe/Rome', 'it'), 'domenica 28 marzo 2027 alle ore 03:30');
  assert.equal(plain(formatRate(2550, 'it')), '25,5%');
});

test('midnight belongs to the day it ends, also when clocks change and west of Greenwich', () => {
  const endsAt = (iso: string, zone: string) => dayEndingAt(Temporal.Instant.from(iso), zone)?.toString() ?? null;
  assert.equal(endsAt('2027-03-08T23:00:00Z', 'Europe/Rome'), '2027-03-08');
  assert.equal(endsAt('2027-03-28T22:00:00Z', 'Europe/Rome'), '2027-03-28');
  assert.equal(endsAt('2027-03-09T05:00:00Z', 'America/New_York'), '2027-03-08');
  assert.equal(endsAt('2027-03-08T22:59:00Z', 'Europe/Rome'), null);
});
