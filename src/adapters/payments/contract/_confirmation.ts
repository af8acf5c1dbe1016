import {
  answerTo,
  chargeNow,
  chargeOn,
  expectMoved,
  expectRefusal,
  expectSame,
  insistently,
} from '#adapters/payments/contract/_expect.ts';
import type { Step } from '#adapters/payments/contract/world.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';

export const takesOnce: Step = {
  name: 'a confirmed charge takes the whole amount once, however often and at once it is confirmed (R23, P2)',
  run: async (world) => {
    const { provider, token } = world;
    const { ref } = await provider.createCharge(chargeOn(await token('succeeds')));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => insistently(() => provider.confirmCharge(ref))),
    );
    outcomes.push(await provider.confirmCharge(ref));
    expectSame('the outcomes of 21 confirmations', [...new Set(outcomes.map(({ state }) => state))], ['succeeded']);
    await expectMoved(world, ref, [['charge', 36_48n]]);
  },
};

/** A decline is an outcome that says whether trying again is worth it. */
export function declines(kind: 'soft' | 'hard'): Step {
  return {
    name: `a ${kind} decline is an outcome with a code of that kind, moves nothing and stays (R26)`,
    run: async (world) => {
      const { provider, token } = world;
      const { ref, outcome } = await chargeNow(
        world,
        await token(kind === 'soft' ? 'declines_softly' : 'declines_hard'),
      );
      expectSame('the state', outcome.state, 'declined');
      expectSame('the kind of its code', outcome.state === 'declined' && declineKind(outcome.code), kind);
      expectSame('the outcome of confirming it again', await provider.confirmCharge(ref), outcome);
      expectSame('the outcome when asked', (await provider.getCharge(ref)).outcome, outcome);
      await expectMoved(world, ref, []);
    },
  };
}

export const refusesUnknownCharge: Step = {
  name: 'a charge nobody made is refused, alone',
  run: async ({ provider, token }) => {
    const { ref } = await provider.createCharge(chargeOn(await token('succeeds')));
    const both = Promise.all([answerTo(provider.confirmCharge(ref)), answerTo(provider.confirmCharge('ch_none'))]);
    expectSame('the answers to our charge and to one nobody made', await both, ['taken', 'unknown_reference']);
    expectSame('the outcome of ours', (await provider.getCharge(ref)).outcome, { state: 'succeeded' });
    await expectRefusal('asking about a charge nobody made', provider.getCharge('ch_none'), 'unknown_reference');
  },
};

export const cancels: Step = {
  name: 'a cancelled charge can no longer take money; cancelling too late says so',
  run: async (world) => {
    const { provider, token, payOn } = world;
    const method = await token('succeeds');
    const first = await provider.createCharge(chargeOn(method));
    expectSame('the state of a cancelled charge', (await provider.cancelCharge(first.ref)).state, 'declined');
    expectSame('the same, confirmed afterwards', (await provider.confirmCharge(first.ref)).state, 'declined');
    const second = await provider.createCharge(chargeOn(null));
    await provider.cancelCharge(second.ref);
    const paid = await payOn({ ref: second.ref, url: String(second.url) });
    expectSame('whether the page of a cancelled charge takes money', paid, false);
    const third = await chargeNow(world, method);
    const late = await provider.cancelCharge(third.ref);
    expectSame('the outcome of cancelling what was paid', late, { state: 'succeeded' });
    for (const { ref } of [first, second]) await expectMoved(world, ref, []);
  },
};

/** Where an answer is lost, the charge is found as it is, and never taken twice. */
export function outlivesLostAnswer(when: 'before' | 'after'): Step {
  return {
    name: `an answer lost ${when} the work is unknown, then known by asking; confirming again never pays twice (R28, P2)`,
    run: async (world) => {
      const { provider, token, loseAnswer } = world;
      const { ref } = await provider.createCharge(chargeOn(await token('succeeds')));
      loseAnswer(when);
      const answer = await provider.confirmCharge(ref).then(
        ({ state }) => state,
        (error: unknown) => (error instanceof ProviderUnavailable ? 'unknown' : Promise.reject(error)),
      );
      expectSame('what a confirmation without an answer says', answer, 'unknown');
      const { outcome } = await provider.getCharge(ref);
      expectSame('the state when asked', outcome.state, when === 'before' ? 'pending' : 'succeeded');
      await expectMoved(world, ref, when === 'before' ? [] : [['charge', 36_48n]]);
      expectSame('the outcome of confirming again', await provider.confirmCharge(ref), { state: 'succeeded' });
      await expectMoved(world, ref, [['charge', 36_48n]]);
    },
  };
}
