import { chargeNow, chargeOn, expectMoved, expectSame } from '#adapters/payments/contract/_expect.ts';
import type { Step } from '#adapters/payments/contract/world.ts';

export const asksItsOwner: Step = {
  name: 'a bank that asks for its customer gives a link, and the payer confirms there (R26)',
  run: async (world) => {
    const { provider, token, payOn } = world;
    const { ref, outcome } = await chargeNow(world, await token('asks_for_its_owner'));
    expectSame('the state', outcome.state, 'action_required');
    expectSame('the outcome of confirming it again', await provider.confirmCharge(ref), outcome);
    await expectMoved(world, ref, []);
    const url = outcome.state === 'action_required' ? outcome.url : '';
    expectSame('whether the page takes the payment', await payOn({ ref, url }), true);
    expectSame('the outcome then', (await provider.getCharge(ref)).outcome, { state: 'succeeded' });
    await expectMoved(world, ref, [['charge', 36_48n]]);
  },
};

export const paysOnPage: Step = {
  name: 'a charge without a method is paid once on the provider’s page',
  run: async (world) => {
    const { provider, payOn } = world;
    const { ref, url } = await provider.createCharge(chargeOn(null));
    const page = { ref, url: String(url) };
    expectSame('whether it has a page', url !== null, true);
    const before = (await provider.getCharge(ref)).outcome.state;
    expectSame('whether it is paid before anybody paid', before === 'succeeded', false);
    expectSame('whether the page takes the payment', await payOn(page), true);
    expectSame('whether the page takes it a second time', await payOn(page), false);
    expectSame('the outcome then', (await provider.getCharge(ref)).outcome, { state: 'succeeded' });
    await expectMoved(world, ref, [['charge', 36_48n]]);
  },
};
