import assert from 'node:assert/strict';
import { Temporal } from 'temporal-polyfill';
import { createWebhookReaders } from '#cli/webhook-readers.ts';
import { inFlight } from '#domain/payments/lanes.ts';
import type { Providers } from '#domain/payments/providers.ts';
import { morningOf, setClock } from '#kit/clock.ts';
import type { Db } from '#kit/db.ts';
import { zone } from '#spec/build.ts';
import type { Mail } from '#spec/fakes/mailbag.ts';
import { type FakePaypal, startFakePaypal } from '#spec/fakes/paypal/server.ts';
import type { Random } from '#spec/fakes/random.ts';
import { type FakeStripe, startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { type TestServer, testServer } from '#spec/http/server.ts';
import { type Addresses, connectProviders } from './_wire.ts';

/** Both fakes and our own server, on one clock that stands where it is put and goes on from there. */
export type PaymentsWorld = {
  db: Db;
  server: TestServer;
  stripe: FakeStripe;
  paypal: FakePaypal;
  addresses: Addresses;
  /** The providers as this process sees them, for what customers do. */
  providers: Required<Pick<Providers, 'stripe' | 'paypal'>>;
  now(): Temporal.Instant;
  /** Everybody's clock: ours, the providers', and our server's. */
  setNow(at: Temporal.Instant): Promise<void>;
  /**
   * Posts what the providers' post brings now, and `passes`, to our own routes; `note` hears of what was taken. Answers how
   * many were taken and refused.
   */
  deliver(
    passes?: (...sent: Sent) => boolean,
    note?: (...sent: Sent) => void,
  ): Promise<{ taken: number; refused: number }>;
};

type Sent = [provider: 'stripe' | 'paypal', mail: Mail];

type Owner = { after(done: () => Promise<void>): void };

export type WorldSettings = { firstDay: Temporal.PlainDate; random: Random; timeoutMilliseconds: number };

export async function openPaymentsWorld(owner: Owner, settings: WorldSettings): Promise<PaymentsWorld> {
  const { firstDay, random, timeoutMilliseconds } = settings;
  let clock = { to: morningOf(firstDay, zone).at, at: Temporal.Now.instant() };
  const now = () => clock.to.add(Temporal.Now.instant().since(clock.at));
  const stripe = await startFakeStripe({ now, random, slowMilliseconds: 50 });
  const paypal = await startFakePaypal({ now, random, slowMilliseconds: 50 });
  owner.after(async () => {
    await stripe.close();
    await paypal.close();
  });
  const server = await testServer(owner);
  const db = server.database.system;
  const { clientId, clientSecret, url: baseUrl, webhookId } = paypal;
  const addresses: Addresses = {
    stripe: { secretKey: stripe.secretKey, port: stripe.server.port },
    paypal: { clientId, clientSecret, baseUrl },
    timeoutMilliseconds,
  };
  const keys = {
    mode: 'sandbox' as const,
    stripe: { secretKey: stripe.secretKey, webhookSecrets: [stripe.webhookSecret] },
    paypal: { clientId, clientSecret, webhookIds: [webhookId] },
  };
  const webhooks = await createWebhookReaders(keys, { now, fetch: paypal.fetch, roots: [paypal.signers.root.pem] });
  Object.assign(server.context, { webhooks, now });
  server.context.log.level = 'silent';
  return {
    ...{ db, server, stripe, paypal, addresses, now },
    providers: connectProviders(addresses, now),
    setNow: async (at) => {
      clock = { to: at, at: Temporal.Now.instant() };
      await setClock(db, at);
    },
    deliver: async (passes = () => true, note = () => {}) => {
      const mails = (['stripe', 'paypal'] as const).flatMap((provider) => {
        const { post: bag } = { stripe, paypal }[provider];
        const due = bag.due().filter((mail) => passes(provider, mail));
        return due.map((mail) => ({ provider, mail }));
      });
      const answers = await inLanes(mails, async ({ provider, mail }) => {
        const isTaken = await post(server, `/webhooks/${provider}`, mail);
        if (isTaken) note(provider, mail);
        return isTaken;
      });
      return { taken: answers.filter(Boolean).length, refused: answers.filter((taken) => !taken).length };
    },
  };
}

/** Posts one message until it is taken or refused, as providers do, and answers whether it was taken. */
async function post({ app }: TestServer, url: string, { body, headers }: Mail): Promise<boolean> {
  for (;;) {
    const { statusCode } = await app.inject({ method: 'POST', url, headers, payload: body });
    assert.ok([200, 400, 503].includes(statusCode), `${url}: ${statusCode}`);
    if (statusCode !== 503) return statusCode === 200;
  }
}

/** Does the work for all of them, a few at a time; answers in their order. */
export function inLanes<Item, Answer>(
  items: readonly Item[],
  work: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  return inFlight(items, 20, work);
}
