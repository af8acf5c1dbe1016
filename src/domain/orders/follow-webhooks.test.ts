import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import { type PaymentProvider, type ProviderName, ProviderUnavailable } from '#domain/payments/provider.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { listTroubled, releaseWebhook, storeWebhook } from '#domain/payments/webhooks.ts';
import { addCustomer, openShop, type Shop } from '#spec/shop.ts';

/** Messages about disputes, each with its own reference unless `ref` says otherwise. */
async function receive(shop: Shop, provider: ProviderName, count: number, ref?: string): Promise<void> {
  for (let i = 0; i < count; i++) {
    const hint = { eventId: `evt_${ref}_${i}`, type: 'dispute', kind: 'dispute' as const, ref: ref ?? `d${i}` };
    await storeWebhook(shop.db, provider, { ...hint, at: shop.moment().at });
  }
}

/** How many messages of each provider wait to be followed. */
async function waiting(shop: Shop): Promise<Record<string, number>> {
  const { rows } = await sql<{ provider: string; count: number }>`
    select provider, count(*)::int as count from webhooks where look_after is not null group by provider`.execute(
    shop.db,
  );
  return Object.fromEntries(rows.map((row) => [row.provider, row.count]));
}

function withDisputes(shop: Shop, getDispute: NonNullable<PaymentProvider['getDispute']>) {
  shop.providers.stripe = { ...shop.provider, name: 'stripe', getDispute };
  shop.engine.effects = webhooksEffects({
    db: shop.db,
    providers: shop.providers,
    leaseSeconds: 30,
    tell: shop.engine.tell,
  });
}

const nobodysDispute = { chargeRef: 'nobody’s', amount: 1n, taken: 1n, currency: 'EUR', state: 'open' as const };

test('messages are followed fifty at once, and those of a slow provider hold up nobody else’s', async (t) => {
  const shop = await openShop(t);
  const answer = Promise.withResolvers<void>();
  t.after(() => answer.resolve());
  const calls = { now: 0, most: 0 };
  withDisputes(shop, async () => {
    calls.most = Math.max(calls.most, ++calls.now);
    await answer.promise;
    calls.now--;
    return nobodysDispute;
  });
  await receive(shop, 'stripe', 120);
  await receive(shop, 'sandbox', 120);
  const working = shop.work();
  while ('sandbox' in (await waiting(shop)) || calls.now < 50) await setImmediate();
  assert.deepEqual(await waiting(shop), { stripe: 120 });
  answer.resolve();
  await working;
  assert.deepEqual(await waiting(shop), {});
  assert.equal(calls.most, 50);
});

test('messages about the same dispute are one question, so that its answers cannot overtake each other', async (t) => {
  const shop = await openShop(t);
  const asked: string[] = [];
  withDisputes(shop, async (ref) => {
    asked.push(ref);
    return nobodysDispute;
  });
  await receive(shop, 'stripe', 5, 'dp_1');
  await shop.work();
  assert.deepEqual(asked, ['dp_1']);
  assert.deepEqual(await waiting(shop), {});
});

test('a provider that answers nobody is asked fifty times, and again after ten minutes', async (t) => {
  const shop = await openShop(t);
  let asked = 0;
  let isSilent = true;
  withDisputes(shop, async () => {
    asked++;
    if (isSilent) throw new ProviderUnavailable('a test');
    return nobodysDispute;
  });
  await receive(shop, 'stripe', 120);
  await shop.work();
  assert.equal(asked, 50);
  assert.deepEqual(await waiting(shop), { stripe: 120 });
  isSilent = false;
  shop.setTime(shop.moment().at.add({ minutes: 10 }));
  await shop.work();
  assert.deepEqual([asked, await waiting(shop)], [170, {}]);
});

test('a message that breaks what follows it is tried three times, then set aside with its reason until released', async (t) => {
  const shop = await openShop(t);
  let isBroken = true;
  const asked: string[] = [];
  withDisputes(shop, async (ref) => {
    asked.push(ref);
    if (ref === 'bad' && isBroken) throw new TypeError('its amount is no number');
    return nobodysDispute;
  });
  await receive(shop, 'stripe', 1, 'bad');
  await receive(shop, 'stripe', 3);
  const troubled = async () => {
    const rows = await listTroubled(shop.db, { before: null, limit: 10 });
    return rows.map(({ ref, problem, setAside }) => [ref, problem, setAside]);
  };
  for (const isLast of [false, false, true]) {
    assert.equal((await shop.work()).state, 'done');
    assert.deepEqual(await troubled(), [['bad', 'its amount is no number', isLast]]);
    shop.setTime(shop.moment().at.add({ minutes: 11 }));
  }
  await shop.work();
  assert.deepEqual(asked, ['bad', 'd0', 'd1', 'd2', 'bad', 'bad']);
  assert.deepEqual(
    shop.told.map(({ message }) => message),
    ['webhook not followed', 'webhook not followed', 'webhook not followed'],
  );
  const [message] = await listTroubled(shop.db, { before: null, limit: 10 });
  const release = () =>
    shop.within((tx) =>
      releaseWebhook(tx, shop.act('operator:1'), { messageId: message?.messageId ?? 0n, note: 'mended' }),
    );
  assert.equal(await release(), true);
  assert.equal(await release(), false, 'it is released already');
  isBroken = false;
  await shop.work();
  assert.equal(asked.length, 7);
  assert.deepEqual([await troubled(), await waiting(shop)], [[], {}]);
});

test('a message about a registration waits for its provider as long as one about anything else', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  const start = { customerId, kind: 'card' as const, returnUrl: () => 'http://portal.test/' };
  const { methodId } = await startMethod(shop.desk, shop.act(), start);
  const { ref } = await shop.db
    .selectFrom('payment_methods')
    .select('provider_ref as ref')
    .where('method_id', '=', methodId)
    .executeTakeFirstOrThrow();
  withDisputes(shop, async () => nobodysDispute);
  shop.provider.getMethod = async () => {
    throw new ProviderUnavailable('a test');
  };
  await storeWebhook(shop.db, 'sandbox', { eventId: 'evt_m', type: 'm', kind: 'method', ref, at: shop.moment().at });
  for (let times = 0; times < 5; times++) {
    await shop.work();
    shop.setTime(shop.moment().at.add({ minutes: 10 }));
  }
  assert.deepEqual(await waiting(shop), { sandbox: 1 });
  assert.deepEqual(shop.told, []);
});
