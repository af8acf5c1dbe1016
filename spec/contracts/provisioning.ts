import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { PlatformUnavailable, type Provisioning, type WantedMailbox } from '#domain/provisioning/platform.ts';

/** What a platform's suite must bring: the platform, a sender from outside, and a wire that can break. */
export type ProvisioningWorld = {
  platform: Provisioning;
  /** Somebody writes to this address. */
  deliver(address: string): Promise<'accepted' | 'rejected' | 'deferred'>;
  /** The next apply loses its answer, before or after the work is done. */
  loseAnswer(when: 'before' | 'after'): void;
  /** From now on the platform refuses this one mailbox; null ends it. */
  refuse(mailboxId: bigint | null): void;
};

/** What every platform must keep. `makeWorld` is called once. */
export function provisioningContract(name: string, makeWorld: () => Promise<ProvisioningWorld>): void {
  describe(`platform ${name}`, () => {
    let made: Promise<ProvisioningWorld> | undefined;
    const world = () => {
      made ??= makeWorld();
      return made;
    };
    convergence(world);
    access(world);
    failures(world);
  });
}

type World = () => Promise<ProvisioningWorld>;

let lastId = 1000n;

function wish(change: Partial<WantedMailbox> = {}): WantedMailbox {
  const mailboxId = change.mailboxId ?? ++lastId;
  return {
    mailboxId,
    platform: 'hosted-ab12345-1',
    address: `box-${mailboxId}@cliente.example`,
    plan: 'exchange-2016-50',
    signIn: 'on',
    inbound: 'accept',
    exists: true,
    ...change,
  };
}

const absent = (mailboxId: bigint): WantedMailbox =>
  wish({ mailboxId, platform: '', address: '', plan: '', signIn: 'off', inbound: 'reject', exists: false });

function convergence(world: World): void {
  test('whatever is wished in whatever order, the platform ends in the last wish, and wishing again changes nothing', async () => {
    const { platform } = await world();
    const wishes = fc.record({
      box: fc.integer({ min: 1, max: 5 }),
      plan: fc.constantFrom('small', 'large'),
      signIn: fc.constantFrom('on' as const, 'off' as const),
      inbound: fc.constantFrom('accept' as const, 'reject' as const, 'defer' as const),
      exists: fc.boolean(),
    });
    const calls = fc.array(fc.array(wishes, { maxLength: 8 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(calls, async (batches) => {
        const expected = new Map<bigint, WantedMailbox>();
        const first = lastId;
        lastId += 5n;
        for (const batch of batches) {
          const wanted = batch.map(({ box, ...rest }) => wish({ mailboxId: first + BigInt(box), ...rest }));
          for (const one of wanted) expected.set(one.mailboxId, one.exists ? one : absent(one.mailboxId));
          for (let twice = 0; twice < 2; twice++) {
            const applied = await platform.apply(wanted);
            assert.deepEqual(
              applied,
              wanted.map(({ mailboxId }) => ({ mailboxId, ok: true })),
            );
          }
        }
        assert.deepEqual(await platform.observe([...expected.keys()]), [...expected.values()]);
      }),
      { numRuns: 25 },
    );
  });

  test('5,000 mailboxes in one call are answered in the order asked', async () => {
    const { platform } = await world();
    const wanted = Array.from({ length: 5000 }, () => wish()).reverse();
    const applied = await platform.apply(wanted);
    assert.deepEqual(
      applied.map((one) => one.mailboxId),
      wanted.map((one) => one.mailboxId),
    );
    assert.deepEqual(await platform.observe(wanted.map((one) => one.mailboxId)), wanted);
  });

  test('nothing wished is nothing done', async () => {
    const { platform } = await world();
    assert.deepEqual(await platform.apply([]), []);
    assert.deepEqual(await platform.observe([]), []);
  });
}

function access(world: World): void {
  test('mail from outside follows the inbound axis; an address nobody has rejects (suspension, deletion)', async () => {
    const { platform, deliver } = await world();
    const box = wish();
    const expected = { accept: 'accepted', defer: 'deferred', reject: 'rejected' } as const;
    assert.equal(await deliver(box.address), 'rejected');
    for (const inbound of ['accept', 'defer', 'reject', 'accept'] as const) {
      await platform.apply([{ ...box, signIn: 'off', inbound }]);
      assert.equal(await deliver(box.address), expected[inbound]);
    }
    await platform.apply([{ ...box, exists: false }]);
    assert.equal(await deliver(box.address), 'rejected');
  });
}

function failures(world: World): void {
  test('a mailbox the platform refuses says why and does not hold the others', async () => {
    const { platform, refuse } = await world();
    const [bad, good] = [wish(), wish()];
    refuse(bad.mailboxId);
    const applied = await platform.apply([bad, good]);
    assert.equal(applied[0]?.ok, false);
    assert.notEqual(applied[0]?.error ?? '', '');
    assert.deepEqual(applied[1], { mailboxId: good.mailboxId, ok: true });
    assert.deepEqual(await platform.observe([bad.mailboxId, good.mailboxId]), [absent(bad.mailboxId), good]);
    refuse(null);
    assert.deepEqual(await platform.apply([bad]), [{ mailboxId: bad.mailboxId, ok: true }]);
  });

  test('an address belongs to one mailbox: a second is refused until the first is deleted, also in the same call', async () => {
    const { platform } = await world();
    const [first, second] = [wish(), wish()];
    const rival = { ...second, address: first.address };
    const applied = await platform.apply([first, rival]);
    assert.deepEqual(
      applied.map((one) => one.ok),
      [true, false],
    );
    assert.deepEqual(
      (await platform.apply([rival])).map((one) => one.ok),
      [false],
    );
    const swapped = await platform.apply([rival, { ...first, exists: false }]);
    assert.deepEqual(
      swapped.map((one) => one.ok),
      [true, true],
    );
    assert.deepEqual(await platform.observe([first.mailboxId, rival.mailboxId]), [absent(first.mailboxId), rival]);
  });

  for (const when of ['before', 'after'] as const) {
    test(`an answer lost ${when} the work is unknown; applying again gets there`, async () => {
      const { platform, loseAnswer } = await world();
      const box = wish();
      loseAnswer(when);
      await assert.rejects(platform.apply([box]), PlatformUnavailable);
      const [seen] = await platform.observe([box.mailboxId]);
      assert.deepEqual(seen, when === 'before' ? absent(box.mailboxId) : box);
      assert.deepEqual(await platform.apply([box]), [{ mailboxId: box.mailboxId, ok: true }]);
      assert.deepEqual(await platform.observe([box.mailboxId]), [box]);
    });
  }
}
