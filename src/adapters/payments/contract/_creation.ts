import {
  answerTo,
  chargeOn,
  expectMoved,
  expectRefusal,
  expectSame,
  insistently,
} from '#adapters/payments/contract/_expect.ts';
import type { Step } from '#adapters/payments/contract/world.ts';

export const movesNothing: Step = {
  name: 'creating a charge moves no money, and its key finds it again',
  run: async (world) => {
    const { provider, token } = world;
    const asked = chargeOn(await token('succeeds'));
    expectSame('what a new key finds', await provider.findCharge(asked.key, asked.token), null);
    const { ref, url } = await provider.createCharge(asked);
    expectSame('the page of a charge with a method', url, null);
    expectSame('what its key finds', await provider.findCharge(asked.key, asked.token), ref);
    await expectMoved(world, ref, []);
    expectSame('its state', (await provider.getCharge(ref)).outcome, { state: 'pending' });
  },
};

export const createsOnce: Step = {
  name: 'the same key gives the same charge, however often and at once it is asked (P2)',
  run: async ({ provider, token }) => {
    const asked = chargeOn(await token('succeeds'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => insistently(() => provider.createCharge(asked))),
    );
    expectSame('how many charges 20 requests made', new Set(answers.map((answer) => answer.ref)).size, 1);
  },
};

export const refusesOtherMoney: Step = {
  name: 'a key that comes back with other money is refused, and the charge stays as it was',
  run: async ({ provider, token }) => {
    const method = await token('succeeds');
    const asked = chargeOn(method);
    const { ref } = await provider.createCharge(asked);
    const changes = [
      { amount: 36_49n },
      { currency: 'USD' },
      { token: await token('succeeds', method) },
      { token: null },
      { owner: 'customer-8' },
    ];
    for (const change of changes) {
      const what = `the same key with another ${Object.keys(change)[0]}`;
      await expectRefusal(what, provider.createCharge({ ...asked, ...change }), 'key_reused');
    }
    const { amount, currency, owner, refunded } = await provider.getCharge(ref);
    const before = { amount: 36_48n, currency: 'EUR', owner: 'customer-7', refunded: 0n };
    expectSame('the charge afterwards', { amount, currency, owner, refunded }, before);
  },
};

export const refusesUnknownToken: Step = {
  name: 'a token nobody registered is refused alone: charges asked at the same moment are made',
  run: async ({ provider, token }) => {
    const good = chargeOn(await token('succeeds'));
    const bad = chargeOn('tok_that_never_was');
    const both = Promise.all([answerTo(provider.createCharge(good)), answerTo(provider.createCharge(bad))]);
    expectSame('the answers to a good and a strange token', await both, ['taken', 'unknown_token']);
    expectSame('what the key of the refused one finds', await provider.findCharge(bad.key, bad.token), null);
  },
};

export const refusesNoAmount: Step = {
  name: 'an amount that is not positive is refused',
  run: async ({ provider, token }) => {
    const method = await token('succeeds');
    for (const amount of [0n, -1n]) {
      const charge = provider.createCharge(chargeOn(method, { amount }));
      await expectRefusal(`a charge of ${amount}`, charge, 'bad_request');
    }
  },
};
