import { randomUUID } from 'node:crypto';
import type { Temporal } from 'temporal-polyfill';
import {
  chargeNow,
  chargeOn,
  expectMoved,
  expectRefusal,
  expectSame,
  insistently,
  movementsOf,
} from '#adapters/payments/contract/_expect.ts';
import { NotArranged, type Step } from '#adapters/payments/contract/world.ts';
import { ProviderRefused } from '#domain/payments/provider.ts';

export const givesBackOnce: Step = {
  name: 'money goes back once per key and never more than was taken',
  run: async (world) => {
    const { provider, token } = world;
    const { ref: chargeRef } = await provider.createCharge(chargeOn(await token('succeeds')));
    const asked = { key: `refund-${randomUUID()}`, chargeRef, amount: 10_00n, currency: 'EUR' };
    await expectRefusal('a refund before anything was taken', provider.refund(asked), 'not_refundable');
    await provider.confirmCharge(chargeRef);
    const refund = await provider.refund(asked);
    expectSame('the state of the refund', refund.state, 'succeeded');
    expectSame('the answer to the same key', await provider.refund(asked), refund);
    const { state } = await provider.getRefund({ ref: refund.ref, chargeRef });
    expectSame('how the refund stands by its reference', state, 'succeeded');
    const other = provider.refund({ ...asked, amount: 10_01n });
    await expectRefusal('the same key with another amount', other, 'key_reused');
    const tooMuch = provider.refund({ ...asked, key: `refund-${randomUUID()}`, amount: 26_49n });
    await expectRefusal('a refund of more than is left', tooMuch, 'not_refundable');
    expectSame('what was given back', (await provider.getCharge(chargeRef)).refunded, 10_00n);
    await expectMoved(world, refund.ref, [['refund', -10_00n]]);
  },
};

export const neverGivesTooMuch: Step = {
  name: 'refunds at the same moment do not give back more than was taken',
  run: async (world) => {
    const { provider, token } = world;
    const { ref: chargeRef } = await chargeNow(world, await token('succeeds'));
    const asked = Array.from({ length: 10 }, (_, i) => ({
      key: `refund-${chargeRef}-${i}`,
      chargeRef,
      amount: 10_00n,
      currency: 'EUR',
    }));
    const answers = await Promise.allSettled(asked.map((one) => insistently(() => provider.refund(one))));
    for (const answer of answers) {
      if (answer.status === 'rejected' && !(answer.reason instanceof ProviderRefused)) throw answer.reason;
    }
    expectSame('how many of ten were taken', answers.filter(({ status }) => status === 'fulfilled').length, 3);
    expectSame('what was given back', (await provider.getCharge(chargeRef)).refunded, 30_00n);
  },
};

export const statementHasEnds: Step = {
  name: 'the statement has its first instant and not its last',
  run: async (world) => {
    const { provider, token, isStatementLate } = world;
    if (isStatementLate) throw new NotArranged('the statement shows a charge only hours later');
    const { ref } = await chargeNow(world, await token('succeeds'));
    const [line] = await movementsOf(provider, ref);
    if (!line) return expectSame('the line of a charge', 'nothing', 'a line');
    const isBetween = async (from: Temporal.Instant, to: Temporal.Instant) => {
      for await (const movement of provider.listMovements(from, to)) if (movement.ref === ref) return true;
      return false;
    };
    const first = await isBetween(line.at, line.at.add({ seconds: 1 }));
    expectSame('whether a statement that begins with it has it', first, true);
    const last = await isBetween(line.at.subtract({ seconds: 1 }), line.at);
    expectSame('whether a statement that ends with it has it', last, false);
  },
};
