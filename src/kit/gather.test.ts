import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gather } from '#kit/gather.ts';

test('calls of one moment share a turn, each gets its own answer, and a refusal stays with its caller', async () => {
  const turns: number[][] = [];
  const double = gather(async (numbers: number[]) => {
    turns.push(numbers);
    return numbers.map((n) => (n === 3 ? new Error('not three') : n * 2));
  }, 4);
  const answers = await Promise.allSettled([1, 2, 3, 4, 5].map(double));
  assert.deepEqual(turns, [[1, 2, 3, 4], [5]]);
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason))),
    [2, 4, 'Error: not three', 8, 10],
  );
});

test('a turn that breaks breaks for its callers only, and the next one runs', async () => {
  let broken = true;
  const same = gather(async (numbers: number[]) => {
    if (broken) throw new Error('the line is down');
    return numbers;
  }, 10);
  await assert.rejects(Promise.all([same(1), same(2)]), /the line is down/);
  broken = false;
  assert.deepEqual(await Promise.all([same(3), same(4)]), [3, 4]);
});

test('one turn runs at a time', async () => {
  let running = 0;
  let most = 0;
  const slow = gather(async (numbers: number[]) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    return numbers;
  }, 1);
  await Promise.all([1, 2, 3, 4, 5, 6].map(slow));
  assert.equal(most, 1);
});
