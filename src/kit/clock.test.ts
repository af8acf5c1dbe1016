import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { morningOf, raiseHighWater, readClock, readMoment, setClock, standing } from '#kit/clock.ts';
import { freshDatabase } from '#spec/harness.ts';

const zone = 'Europe/Rome';
const instant = (text: string) => Temporal.Instant.from(text);
const isWithin = (a: Temporal.Instant, b: Temporal.Instant, seconds: number) =>
  Math.abs(a.since(b).total('seconds')) < seconds;

test('without a sandbox the business clock is the host’s, on the seller’s wall calendar', async (t) => {
  const { system: db } = await freshDatabase(t);
  const { at, on } = await readMoment(db, zone);
  assert(isWithin(at, Temporal.Now.instant(), 5));
  assert.equal(String(on), String(at.toZonedDateTimeISO(zone).toPlainDate()));
});

test('a clock that was set goes on from there, and follows the host again when told', async (t) => {
  const { system: db } = await freshDatabase(t);
  const set = instant('2027-03-27T23:30:00Z');
  await setClock(db, set);
  const clock = await readClock(db, zone);
  const before = clock();
  assert(Temporal.Instant.compare(before.at, set) >= 0 && isWithin(before.at, set, 5));
  assert.equal(String(before.on), '2027-03-28', 'the seller’s day, not that of Greenwich');
  const later = await readMoment(db, zone);
  assert(Temporal.Instant.compare(later.at, before.at) > 0);
  await setClock(db, null);
  assert(isWithin((await readMoment(db, zone)).at, Temporal.Now.instant(), 5));
});

test('a day begins its work at nine by the seller’s clock, in summer and in winter', () => {
  assert.equal(String(morningOf(Temporal.PlainDate.from('2027-03-27'), zone).at), '2027-03-27T08:00:00Z');
  assert.equal(String(morningOf(Temporal.PlainDate.from('2027-03-28'), zone).at), '2027-03-28T07:00:00Z');
  const moment = morningOf(Temporal.PlainDate.from('2027-03-28'), zone);
  assert.equal(standing(moment)(), moment);
});

test('the latest instant of a run is remembered, and only rises', async (t) => {
  const { system: db } = await freshDatabase(t);
  const [noon, morning] = [instant('2027-03-27T12:00:00Z'), instant('2027-03-27T08:00:00Z')];
  assert.equal(String(await raiseHighWater(db, noon)), String(noon), 'the first knows of none before');
  assert.equal(String(await raiseHighWater(db, morning)), String(noon));
  assert.equal(String(await raiseHighWater(db, morning)), String(noon));
});
