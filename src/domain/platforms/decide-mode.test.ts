import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { decideModeChange, isPastCutoff, type ModeQuestion } from '#domain/platforms/decide-mode.ts';
import type { Mode } from '#domain/platforms/types.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const at = (text: string, on: string) => ({ at: Temporal.Instant.from(text), on: day(on) });
const early = at('2027-03-01T08:00:00Z', '2027-03-01');

const mailbox: ModeQuestion['mailbox'] = {
  state: 'active',
  suspendedFor: null,
  mode: 'monthly',
  previousMode: null,
  laterMode: null,
  expiresOn: day('2027-03-31'),
  anchorOn: day('2027-01-31'),
  alignment: 'none',
  terminated: false,
};
const question: ModeQuestion = {
  mailbox,
  wanted: 'yearly',
  prices: (on) => (Temporal.PlainDate.compare(on, day('2027-04-01')) < 0 ? { monthly: 299n, yearly: 2990n } : dearer),
  cutoff: { rule: 'expiry', timeZone: 'Europe/Rome' },
  moment: early,
};
const dearer = { monthly: 349n, yearly: 3490n };
const late = {
  cutoff: { rule: '24h' as const, timeZone: 'Europe/Rome' },
  moment: at('2027-03-30T10:00:00Z', '2027-03-30'),
};

type Changed = {
  mailbox?: Partial<ModeQuestion['mailbox']>;
} & Partial<Omit<ModeQuestion, 'mailbox'>>;

/** What comes of it in one line: from→to, what stands then (mode/later/previous), from when, and the amounts. */
function decide(wanted: Mode | 'previous', changed: Changed = {}): string {
  const answer = decideModeChange({ ...question, wanted, ...changed, mailbox: { ...mailbox, ...changed.mailbox } });
  if (answer.outcome === 'refused') return answer.code;
  const { outcome, from, to, mode, laterMode, previousMode, effectiveOn, oldNet, newNet } = answer;
  const then = [mode, laterMode ?? '-', previousMode ?? '-'].join('/');
  return `${outcome === 'unchanged' ? '= ' : ''}${from}→${to} ${then} ${effectiveOn} ${oldNet}→${newNet}`;
}

test('a change applies at the mailbox’s own expiry, with the amounts of the term that begins then', () => {
  assert.equal(decide('yearly'), 'monthly→yearly yearly/-/- 2027-03-31 299→2990');
  assert.equal(decide('none'), 'monthly→none none/-/monthly 2027-03-31 299→0');
  assert.equal(decide('monthly'), '= monthly→monthly monthly/-/- 2027-03-31 299→299');
  const later = { mailbox: { expiresOn: day('2027-04-30') } };
  assert.equal(
    decide('yearly', later),
    'monthly→yearly yearly/-/- 2027-04-30 349→3490',
    'the price announced for then',
  );
});

test('in an aligned plan the preview shows the stub', () => {
  const aligned = { mailbox: { alignment: 'first_of_month' as const, expiresOn: day('2027-03-16') } };
  assert.equal(decide('yearly', aligned), 'monthly→yearly yearly/-/- 2027-03-16 154→3121');
});

test('a none gives back exactly the mode before it', () => {
  const none = (previousMode: 'monthly' | 'yearly') => ({ mailbox: { mode: 'none' as const, previousMode } });
  assert.equal(decide('previous', none('yearly')), 'none→yearly yearly/-/- 2027-03-31 0→2990');
  assert.equal(decide('previous', none('monthly')), 'none→monthly monthly/-/- 2027-03-31 0→299');
  assert.equal(decide('none', none('yearly')), '= none→none none/-/yearly 2027-03-31 0→0', 'and twice none keeps it');
  assert.equal(decide('monthly', none('yearly')), 'none→monthly monthly/-/- 2027-03-31 0→299');
  assert.equal(decide('previous'), '= monthly→monthly monthly/-/- 2027-03-31 299→299', 'nothing to take back');
  assert.equal(decide('previous', { mailbox: { mode: 'none' } }), 'no_previous_mode');
});

test('after the cut-off a change waits for the expiry after this one', () => {
  assert.equal(decide('yearly', late), 'monthly→yearly monthly/yearly/- 2027-04-30 349→3490');
  assert.equal(decide('none', late), 'monthly→none monthly/none/monthly 2027-04-30 349→0');
  const waiting = (laterMode: Mode, previousMode: 'monthly' | null = null) => ({
    ...late,
    mailbox: { laterMode, previousMode },
  });
  assert.equal(decide('monthly', waiting('yearly')), 'yearly→monthly monthly/-/- 2027-04-30 3490→349', 'its undo');
  assert.equal(decide('previous', waiting('none', 'monthly')), 'none→monthly monthly/-/- 2027-04-30 0→349');
  assert.equal(decide('yearly', waiting('none', 'monthly')), 'none→yearly monthly/yearly/- 2027-04-30 0→3490');
  assert.equal(decide('yearly', waiting('yearly')), '= yearly→yearly monthly/yearly/- 2027-04-30 3490→3490');
});

test('an expiry that has passed and waits for its run is not reached any more: the change waits for the one after it', () => {
  const waiting = { moment: at('2027-04-02T10:00:00Z', '2027-04-02') };
  assert.equal(decide('none', waiting), 'monthly→none monthly/none/monthly 2027-04-30 349→0');
  assert.equal(decide('yearly', waiting), 'monthly→yearly monthly/yearly/- 2027-04-30 349→3490');
  const onTheDay = { moment: at('2027-03-31T10:00:00Z', '2027-03-31') };
  assert.equal(decide('none', onTheDay), 'monthly→none none/-/monthly 2027-03-31 299→0');
  const indebted = { ...waiting, mailbox: { state: 'suspended', suspendedFor: 'debt' } } as const;
  assert.equal(
    decide('none', indebted),
    'monthly→none none/-/monthly 2027-03-31 299→0',
    'not renewed, it may just end',
  );
});

test('a none is revocable until the expiry itself, whatever the cut-off', () => {
  const none = { ...late, mailbox: { mode: 'none' as const, previousMode: 'monthly' as const } };
  assert.equal(decide('previous', none), 'none→monthly monthly/-/- 2027-03-31 0→299');
});

test('a mailbox suspended for debt still has its mode to decide', () => {
  const indebted = { mailbox: { state: 'suspended', suspendedFor: 'debt' } } as const;
  assert.equal(decide('none', indebted), 'monthly→none none/-/monthly 2027-03-31 299→0');
});

test('what has ended, expired, or is to end with its platform has no mode to change', () => {
  assert.equal(decide('yearly', { mailbox: { state: 'ended' } }), 'mailbox_ended');
  assert.equal(decide('yearly', { mailbox: { state: 'suspended', suspendedFor: 'expiry' } }), 'mailbox_in_retention');
  assert.equal(decide('previous', { mailbox: { terminated: true } }), 'platform_terminated');
});

test('without a price a mailbox cannot be renewed, but can be left to end', () => {
  assert.equal(decide('yearly', { prices: () => null }), 'no_price');
  assert.equal(decide('none', { prices: () => null }), 'monthly→none none/-/monthly 2027-03-31 0→0');
});

test('the cut-off: the expiry itself, 24 hours before it begins, or the 19th before it', () => {
  const past = (rule: ModeQuestion['cutoff']['rule'], expiresOn: string, moment: ReturnType<typeof at>) =>
    isPastCutoff(day(expiresOn), { rule, timeZone: 'Europe/Rome' }, moment);
  assert.equal(past('expiry', '2027-03-31', at('2027-03-30T21:59:59Z', '2027-03-30')), false);
  // The 31st begins at 22:00 UTC of the 30th: 24 hours before is 22:00 UTC of the 29th.
  assert.equal(past('24h', '2027-03-31', at('2027-03-29T21:59:59Z', '2027-03-29')), false);
  assert.equal(past('24h', '2027-03-31', at('2027-03-29T22:00:00Z', '2027-03-30')), true);
  // The clocks go forward on the 28th: 24 hours before the 29th begins is 23 o'clock of the 27th.
  assert.equal(past('24h', '2027-03-29', at('2027-03-27T21:59:59Z', '2027-03-27')), false);
  assert.equal(past('24h', '2027-03-29', at('2027-03-27T22:00:00Z', '2027-03-27')), true);
  const nineteenth = (expiresOn: string, on: string) => past('19th', expiresOn, at(`${on}T08:00:00Z`, on));
  assert.deepEqual([nineteenth('2027-03-31', '2027-03-19'), nineteenth('2027-03-31', '2027-03-20')], [false, true]);
  assert.deepEqual([nineteenth('2027-03-10', '2027-02-19'), nineteenth('2027-03-10', '2027-02-20')], [false, true]);
  assert.deepEqual([nineteenth('2027-01-05', '2026-12-19'), nineteenth('2027-01-05', '2026-12-20')], [false, true]);
  assert.deepEqual([nineteenth('2027-03-19', '2027-02-19'), nineteenth('2027-03-19', '2027-03-01')], [false, true]);
});
