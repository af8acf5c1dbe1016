import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { type Attempt, type CollectionQuestion, decideCollection } from '#domain/dunning/decide-collection.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const card = { methodId: 1n };
const backup = { methodId: 2n };
const soft = (methodId: bigint, round = 0): Attempt => ({
  methodId,
  round,
  state: 'declined',
  declineCode: 'insufficient_funds',
});
const hard = (methodId: bigint, round = 0): Attempt => ({
  methodId,
  round,
  state: 'declined',
  declineCode: 'stolen_card',
});
const asked = (methodId: bigint, round = 0): Attempt => ({
  methodId,
  round,
  state: 'action_required',
  declineCode: null,
});
const decide = (question: Partial<CollectionQuestion>) =>
  decideCollection({
    debt: 1220n,
    on: day('2027-03-01'),
    startedOn: day('2027-03-01'),
    round: 0,
    retryDays: [1, 3, 6],
    candidates: [card],
    attempts: [],
    offered: false,
    ...question,
  });

test('a debt is charged to the default method at once', () => {
  assert.deepEqual(decide({}), { do: 'charge', methodId: 1n, round: 0 });
  assert.deepEqual(decide({ candidates: [card, backup] }), { do: 'charge', methodId: 1n, round: 0 });
});

test('who owes nothing is not charged', () => {
  assert.deepEqual(decide({ debt: 0n }), { do: 'close' });
  assert.deepEqual(decide({ debt: -500n, attempts: [soft(1n)] }), { do: 'close' });
});

test('without a method there is nothing to try', () => {
  assert.deepEqual(decide({ candidates: [] }), { do: 'give_up', why: 'no_method' });
});

test('a soft decline is tried again on days 1, 3 and 6, then never', () => {
  const attempts: Attempt[] = [];
  const days = ['2027-03-01', '2027-03-02', '2027-03-04', '2027-03-07'];
  for (const [round, on] of days.entries()) {
    assert.deepEqual(decide({ round, on: day(on), attempts }), { do: 'charge', methodId: 1n, round });
    attempts.push(soft(1n, round));
    const next = days[round + 1];
    const expected = next
      ? { do: 'retry', on: day(next), round: round + 1, why: 'refused' }
      : { do: 'give_up', why: 'refused' };
    assert.deepEqual(decide({ round, on: day(on), attempts }), expected);
  }
});

test('retries fall on calendar days across both changes of the clocks and a month end', () => {
  for (const startedOn of ['2027-03-27', '2027-10-30', '2027-02-26']) {
    const started = day(startedOn);
    const decision = decide({ startedOn: started, on: started, attempts: [soft(1n)] });
    assert.deepEqual(decision, { do: 'retry', on: started.add({ days: 1 }), round: 1, why: 'refused' });
  }
});

test('the backup stands in once in every round', () => {
  const candidates = [card, backup];
  assert.deepEqual(decide({ candidates, attempts: [soft(1n)] }), { do: 'charge', methodId: 2n, round: 0 });
  const both = [soft(1n), soft(2n)];
  assert.deepEqual(decide({ candidates, attempts: both }), {
    do: 'retry',
    on: day('2027-03-02'),
    round: 1,
    why: 'refused',
  });
  const on = day('2027-03-02');
  assert.deepEqual(decide({ candidates, on, round: 1, attempts: both }), { do: 'charge', methodId: 1n, round: 1 });
  const third = [...both, soft(1n, 1)];
  assert.deepEqual(decide({ candidates, on, round: 1, attempts: third }), { do: 'charge', methodId: 2n, round: 1 });
});

test('a hard decline is never tried again, and its backup goes on alone', () => {
  assert.deepEqual(decide({ attempts: [hard(1n)] }), { do: 'give_up', why: 'refused' });
  const candidates = [card, backup];
  const attempts = [hard(1n), soft(2n)];
  assert.deepEqual(decide({ candidates, attempts }), { do: 'retry', on: day('2027-03-02'), round: 1, why: 'refused' });
  const second = decide({ candidates, attempts, round: 1, on: day('2027-03-02') });
  assert.deepEqual(second, { do: 'charge', methodId: 2n, round: 1 });
});

test('a method that wants its owner is told of, not tried in a loop', () => {
  assert.deepEqual(decide({ attempts: [asked(1n)] }), { do: 'give_up', why: 'action_required' });
  const candidates = [card, backup];
  assert.deepEqual(decide({ candidates, attempts: [asked(1n)] }), { do: 'charge', methodId: 2n, round: 0 });
  const decision = decide({ candidates, attempts: [asked(1n), soft(2n)] });
  assert.deepEqual(decision, { do: 'retry', on: day('2027-03-02'), round: 1, why: 'action_required' });
});

test('a page on which the debt may be paid at this moment is taken back before a charge', () => {
  assert.deepEqual(decide({ offered: true }), { do: 'withdraw_offers' });
  assert.deepEqual(decide({ offered: true, candidates: [] }), { do: 'give_up', why: 'no_method' });
});

test('a charge that was withdrawn was no attempt', () => {
  const withdrawn = { methodId: 1n, round: 0, state: 'withdrawn', declineCode: null };
  assert.deepEqual(decide({ attempts: [withdrawn] }), { do: 'charge', methodId: 1n, round: 0 });
});

test('an outage drops the days it missed: the next round is on a day still to come', () => {
  // Round 1 was for the 2nd; it ran on the 5th.
  const attempts = [soft(1n), soft(1n, 1)];
  const decision = decide({ round: 1, on: day('2027-03-05'), attempts });
  assert.deepEqual(decision, { do: 'retry', on: day('2027-03-07'), round: 3, why: 'refused' });
  assert.deepEqual(decide({ round: 1, on: day('2027-04-05'), attempts }), { do: 'give_up', why: 'refused' });
});

test('whatever happens, a method is charged at most once a day and 1 + retries times in all', () => {
  const outcome = fc.constantFrom('insufficient_funds', 'generic_decline', 'stolen_card', 'asks');
  fc.assert(
    fc.property(
      fc.array(outcome, { minLength: 12, maxLength: 12 }),
      fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }),
      (outcomes, lates) => {
        let on = day('2027-03-01');
        let round = 0;
        const attempts: (Attempt & { on: string })[] = [];
        for (let step = 0; step < 40; step++) {
          const decision = decide({ on, round, candidates: [card, backup], attempts });
          if (decision.do === 'charge') {
            const code = outcomes[attempts.length] ?? 'stolen_card';
            const result =
              code === 'asks'
                ? asked(decision.methodId, round)
                : { ...soft(decision.methodId, round), declineCode: code };
            attempts.push({ ...result, on: on.toString() });
          } else if (decision.do === 'retry') {
            assert.ok(Temporal.PlainDate.compare(decision.on, on) > 0);
            on = decision.on.add({ days: lates[step % lates.length] ?? 0 });
            round = decision.round;
          } else break;
        }
        for (const methodId of [1n, 2n]) {
          const days = attempts.filter((attempt) => attempt.methodId === methodId).map((attempt) => attempt.on);
          assert.ok(days.length <= 4);
          assert.equal(new Set(days).size, days.length);
        }
      },
    ),
  );
});
