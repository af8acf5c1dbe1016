import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { moneyBack, payerPresent, unknownOutcomes } from '#spec/contracts/_provider-money.ts';
import {
  movementsOf,
  nextId,
  type ProviderWorld,
  refusedWith,
  request,
  type World,
} from '#spec/contracts/_provider-world.ts';

/** What every payment provider must keep, whoever it is. `makeWorld` is called once. */
export function providerContract(name: string, makeWorld: () => Promise<ProviderWorld>): void {
  describe(`payment provider ${name}`, () => {
    let made: Promise<ProviderWorld> | undefined;
    const world = () => {
      made ??= makeWorld();
      return made;
    };
    registration(world);
    creation(world);
    confirmation(world);
    payerPresent(world);
    unknownOutcomes(world);
    moneyBack(world);
  });
}

function registration(world: World): void {
  for (const kind of ['card', 'paypal'] as const) {
    test(`a ${kind} is registered on the provider's page and then charged by its token (R31)`, async () => {
      const { provider, registerOn } = await world();
      if (!provider.kinds.includes(kind)) return;
      const { ref, url } = await provider.startMethod({
        customerId: 7n,
        methodId: nextId(),
        kind,
        returnUrl: 'https://portal.example/methods',
      });
      assert.equal((await provider.getMethod(ref)).state, 'pending');
      await registerOn(url, kind);
      const method = await provider.getMethod(ref);
      assert.equal(method.state, 'valid');
      assert.equal(method.kind, kind);
      assert.match(method.lastFour, kind === 'card' ? /^\d{4}$/ : /^$/);
      assert.equal(method.expiresOn === null, kind === 'paypal');
      const charge = await provider.createCharge(request(method.token));
      assert.deepEqual(await provider.confirmCharge(charge.ref), { state: 'succeeded' });
    });
  }

  test('the same registration opened twice is one registration', async () => {
    const { provider } = await world();
    const asked = {
      customerId: 7n,
      methodId: nextId(),
      kind: provider.kinds[0] ?? 'card',
      returnUrl: 'https://portal.example/methods',
    };
    assert.deepEqual(await provider.startMethod(asked), await provider.startMethod(asked));
  });

  test('a removed method is never charged again, and removing it twice is no mistake', async () => {
    const { provider, token } = await world();
    const gone = await token('succeeds');
    const { ref } = await provider.createCharge(request(gone));
    await provider.removeMethod(gone);
    await provider.removeMethod(gone);
    const outcome = await provider.confirmCharge(ref);
    assert.equal(outcome.state, 'declined');
    assert.equal(outcome.state === 'declined' && declineKind(outcome.code), 'hard');
    assert.deepEqual(await movementsOf(provider, ref), []);
  });
}

function creation(world: World): void {
  test('creating a charge moves no money, and its key finds it again', async () => {
    const { provider, token } = await world();
    const asked = request(await token('succeeds'));
    assert.equal(await provider.findCharge(asked.key, asked.token), null);
    const { ref, url } = await provider.createCharge(asked);
    assert.equal(url, null);
    assert.equal(await provider.findCharge(asked.key, asked.token), ref);
    assert.deepEqual(await movementsOf(provider, ref), []);
    assert.equal((await provider.getCharge(ref)).outcome.state, 'pending');
  });

  test('the same key gives the same charge, however often and at once it is asked (P2)', async () => {
    const { provider, token } = await world();
    const asked = request(await token('succeeds'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => provider.createCharge(asked)));
    assert.equal(new Set(answers.map((answer) => answer.ref)).size, 1);
  });

  test('a key that comes back with other money is refused, and the charge stays as it was', async () => {
    const { provider, token } = await world();
    const asked = request(await token('succeeds'));
    const { ref } = await provider.createCharge(asked);
    const changes = [
      { amount: 36_49n },
      { currency: 'USD' },
      { token: await token('succeeds') },
      { token: null },
      { owner: 'customer-8' },
    ];
    for (const change of changes) {
      await assert.rejects(provider.createCharge({ ...asked, ...change }), refusedWith('key_reused'));
    }
    const { amount, currency, owner, refunded } = await provider.getCharge(ref);
    assert.deepEqual(
      { amount, currency, owner, refunded },
      { amount: 36_48n, currency: 'EUR', owner: 'customer-7', refunded: 0n },
    );
  });

  test('a token nobody registered is refused alone: charges asked at the same moment are made', async () => {
    const { provider, token } = await world();
    const good = request(await token('succeeds'));
    const bad = request('tok_that_never_was');
    const [first, second] = await Promise.allSettled([provider.createCharge(good), provider.createCharge(bad)]);
    assert.equal(first.status, 'fulfilled');
    assert.ok(second.status === 'rejected' && refusedWith('unknown_token')(second.reason));
    assert.equal(await provider.findCharge(bad.key, bad.token), null);
  });

  test('an amount that is not positive is refused', async () => {
    const { provider, token } = await world();
    for (const amount of [0n, -1n]) {
      await assert.rejects(
        provider.createCharge(request(await token('succeeds'), { amount })),
        refusedWith('bad_request'),
      );
    }
  });
}

function confirmation(world: World): void {
  test('a confirmed charge takes the whole amount once, however often and at once it is confirmed (R23, P2)', async () => {
    const { provider, token } = await world();
    const { ref } = await provider.createCharge(request(await token('succeeds')));
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => provider.confirmCharge(ref)));
    outcomes.push(await provider.confirmCharge(ref));
    assert.ok(outcomes.every((outcome) => outcome.state === 'succeeded'));
    const moved = await movementsOf(provider, ref);
    assert.deepEqual(
      moved.map(({ kind, amount, currency }) => ({ kind, amount, currency })),
      [{ kind: 'charge', amount: 36_48n, currency: 'EUR' }],
    );
  });

  for (const [behaviour, kind] of [
    ['declines_softly', 'soft'],
    ['declines_hard', 'hard'],
  ] as const) {
    test(`a ${kind} decline is an outcome with a code of that kind, moves nothing and stays (R26)`, async () => {
      const { provider, token } = await world();
      const { ref } = await provider.createCharge(request(await token(behaviour)));
      const outcome = await provider.confirmCharge(ref);
      assert.equal(outcome.state, 'declined');
      assert.equal(outcome.state === 'declined' && declineKind(outcome.code), kind);
      assert.deepEqual(await provider.confirmCharge(ref), outcome);
      assert.deepEqual((await provider.getCharge(ref)).outcome, outcome);
      assert.deepEqual(await movementsOf(provider, ref), []);
    });
  }

  test('a charge nobody made is refused, alone', async () => {
    const { provider, token } = await world();
    const { ref } = await provider.createCharge(request(await token('succeeds')));
    const [good, bad] = await Promise.allSettled([provider.confirmCharge(ref), provider.confirmCharge('ch_none')]);
    assert.equal(good.status, 'fulfilled');
    assert.ok(bad.status === 'rejected' && refusedWith('unknown_reference')(bad.reason));
    await assert.rejects(provider.getCharge('ch_none'), refusedWith('unknown_reference'));
  });

  test('a cancelled charge can no longer take money; cancelling too late says so', async () => {
    const { provider, token, payOn } = await world();
    const first = await provider.createCharge(request(await token('succeeds')));
    assert.equal((await provider.cancelCharge(first.ref)).state, 'declined');
    assert.equal((await provider.confirmCharge(first.ref)).state, 'declined');
    const second = await provider.createCharge(request(null));
    await provider.cancelCharge(second.ref);
    assert.equal(await payOn(String(second.url)), false);
    const third = await provider.createCharge(request(await token('succeeds')));
    await provider.confirmCharge(third.ref);
    assert.deepEqual(await provider.cancelCharge(third.ref), { state: 'succeeded' });
    for (const { ref } of [first, second]) assert.deepEqual(await movementsOf(provider, ref), []);
  });
}
