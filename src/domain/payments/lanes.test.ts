import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { gather, limitCalls } from '#domain/payments/lanes.ts';

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
