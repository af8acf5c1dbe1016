import {
  chargeNow,
  chargeOn,
  expectMoved,
  expectSame,
  nextId,
  returnUrl,
} from '#adapters/payments/contract/_expect.ts';
import type { Step } from '#adapters/payments/contract/world.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import type { MethodKind } from '#domain/payments/provider.ts';

/** A method of this kind is registered on the provider's page, and works. */
export function registers(kind: MethodKind): Step {
  return {
    name: `a ${kind} is registered on the provider's page and then charged by its token (R31)`,
    run: async (world) => {
      const { provider, registerOn } = world;
      const page = await provider.startMethod({ customerId: nextId(), methodId: nextId(), kind, returnUrl });
      expectSame('the state before anybody was on the page', (await provider.getMethod(page.ref)).state, 'pending');
      await registerOn(page, kind);
      const { token, lastFour, expiresOn, ...method } = await provider.getMethod(page.ref);
      expectSame('the state of what was registered', [method.state, method.kind], ['valid', kind]);
      expectSame('whether the last four digits are told', /^\d{4}$/.test(lastFour), kind === 'card');
      expectSame('whether it has a last day', expiresOn !== null, kind === 'card');
      expectSame('the outcome of a charge by its token', (await chargeNow(world, token)).outcome, {
        state: 'succeeded',
      });
    },
  };
}

export const opensOnce: Step = {
  name: 'the same registration opened twice is one registration',
  run: async ({ provider }) => {
    const kind = provider.kinds[0] ?? 'card';
    const asked = { customerId: nextId(), methodId: nextId(), kind, returnUrl };
    const first = await provider.startMethod(asked);
    expectSame('the second answer', await provider.startMethod(asked), first);
  },
};

export const removes: Step = {
  name: 'a removed method is never charged again, and removing it twice is no mistake',
  run: async (world) => {
    const { provider, token } = world;
    const gone = await token('succeeds');
    const { ref } = await provider.createCharge(chargeOn(gone));
    await provider.removeMethod(gone);
    await provider.removeMethod(gone);
    const outcome = await provider.confirmCharge(ref);
    expectSame('the state of its charge', outcome.state, 'declined');
    expectSame('how it is declined', outcome.state === 'declined' && declineKind(outcome.code), 'hard');
    await expectMoved(world, ref, []);
  },
};
