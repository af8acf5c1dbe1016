import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { SandboxCard } from '#adapters/payments/sandbox-cards.ts';
import { concludeRefunds } from '#domain/orders/conclude.ts';
import { spendPayments } from '#domain/orders/pay.ts';
import { ProviderRefused } from '#domain/payments/provider.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { refundsEffect } from '#domain/payments/refund.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { asCustomer, Contention } from '#kit/db.ts';
import { addCustomer, addMailbox, balanceOf, eventsOf, hintAll, openShop, type Shop, verifyShop } from '#spec/shop.ts';

/** A card payment of this amount, taken by the provider and received as free credit. */
async function pay(shop: Shop, customerId: bigint, amount: bigint, card: SandboxCard = 'success'): Promise<void> {
  const token = await shop.provider.registerTestMethod(card);
  const request = {
    key: `test-${token}`,
    amount,
    currency: 'EUR',
    token,
    description: 'test',
    owner: String(customerId),
  };
  const { ref } = await shop.provider.createCharge(request);
  await shop.provider.confirmCharge(ref);
  await receive(shop, customerId, { provider: 'sandbox', providerRef: ref, amount });
}

async function receive(
  shop: Shop,
  customerId: bigint,
  money: { provider: 'sandbox' | 'bank'; providerRef: string; amount: bigint },
) {
  const draft = { customerId, ...money, chargeId: null, orderId: null, currency: 'EUR', note: '' };
  return shop.within(async (tx) => {
    await sql`update accounts set lock_version = lock_version + 1 where customer_id = ${customerId}`.execute(tx);
    const payments = await receivePayments(tx, shop.act(), [draft]);
    await spendPayments(tx, shop.act(), payments);
    return payments;
  });
}

function withdraw(shop: Shop, customerId: bigint, amount: bigint) {
  return asCustomer(shop.api, customerId, (tx) =>
    withdrawCredit(tx, shop.act(), { customerId, amount, reason: 'back' }),
  );
}

async function refundsOf(shop: Shop): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select p.amount || ': ' || r.amount || ' ' || r.state as line
      from refunds r join payments p using (customer_id, payment_id) order by r.refund_id`.execute(shop.db);
  return rows.map((row) => row.line);
}

test('the same payment heard of again moves nothing', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  const money = { provider: 'bank', providerRef: 'CRO 1', amount: 500n } as const;
  assert.equal((await receive(shop, customerId, money)).length, 1);
  assert.equal((await receive(shop, customerId, money)).length, 0);
  assert.equal(await balanceOf(shop, customerId), 500n);
  assert.equal((await eventsOf(shop, customerId, 'payments.received')).length, 1);
});

test('free credit goes back to where it came from, the newest payment first and never more than it brought', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  await pay(shop, customerId, 2000n);
  shop.setTime('2027-03-02');
  await pay(shop, customerId, 500n);
  await withdraw(shop, customerId, 900n);
  assert.equal(await balanceOf(shop, customerId), 1600n, 'gone from the account before the provider is asked');
  await shop.work();
  await withdraw(shop, customerId, 1600n);
  await shop.work();
  assert.deepEqual(await refundsOf(shop), ['500: 500 succeeded', '2000: 400 succeeded', '2000: 1600 succeeded']);
  assert.equal(await balanceOf(shop, customerId), 0n);
  const atProvider = await sql<{ refunded: bigint }>`select refunded from sandbox.charges order by refunded`.execute(
    shop.db,
  );
  assert.deepEqual(atProvider.rows, [{ refunded: 500n }, { refunded: 2000n }]);
  await verifyShop(shop);
});

test('no more than the free credit can be withdrawn, and no money that came by bank', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await pay(shop, customerId, 1000n);
  await receive(shop, customerId, { provider: 'bank', providerRef: 'CRO 1', amount: 5000n });
  await assert.rejects(withdraw(shop, customerId, 0n), { code: 'amount_not_positive' });
  await assert.rejects(withdraw(shop, customerId, 6001n), { code: 'credit_too_low' });
  await assert.rejects(withdraw(shop, customerId, 1001n), { code: 'nothing_to_return_to' });
  assert.deepEqual(await refundsOf(shop), []);
  await withdraw(shop, customerId, 400n);
  await assert.rejects(withdraw(shop, customerId, 601n), { code: 'nothing_to_return_to' }, 'the card brought 600 more');
  await addMailbox(shop, customer, '2027-03-01', 'yearly');
  await shop.work();
  await assert.rejects(withdraw(shop, customerId, 1n), { code: 'credit_too_low' }, 'who owes has no free credit');
});

test('a refund that fails gives the credit back, and by then it may pay a debt', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop);
  const { customerId } = customer;
  await pay(shop, customerId, 2000n, 'refund_fails');
  await withdraw(shop, customerId, 2000n);
  await addMailbox(shop, customer, '2027-03-01');
  const { effects } = shop.engine;
  shop.engine.effects = [];
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), -1220n);
  shop.engine.effects = effects;
  await shop.work();
  assert.deepEqual(await refundsOf(shop), ['2000: 2000 failed']);
  assert.equal(await balanceOf(shop, customerId), 780n);
  const debts = await shop.db.selectFrom('debts').select(['state', 'due']).execute();
  assert.deepEqual(debts, [{ state: 'settled', due: 0n }]);
  await verifyShop(shop);
});

test('a refund whose answer got lost is asked for again and given once', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  await pay(shop, customerId, 2000n);
  await withdraw(shop, customerId, 700n);
  shop.wire.fault = (operation) => (operation === 'refund' ? 'timeout_after' : undefined);
  await shop.work();
  assert.deepEqual(await refundsOf(shop), ['2000: 700 created']);
  shop.wire.fault = () => undefined;
  shop.setTime(shop.moment().at.add({ hours: 2 }));
  await shop.work();
  assert.deepEqual(await refundsOf(shop), ['2000: 700 succeeded']);
  const { rows } = await sql<{ refunded: bigint }>`select refunded from sandbox.charges`.execute(shop.db);
  assert.deepEqual(rows, [{ refunded: 700n }]);
  await hintAll(shop);
  await verifyShop(shop);
});

test('a refund that the provider will not make, whatever its reason, has failed: the credit is back and nobody asks again', async (t) => {
  const shop = await openShop(t);
  const { provider } = shop;
  for (const code of ['unknown_reference', 'bad_request', 'not_refundable'] as const) {
    const { customerId } = await addCustomer(shop);
    await pay(shop, customerId, 2000n);
    await withdraw(shop, customerId, 700n);
    let asked = 0;
    shop.providers.sandbox = {
      ...provider,
      refund: async () => {
        asked++;
        throw new ProviderRefused(code, 'a test');
      },
    };
    await shop.work();
    shop.setTime(shop.moment().at.add({ hours: 2 }));
    await shop.work();
    assert.deepEqual([code, asked, await balanceOf(shop, customerId)], [code, 1, 2000n]);
    shop.providers.sandbox = provider;
  }
  assert.deepEqual(shop.told, []);
  await verifyShop(shop);
});

test('a key that belongs to another refund says nothing of this one: it stays open, for a person', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  await pay(shop, customerId, 2000n);
  await withdraw(shop, customerId, 700n);
  const refund = async () => {
    throw new ProviderRefused('key_reused', 'a test');
  };
  shop.providers.sandbox = { ...shop.provider, refund };
  await shop.work();
  assert.deepEqual(await refundsOf(shop), ['2000: 700 created']);
  assert.equal(await balanceOf(shop, customerId), 1300n);
});

test('an outcome that finds the account in use by others is written a moment later, and sets nobody aside', async (t) => {
  const shop = await openShop(t);
  const { customerId } = await addCustomer(shop);
  await pay(shop, customerId, 2000n);
  await withdraw(shop, customerId, 700n);
  const failed: unknown[] = [];
  let attempts = 0;
  const effect = refundsEffect({
    db: shop.db,
    providers: shop.providers,
    leaseSeconds: 30,
    conclude: async (tx, act, outcomes) => {
      if (++attempts === 1) throw new Contention('a test');
      await concludeRefunds(tx, act, outcomes);
    },
    fail: async (_, __, error) => failed.push(error),
  });
  await effect.drive(shop.moment);
  assert.deepEqual([attempts, failed], [2, []]);
  assert.deepEqual(await refundsOf(shop), ['2000: 700 succeeded']);
  await verifyShop(shop);
});
