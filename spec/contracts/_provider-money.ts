import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { Temporal } from 'temporal-polyfill';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { movementsOf, refusedWith, request, type World } from '#spec/contracts/_provider-world.ts';

export function payerPresent(world: World): void {
  test('a bank that asks for its customer gives a link, and the payer confirms there (R26)', async () => {
    const { provider, token, payOn } = await world();
    const { ref } = await provider.createCharge(request(await token('asks_for_its_owner')));
    const outcome = await provider.confirmCharge(ref);
    assert.equal(outcome.state, 'action_required');
    assert.deepEqual(await provider.confirmCharge(ref), outcome);
    assert.deepEqual(await movementsOf(provider, ref), []);
    assert.equal(await payOn(outcome.state === 'action_required' ? outcome.url : ''), true);
    assert.deepEqual((await provider.getCharge(ref)).outcome, { state: 'succeeded' });
    assert.equal((await movementsOf(provider, ref)).length, 1);
  });

  test('a charge without a method is paid once on the provider’s page', async () => {
    const { provider, payOn } = await world();
    const { ref, url } = await provider.createCharge(request(null));
    assert.ok(url);
    assert.notEqual((await provider.getCharge(ref)).outcome.state, 'succeeded');
    assert.equal(await payOn(url), true);
    assert.equal(await payOn(url), false);
    assert.deepEqual((await provider.getCharge(ref)).outcome, { state: 'succeeded' });
    assert.equal((await movementsOf(provider, ref)).length, 1);
  });
}

export function unknownOutcomes(world: World): void {
  for (const when of ['before', 'after'] as const) {
    test(`an answer lost ${when} the work is unknown, then known by asking; confirming again never pays twice (R28, P2)`, async () => {
      const { provider, token, loseAnswer } = await world();
      const { ref } = await provider.createCharge(request(await token('succeeds')));
      loseAnswer(when);
      await assert.rejects(provider.confirmCharge(ref), ProviderUnavailable);
      const { outcome } = await provider.getCharge(ref);
      assert.equal(outcome.state, when === 'before' ? 'pending' : 'succeeded');
      assert.equal((await movementsOf(provider, ref)).length, when === 'before' ? 0 : 1);
      assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
      assert.equal((await movementsOf(provider, ref)).length, 1);
    });
  }
}

export function moneyBack(world: World): void {
  test('money goes back once per key and never more than was taken', async () => {
    const { provider, token } = await world();
    const { ref: chargeRef } = await provider.createCharge(request(await token('succeeds')));
    const asked = { key: `refund-${randomUUID()}`, chargeRef, amount: 10_00n, currency: 'EUR' };
    await assert.rejects(provider.refund(asked), refusedWith('not_refundable'));
    await provider.confirmCharge(chargeRef);
    const refund = await provider.refund(asked);
    assert.equal(refund.state, 'succeeded');
    assert.deepEqual(await provider.refund(asked), refund);
    await assert.rejects(provider.refund({ ...asked, amount: 10_01n }), refusedWith('key_reused'));
    const tooMuch = { ...asked, key: `refund-${randomUUID()}`, amount: 26_49n };
    await assert.rejects(provider.refund(tooMuch), refusedWith('not_refundable'));
    assert.equal((await provider.getCharge(chargeRef)).refunded, 10_00n);
    const [line] = await movementsOf(provider, refund.ref);
    assert.deepEqual({ kind: line?.kind, amount: line?.amount }, { kind: 'refund', amount: -10_00n });
  });

  test('refunds at the same moment do not give back more than was taken', async () => {
    const { provider, token } = await world();
    const { ref: chargeRef } = await provider.createCharge(request(await token('succeeds')));
    await provider.confirmCharge(chargeRef);
    const asked = Array.from({ length: 10 }, (_, i) => ({
      key: `refund-${chargeRef}-${i}`,
      chargeRef,
      amount: 10_00n,
      currency: 'EUR',
    }));
    const answers = await Promise.allSettled(asked.map((one) => provider.refund(one)));
    assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 3);
    assert.equal((await provider.getCharge(chargeRef)).refunded, 30_00n);
  });

  test('the statement has its first instant and not its last', async () => {
    const { provider, token } = await world();
    const { ref } = await provider.createCharge(request(await token('succeeds')));
    await provider.confirmCharge(ref);
    const [line] = await movementsOf(provider, ref);
    assert.ok(line);
    const refsBetween = async (from: Temporal.Instant, to: Temporal.Instant) => {
      const refs: string[] = [];
      for await (const movement of provider.listMovements(from, to)) refs.push(movement.ref);
      return refs;
    };
    assert.ok((await refsBetween(line.at, line.at.add({ seconds: 1 }))).includes(ref));
    assert.ok(!(await refsBetween(line.at.subtract({ seconds: 1 }), line.at)).includes(ref));
  });
}
