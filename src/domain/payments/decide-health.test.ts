import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { decideHealth, type MethodStanding, type Trouble, troubleOf } from '#domain/payments/decide-health.ts';

const day = (text: string) => Temporal.PlainDate.from(text);
const may = day('2027-05-01');
const june = day('2027-06-01');

type Standing = MethodStanding & { toldOn: Temporal.PlainDate | null };
const card = (methodId: bigint, change: Partial<Standing> = {}): Standing => {
  const sound = { state: 'valid', expiresOn: day('2030-12-31'), failure: '', wantsOwner: false, toldOn: null } as const;
  return { methodId, ...sound, ...change };
};

test('why a method will not work on a day', () => {
  const table: [Partial<Standing>, string, Trouble | null][] = [
    [{}, '2027-05-01', null],
    [{ expiresOn: null }, '2027-05-01', null],
    [{ expiresOn: day('2027-05-01') }, '2027-05-01', null],
    [{ expiresOn: day('2027-04-30') }, '2027-05-01', 'expired'],
    [{ state: 'expired' }, '2027-05-01', 'expired'],
    [{ state: 'failed', failure: 'stolen_card' }, '2027-05-01', 'failed'],
    [{ state: 'failed', failure: 'revoked_at_paypal' }, '2027-05-01', 'revoked'],
    [{ state: 'pending' }, '2027-05-01', 'failed'],
    [{ wantsOwner: true }, '2027-05-01', 'needs_authentication'],
    // It is over: that its bank wants its owner as well helps nobody.
    [{ wantsOwner: true, expiresOn: day('2027-04-30') }, '2027-05-01', 'expired'],
  ];
  for (const [change, on, trouble] of table)
    assert.equal(troubleOf(card(1n, change), day(on)), trouble, JSON.stringify([change, on]));
});

test('nothing is told while every method works on every day, or nothing renews', () => {
  assert.equal(decideHealth({ days: [may, june], chain: [card(1n), card(2n)], hadMethods: true }), null);
  assert.equal(decideHealth({ days: [], chain: [card(1n, { state: 'failed' })], hadMethods: true }), null);
  assert.equal(decideHealth({ days: [], chain: [], hadMethods: true }), null);
});

test('a card that ends between two renewals is told for the later one only', () => {
  const chain = [card(1n, { expiresOn: day('2027-05-31') })];
  assert.deepEqual(decideHealth({ days: [may, june], chain, hadMethods: true }), {
    days: [june],
    unfit: [{ methodId: 1n, why: 'expired' }],
    insteadId: null,
  });
});

test('a method that does not work is told even when another will be charged, which is named', () => {
  const chain = [card(1n, { state: 'failed', failure: 'revoked_at_stripe' }), card(2n)];
  assert.deepEqual(decideHealth({ days: [may], chain, hadMethods: true }), {
    days: [may],
    unfit: [{ methodId: 1n, why: 'revoked' }],
    insteadId: 2n,
  });
  const ends = [chain[0] as Standing, card(2n, { expiresOn: day('2027-05-15') })];
  assert.equal(decideHealth({ days: [may, june], chain: ends, hadMethods: true })?.insteadId, null);
});

test('no method is told of twice for the same renewal, and of a new trouble alone', () => {
  const told = card(1n, { state: 'failed', toldOn: may });
  assert.equal(decideHealth({ days: [may], chain: [told], hadMethods: true }), null);
  assert.deepEqual(decideHealth({ days: [may, june], chain: [told], hadMethods: true })?.days, [june]);
  const both = decideHealth({ days: [may], chain: [told, card(2n, { wantsOwner: true })], hadMethods: true });
  assert.deepEqual(both?.unfit, [{ methodId: 2n, why: 'needs_authentication' }]);
});

test('who has no method left is told, who never had one is not', () => {
  assert.deepEqual(decideHealth({ days: [may], chain: [], hadMethods: true }), {
    days: [may],
    unfit: [],
    insteadId: null,
  });
  assert.equal(decideHealth({ days: [may], chain: [], hadMethods: false }), null);
});
