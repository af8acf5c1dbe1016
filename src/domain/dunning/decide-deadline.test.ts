import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { type DebtStanding, decideDeadline } from '#domain/dunning/decide-deadline.ts';

const deadlineAt = Temporal.Instant.from('2027-03-08T23:00:00Z');
const debt = (rest: Partial<DebtStanding> = {}) => ({
  deadlineAt,
  reminders: 0,
  suspended: false,
  paying: false,
  ...rest,
});
const before = (hours: number) => deadlineAt.subtract({ hours });
const reminderDays = [3, 1];

test('a debt is left alone until three days before its deadline', () => {
  assert.deepEqual(decideDeadline(debt(), before(73), reminderDays), { do: 'nothing' });
});

test('reminders are due three days and one day before, each once', () => {
  assert.deepEqual(decideDeadline(debt(), before(72), reminderDays), { do: 'remind', daysBefore: 3, reminders: 1 });
  assert.deepEqual(decideDeadline(debt({ reminders: 1 }), before(71), reminderDays), { do: 'nothing' });
  assert.deepEqual(decideDeadline(debt({ reminders: 1 }), before(24), reminderDays), {
    do: 'remind',
    daysBefore: 1,
    reminders: 2,
  });
  assert.deepEqual(decideDeadline(debt({ reminders: 2 }), before(1), reminderDays), { do: 'nothing' });
});

test('after an outage only the nearer reminder is written', () => {
  assert.deepEqual(decideDeadline(debt(), before(10), reminderDays), { do: 'remind', daysBefore: 1, reminders: 2 });
});

test('the deadline suspends at its instant and not a moment before', () => {
  const almost = deadlineAt.subtract({ milliseconds: 1 });
  assert.deepEqual(decideDeadline(debt({ reminders: 2 }), almost, reminderDays), { do: 'nothing' });
  assert.deepEqual(decideDeadline(debt({ reminders: 2 }), deadlineAt, reminderDays), { do: 'suspend' });
  assert.deepEqual(decideDeadline(debt(), deadlineAt.add({ hours: 900 }), reminderDays), { do: 'suspend' });
});

test('what was suspended is not suspended again, and not reminded of', () => {
  assert.deepEqual(decideDeadline(debt({ suspended: true }), deadlineAt, reminderDays), { do: 'nothing' });
  assert.deepEqual(decideDeadline(debt({ suspended: true }), before(24), reminderDays), { do: 'nothing' });
});

test('nothing is suspended while a charge is open that may have paid the debt', () => {
  assert.deepEqual(decideDeadline(debt({ paying: true }), deadlineAt, reminderDays), { do: 'nothing' });
});
