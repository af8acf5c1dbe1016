import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createBook } from '#spec/fakes/book.ts';
import { createFaults } from '#spec/fakes/faults.ts';
import { createIdempotency } from '#spec/fakes/idempotency.ts';
import { createMailbag } from '#spec/fakes/mailbag.ts';
import { seededRandom } from '#spec/fakes/random.ts';

let at = Temporal.Instant.from('2027-03-01T08:00:00Z');
const now = () => at;

test('a book takes each reference once, moves only what is above 0, and sums to zero', () => {
  const book = createBook();
  const entry = { reference: 'a', debit: 'payers', credit: 'merchant', amount: 10n, currency: 'eur', at };
  book.post(entry);
  assert.throws(() => book.post(entry), /already/);
  assert.throws(() => book.post({ ...entry, reference: 'b', amount: 0n }), /moves 0/);
  book.post({ ...entry, reference: 'c', debit: 'merchant', credit: 'fees', amount: 3n });
  const balances = ['payers', 'merchant', 'fees'].map((account) => book.balance(account, 'eur'));
  assert.deepEqual(balances, [-10n, 7n, 3n]);
  assert.equal(book.balance('merchant', 'usd'), 0n);
  assert.equal(book.entries().length, 2);
});

test('a key gives its answer for 24 hours, refuses other parameters, and is forgotten then', () => {
  const keys = createIdempotency<string>({ now, hours: 24 });
  const first = keys.begin('k', 'same');
  assert.equal(first.state, 'new');
  assert.equal(keys.begin('k', 'same').state, 'running');
  if (first.state === 'new') first.keep('answer');
  assert.deepEqual(keys.begin('k', 'same'), { state: 'known', answer: 'answer' });
  assert.equal(keys.begin('k', 'other').state, 'changed');
  at = at.add({ hours: 24 }).subtract({ milliseconds: 1 });
  assert.equal(keys.begin('k', 'other').state, 'changed');
  at = at.add({ milliseconds: 1 });
  assert.equal(keys.begin('k', 'other').state, 'new');
  const given = keys.begin('up', 'same');
  if (given.state === 'new') given.forget();
  assert.equal(keys.begin('up', 'other').state, 'new');
});

test('faults strike on demand first, then at their rates, the same for the same seed', () => {
  const drawn = (seed: number) => {
    const faults = createFaults(seededRandom(seed));
    faults.once('pay', 'reset_after');
    assert.equal(faults.next('look'), undefined);
    assert.equal(faults.next('pay'), 'reset_after');
    assert.equal(faults.next('pay'), undefined);
    faults.set({ lost_before: 0.2, error_after: 0.1 }, (operation) => operation === 'pay');
    const all = Array.from({ length: 2000 }, () => faults.next('pay'));
    assert.equal(faults.next('look'), undefined);
    faults.set({});
    assert.equal(faults.next('pay'), undefined);
    return { all, struck: faults.struck() };
  };
  const { all, struck } = drawn(7);
  assert.deepEqual(drawn(7).all, all);
  assert.notDeepEqual(drawn(8).all, all);
  assert.ok(Math.abs((struck.get('lost_before') ?? 0) - 400) < 60);
  assert.ok(Math.abs((struck.get('error_after') ?? 0) - 200) < 45);
});

test('the post loses, doubles, delays up to its limit, shuffles and lets strangers in', () => {
  const forge = ({ body, headers }: { body: string; headers: Record<string, string> }) => ({
    body: `not ${body}`,
    headers,
  });
  const bag = createMailbag({ now, random: seededRandom(1), forge });
  const sign = (body: string, when: Temporal.Instant) => ({ signed: `${body} ${when}` });
  const send = (count: number) => {
    for (let i = 0; i < count; i++) bag.put(String(i), sign);
  };
  send(3);
  assert.deepEqual(
    bag
      .due()
      .map(({ body }) => body)
      .sort(),
    ['0', '1', '2'],
  );
  assert.equal(bag.due().length, 0);
  bag.set({ lost: 1 });
  send(1);
  assert.equal(bag.waiting(), 0);
  bag.set({ doubled: 1, forged: 1 });
  send(1);
  assert.deepEqual(
    bag
      .due()
      .map(({ body }) => body)
      .sort(),
    ['0', '0', 'not 0'],
  );
  bag.set({ delayed: 1, maxDelayHours: 72 });
  send(100);
  const early = bag.due().length;
  at = at.add({ hours: 72 });
  const late = bag.due();
  assert.ok(early < 5 && early + late.length === 100);
  assert.deepEqual(late[0]?.headers, sign(late[0]?.body ?? '', at));
  assert.notDeepEqual(
    late.map(({ body }) => Number(body)),
    late.map(({ body }) => Number(body)).sort((a, b) => a - b),
  );
});
