import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gather, keepBusy, limitCalls } from '#domain/payments/lanes.ts';

/** Calls that are answered when the test says so, and the order in which they were made. */
function openCalls(most: number) {
  const call = limitCalls(most);
  const made: string[] = [];
  const answers = new Map<string, () => void>();
  const begin = (name: string, options?: { ahead: boolean }) =>
    call(
      () =>
        new Promise<void>((resolve) => {
          made.push(name);
          answers.set(name, resolve);
        }),
      options,
    );
  const answer = async (name: string) => {
    answers.get(name)?.();
    await setImmediate();
  };
  return { begin, answer, made };
}

test('no more calls are made at once than may be, and the next begins when one ends', async () => {
  const { begin, answer, made } = openCalls(2);
  const all = Promise.all(['a', 'b', 'c', 'd'].map((name) => begin(name)));
  await setImmediate();
  assert.deepEqual(made, ['a', 'b']);
  await answer('b');
  assert.deepEqual(made, ['a', 'b', 'c']);
  await answer('a');
  assert.deepEqual(made, ['a', 'b', 'c', 'd']);
  for (const name of ['c', 'd']) await answer(name);
  await all;
  void begin('e');
  assert.equal(made.at(-1), 'e', 'the places are free again');
});

test('what is under way already goes before what has not begun, in the order of asking', async () => {
  const { begin, answer, made } = openCalls(1);
  const all = Promise.all([begin('a'), begin('b'), begin('c', { ahead: true }), begin('d', { ahead: true })]);
  for (const name of ['a', 'c', 'd', 'b']) await answer(name);
  await all;
  assert.deepEqual(made, ['a', 'c', 'd', 'b']);
});

test('a call that fails gives its place back', async () => {
  const call = limitCalls(1);
  await assert.rejects(
    call(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await call(async () => 'yes'), 'yes');
});

test('what comes while a group is being written is written with the next group, each told when its own is', async () => {
  const groups: (readonly string[])[] = [];
  const writes: (() => void)[] = [];
  const write = gather<string>((items) => {
    groups.push(items);
    return new Promise<void>((resolve) => writes.push(resolve));
  });
  const told: string[] = [];
  const put = (item: string) => void write(item).then(() => told.push(item));
  put('a');
  await setImmediate();
  put('b');
  put('c');
  await setImmediate();
  assert.deepEqual([groups, told], [[['a']], []]);
  writes[0]?.();
  await setImmediate();
  assert.deepEqual([groups, told], [[['a'], ['b', 'c']], ['a']]);
  writes[1]?.();
  await setImmediate();
  assert.deepEqual(told, ['a', 'b', 'c']);
});

test('a group that cannot be written fails for its own, and the next one is written', async () => {
  const write = gather<string>(async ([first]) => {
    if (first === 'bad') throw new Error('full');
  });
  await assert.rejects(write('bad'), /full/);
  await write('good');
});

/** Work that ends when the test says so, on items that can be claimed as long as there are any. */
function openWork(items: string[], calls: number) {
  const begun = new Map<string, (isAnswered: boolean | Error) => void>();
  const claims: number[] = [];
  const claim = async (most: number) => {
    claims.push(most);
    return items.splice(0, most);
  };
  const over = keepBusy(
    calls,
    claim,
    (item) =>
      new Promise<boolean>((resolve, reject) => {
        begun.set(item, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
      }),
  );
  const end = async (item: string, answer: boolean | Error = true) => {
    begun.get(item)?.(answer);
    await setImmediate();
  };
  return { over, end, begun: () => [...begun.keys()].join(''), claims };
}

test('one that is slow holds up no other: when half of the calls are over, as many more are claimed', async () => {
  const { over, end, begun, claims } = openWork([...'abcdefgh'], 4);
  await setImmediate();
  assert.equal(begun(), 'abcd');
  await end('b');
  assert.equal(begun(), 'abcd');
  await end('c');
  assert.equal(begun(), 'abcdef', 'a and d still under way');
  for (const item of 'defgh') await end(item);
  assert.equal(begun(), 'abcdefgh');
  await end('a');
  assert.deepEqual(await over, { done: 8, isSilent: false });
  assert.deepEqual(claims.slice(0, 2), [4, 2], 'never more than can be begun at once');
});

test('when as many in a row as may be under way were not answered, nothing more is claimed', async () => {
  const { over, end, begun } = openWork([...'abcdefgh'], 2);
  await setImmediate();
  await end('a', false);
  await end('b', true);
  await end('c', false);
  await end('d', false);
  for (const item of 'efgh') await end(item, false);
  assert.deepEqual(await over, { done: begun().length, isSilent: true });
  assert.equal(begun().includes('h'), false);
});

test('work that breaks is told when everything under way is over', async () => {
  const { over, end, begun } = openWork([...'abcd'], 2);
  await setImmediate();
  const told = assert.rejects(over, /broke/);
  await end('a', new Error('broke'));
  await end('b');
  await told;
  assert.equal(begun(), 'ab');
});
