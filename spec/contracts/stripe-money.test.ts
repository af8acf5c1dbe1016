import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { readStripeWebhook } from '#adapters/payments/stripe-webhook.ts';
import { refusedWith } from '#spec/contracts/_provider-world.ts';
import { charge, movementsOf, now, provider, stripe, wait } from '#spec/contracts/_stripe-world.ts';

test('a dispute takes back what is left; won it comes back, lost it does not', async () => {
  const dispute = async (how: 'won' | 'lost') => {
    const ref = await charge();
    await provider.confirmCharge(ref);
    await provider.refund({ key: randomUUID(), chargeRef: ref, amount: 6_48n, currency: 'EUR' });
    const id = stripe.openDispute(ref);
    const open = await provider.getDispute(id);
    assert.deepEqual(open, { chargeRef: ref, amount: 30_00n, taken: 30_00n, currency: 'EUR', state: 'open' });
    const another = { key: randomUUID(), chargeRef: ref, amount: 1_00n, currency: 'EUR' };
    await assert.rejects(provider.refund(another), refusedWith('not_refundable'));
    stripe.closeDispute(id, how);
    const { state, taken } = await provider.getDispute(id);
    const moved = (await movementsOf(id)).map(({ amount }) => amount);
    return { state, taken, moved };
  };
  assert.deepEqual(await dispute('won'), { state: 'won', taken: 0n, moved: [-30_00n, 30_00n] });
  assert.deepEqual(await dispute('lost'), { state: 'lost', taken: 30_00n, moved: [-30_00n] });
  await assert.rejects(provider.getDispute('dp_none'), refusedWith('unknown_reference'));
});

test('a refund that fails later comes back on the statement and counts no more', async () => {
  const ref = await charge({ refundFails: true });
  await provider.confirmCharge(ref);
  const refund = await provider.refund({ key: randomUUID(), chargeRef: ref, amount: 5_00n, currency: 'EUR' });
  assert.equal((await provider.getCharge(ref)).refunded, 5_00n);
  wait({ hours: 1 });
  assert.equal((await provider.getCharge(ref)).refunded, 0n);
  const lines = await movementsOf(refund.ref);
  assert.deepEqual(
    lines.map(({ amount }) => amount),
    [-5_00n, 5_00n],
  );
});

test('the statement is whole and in order: its sum is what lies at Stripe, through a payout to nothing', async () => {
  for (let i = 0; i < 60; i++) await provider.confirmCharge(await charge());
  assert.ok(stripe.payOut('eur'));
  let sum = 0n;
  let last = 0n;
  const kinds = new Set<string>();
  const from = now().subtract({ hours: 24 * 60 });
  for await (const { amount, at, kind } of provider.listMovements(from, now().add({ seconds: 1 }))) {
    assert.ok(at.epochNanoseconds >= last);
    last = at.epochNanoseconds;
    sum += amount;
    kinds.add(kind);
  }
  assert.deepEqual([...kinds].sort(), ['charge', 'dispute', 'fee', 'payout', 'refund']);
  assert.equal(sum, stripe.book.balance('merchant', 'eur'));
  assert.equal(sum, 0n);
});

test('what we put into the balance at Stripe is a deposit, what it keeps a fee, and what nobody knows is for a person', async () => {
  const ref = await charge();
  await provider.confirmCharge(ref);
  const [like] = stripe.state.lines.all().slice(-1);
  assert.ok(like);
  const kindOf = async (type: string, amount: number) => {
    const id = `txn_${type}`;
    stripe.state.lines.add({ ...like, id, type, amount, fee: 0, net: amount, source: null });
    return (await movementsOf(id)).map((line) => [line.kind, line.amount]);
  };
  assert.deepEqual(await kindOf('topup', 100_00), [['deposit', 100_00n]]);
  assert.deepEqual(await kindOf('topup_reversal', -40_00), [['deposit', -40_00n]]);
  assert.deepEqual(await kindOf('stripe_fee', -2_00), [['fee', -2_00n]]);
  assert.deepEqual(await kindOf('tax_fee', -44), [['fee', -44n]]);
  assert.deepEqual(await kindOf('payout_failure', 9_00), [['payout', 9_00n]]);
  assert.deepEqual(await kindOf('payout_minimum_balance_hold', -5_00), [['charge', -5_00n]]);
  assert.deepEqual(await kindOf('transfer', -7_00), [['charge', -7_00n]]);
});

test('the fake’s webhooks are Stripe’s: signed, and they lead to the charge; a stranger’s are refused', async () => {
  stripe.post.due();
  stripe.post.set({ forged: 1 });
  const ref = await charge();
  await provider.confirmCharge(ref);
  stripe.post.set({});
  const settings = { secrets: [stripe.webhookSecret], mode: 'test' as const, now: now() };
  const read = stripe.post
    .due()
    .map(({ body, headers }) =>
      readStripeWebhook({ body: Buffer.from(body), signature: headers['stripe-signature'] }, settings),
    );
  const hints = read.flatMap((each) => ('eventId' in each ? [each] : []));
  const paid = hints.find((hint) => hint.type === 'payment_intent.succeeded');
  assert.equal(paid?.subject.kind === 'charge' && paid.subject.chargeRef, ref);
  assert.equal(hints.length, read.filter((each) => 'refused' in each && each.refused === 'forged').length);
});
