import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { declineKind } from '#domain/payments/decline-codes.ts';
import {
  type ChargeRequest,
  type MethodKind,
  type PaymentProvider,
  type ProviderMovement,
  ProviderRefused,
  ProviderUnavailable,
} from '#domain/payments/provider.ts';

/** A registered method as the tests want it, by how its owner's bank behaves. */
export type Behaviour = 'succeeds' | 'declines_softly' | 'declines_hard' | 'asks_for_its_owner';

/** What a provider's suite must bring: the provider, and a hand on its other side. */
export type ProviderWorld = {
  provider: PaymentProvider;
  /** A valid token of a method that behaves so. */
  token(behaviour: Behaviour): Promise<string>;
  /** The customer goes to the provider's page and registers something that works. */
  registerOn(url: string, kind: MethodKind): Promise<void>;
  /** The payer goes to the provider's page and pays, or confirms; false when the page does not let them. */
  payOn(url: string): Promise<boolean>;
  /** The next confirmation loses its answer, before or after the work is done. */
  loseAnswer(when: 'before' | 'after'): void;
};

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

type World = () => Promise<ProviderWorld>;

let lastId = BigInt(Date.now());
const nextId = () => ++lastId;

function request(token: string | null, change: Partial<ChargeRequest> = {}): ChargeRequest {
  return {
    key: `charge-${randomUUID()}`,
    amount: 36_48n,
    currency: 'EUR',
    token,
    description: 'Fattura 2027/17',
    owner: 'customer-7',
    returnUrl: 'https://portal.example/done',
    ...change,
  };
}

async function movementsOf(provider: PaymentProvider, ref: string): Promise<ProviderMovement[]> {
  const found: ProviderMovement[] = [];
  const now = Temporal.Now.instant();
  for await (const movement of provider.listMovements(now.subtract({ hours: 24 }), now.add({ hours: 24 }))) {
    if (movement.ref === ref) found.push(movement);
  }
  return found;
}

const refusedWith = (code: string) => (error: unknown) => error instanceof ProviderRefused && error.code === code;

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
      kind: 'card',
      returnUrl: 'https://portal.example/methods',
    } as const;
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
    assert.equal(await provider.findCharge(asked.key), null);
    const { ref, url } = await provider.createCharge(asked);
    assert.equal(url, null);
    assert.equal(await provider.findCharge(asked.key), ref);
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
    assert.equal(await provider.findCharge(bad.key), null);
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

function payerPresent(world: World): void {
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

function unknownOutcomes(world: World): void {
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

function moneyBack(world: World): void {
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
