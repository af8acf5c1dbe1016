import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Temporal } from 'temporal-polyfill';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import { type ChargeRequest, type Outcome, ProviderUnavailable } from '#domain/payments/provider.ts';
import { nextId, request } from '#spec/contracts/_provider-world.ts';
import { seededRandom } from '#spec/fakes/random.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';

const seed = 20_270_301;
const random = seededRandom(seed);
const now = () => Temporal.Now.instant();
const stripe = await startFakeStripe({ random, slowMilliseconds: 100 });
after(() => stripe.close());
const { secretKey, server } = stripe;
const provider = createStripeProvider({
  secretKey,
  server,
  now,
  portalUrl: 'https://portal.example/',
  timeoutMilliseconds: 1000,
});

const customers = 40;
const rounds = 3;

const everyFault = {
  lost_before: 0.04,
  lost_after: 0.04,
  reset_before: 0.04,
  reset_after: 0.04,
  error_before: 0.04,
  error_after: 0.04,
  slow: 0.04,
};

/** As the worker does it: look for what may exist, create, ask, confirm, and come back later whenever nobody answered. */
async function untilDecided(asked: ChargeRequest): Promise<{ ref: string; outcome: Outcome }> {
  let ref: string | null = null;
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      ref ??=
        (attempt > 0 ? await provider.findCharge(asked.key, asked.token) : null) ??
        (await provider.createCharge(asked)).ref;
      const known = attempt > 0 ? (await provider.getCharge(ref)).outcome : ({ state: 'pending' } as const);
      const outcome = known.state === 'pending' ? await provider.confirmCharge(ref) : known;
      if (outcome.state !== 'pending') return { ref, outcome };
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
    }
    await delay(5);
  }
  throw new Error(`${asked.key} was never decided`);
}

async function untilAnswered<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
    }
  }
}

async function register(customerId: bigint): Promise<string> {
  const returnUrl = 'https://portal.example/methods';
  const asked = { customerId, methodId: nextId(), kind: 'card', returnUrl } as const;
  const { ref, url } = await untilAnswered(() => provider.startMethod(asked));
  await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ act: 'go', card: 'pm_card_visa' }),
    redirect: 'manual',
  });
  const { token } = await untilAnswered(() => provider.getMethod(ref));
  const dice = random();
  const declines = { code: 'card_declined', declineCode: 'insufficient_funds' };
  stripe.behave(token.split(':')[1] ?? '', dice < 0.2 ? { declines } : dice < 0.3 ? { asks: true } : {});
  return token;
}

test(`whatever breaks on the way, each charge is decided once and each refund made once (P2, R28; seed ${seed})`, async () => {
  const tokens = await Promise.all(Array.from({ length: customers }, (_, i) => register(BigInt(i))));
  stripe.faults.set(everyFault);
  const decided = await Promise.all(
    tokens.map(async (token, i) => {
      const done: { asked: ChargeRequest; ref: string; outcome: Outcome; back: bigint }[] = [];
      for (let round = 0; round < rounds; round++) {
        const asked = request(token, { owner: `customer-${i}`, amount: BigInt(100 + Math.floor(random() * 9900)) });
        const { ref, outcome } = await untilDecided(asked);
        const back = outcome.state === 'succeeded' && random() < 0.5 ? asked.amount / 2n : 0n;
        const refund = { key: `refund-${asked.key}`, chargeRef: ref, amount: back, currency: 'EUR' };
        if (back > 0n) await untilAnswered(() => provider.refund(refund));
        done.push({ asked, ref, outcome, back });
      }
      return done;
    }),
  );
  stripe.faults.set({});
  const struck = [...stripe.faults.struck().values()].reduce((sum, count) => sum + count, 0);
  assert.ok(struck > 60, `only ${struck} faults struck`);
  const all = decided.flat();
  let balance = 0n;
  for (const { asked, ref, outcome, back } of all) {
    const made = stripe.intents().filter((intent) => intent.metadata['rinnovo_key'] === asked.key);
    assert.deepEqual(
      made.map(({ id }) => id),
      [ref],
    );
    assert.equal(made[0]?.status === 'succeeded', outcome.state === 'succeeded');
    const { refunded } = await untilAnswered(() => provider.getCharge(ref));
    assert.equal(refunded, back);
    balance += outcome.state === 'succeeded' ? asked.amount - back : 0n;
  }
  assert.equal(stripe.book.balance('payers', 'eur'), -balance);
  assert.deepEqual(
    new Set(all.map(({ outcome }) => outcome.state)),
    new Set(['succeeded', 'declined', 'action_required']),
  );
});
