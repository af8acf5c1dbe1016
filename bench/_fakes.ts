import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Temporal } from 'temporal-polyfill';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';

/** How late each provider answers, and how many customers register with it. */
export type FakesWish = { stripe: FakeWish; paypal: FakeWish };
type FakeWish = { latencyMilliseconds: number; methods: number };

/** Fakes at work in a process of their own, so that what they cost is not the worker's. */
export type Fakes = {
  stripe: { secretKey: string; port: number; methods: { ref: string; token: string }[] };
  paypal: { url: string; clientId: string; clientSecret: string; methods: { ref: string; token: string }[] };
};

/** Starts both fakes and gives their addresses and a working method for each customer wished for. */
export async function startFakes(wish: FakesWish): Promise<Fakes & { stop(): void }> {
  const child = fork(import.meta.filename, { serialization: 'advanced' });
  child.send(wish);
  const [fakes] = (await once(child, 'message')) as [Fakes];
  return { ...fakes, stop: () => void child.kill() };
}

if (import.meta.main) {
  process.on('disconnect', () => process.exit());
  const [wish] = (await once(process, 'message')) as [FakesWish];
  const now = () => Temporal.Now.instant();
  const stripe = await startFakeStripe({ latencyMilliseconds: wish.stripe.latencyMilliseconds, webhooks: false });
  const paypal = await startFakePaypal({ now, latencyMilliseconds: wish.paypal.latencyMilliseconds, webhooks: false });
  const fakes: Fakes = {
    stripe: {
      secretKey: stripe.secretKey,
      port: stripe.server.port,
      methods: Array.from({ length: wish.stripe.methods }, (_, i) => stripe.save(BigInt(i))),
    },
    paypal: {
      url: paypal.url,
      clientId: paypal.clientId,
      clientSecret: paypal.clientSecret,
      methods: Array.from({ length: wish.paypal.methods }, () => ({ ref: 'bench', token: paypal.save('pays') })),
    },
  };
  process.send?.(fakes);
}
