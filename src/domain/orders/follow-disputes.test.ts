import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import type { DisputeDetails } from '#domain/payments/provider.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import { withdrawCredit } from '#domain/payments/withdraw.ts';
import { asCustomer } from '#kit/db.ts';
import { pay } from '#spec/build.ts';
import {
  addCustomer,
  addMailbox,
  balanceOf,
  chargesOf,
  eventsOf,
  openShop,
  type Shop,
  verifyShop,
} from '#spec/shop.ts';

/** The customer's first charge is disputed. Answers how the provider says, with a message, what it has taken for it now. */
async function dispute(shop: Shop, customerId: bigint): Promise<(taken: bigint) => Promise<void>> {
  const { rows } = await sql<{ ref: string; amount: bigint }>`
    select provider_ref as ref, amount from charges where customer_id = ${customerId}`.execute(shop.db);
  const [charge] = rows;
  assert(charge);
  const { ref: chargeRef, amount } = charge;
  const details: DisputeDetails = { chargeRef, amount, taken: 0n, currency: 'EUR', state: 'open' };
  shop.providers.sandbox = { ...shop.provider, getDispute: async () => details };
  const desk = { db: shop.db, providers: shop.providers, leaseSeconds: 30, tell: shop.engine.tell };
  shop.engine.effects = [...shop.engine.effects, ...webhooksEffects(desk)];
  let said = 0;
  return async (taken) => {
    details.taken = taken;
    const hint = {
      eventId: `evt_${++said}`,
      type: 'dispute',
      kind: 'dispute' as const,
      ref: 'dp_1',
      at: shop.moment().at,
    };
    await storeWebhook(shop.db, 'sandbox', hint);
  };
}

/** A customer who has paid 12.20 for a month, and that payment's dispute. */
async function disputedMonth(shop: Shop) {
  const { customerId, ...customer } = await addCustomer(shop, ['success']);
  await addMailbox(shop, { customerId, ...customer }, '2027-03-01');
  await shop.work();
  await sql`update payment_methods set state = 'failed' where customer_id = ${customerId}`.execute(shop.db);
  const say = await dispute(shop, customerId);
  return {
    customerId,
    hear: async (taken: bigint) => {
      await say(taken);
      await shop.work();
      return balanceOf(shop, customerId);
    },
  };
}

const takenOf = async (shop: Shop) => {
  const { rows } = await sql<{ amount: bigint }>`
    select coalesce(sum(amount), 0)::bigint as amount from refunds where provider_ref = 'dp_1' and state = 'succeeded'`.execute(
    shop.db,
  );
  return rows[0]?.amount;
};

test('P12 a dispute heard of before the payment it is about waits for it', async (t) => {
  const shop = await openShop(t);
  const { customerId, ...customer } = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, { customerId, ...customer }, '2027-03-01');
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['unknown']);
  await (await dispute(shop, customerId))(1220n);
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  const { rows } = await sql<{ ref: string; amount: bigint }>`
    select provider_ref as ref, amount from refunds where customer_id = ${customerId}`.execute(shop.db);
  assert.deepEqual(rows, [{ ref: 'dp_1', amount: 1220n }]);
  await verifyShop(shop);
});

test('R2 a dispute that ends with a part for the payer gives the rest back', async (t) => {
  const shop = await openShop(t);
  const { hear } = await disputedMonth(shop);
  assert.equal(await hear(1220n), -1220n);
  assert.equal(await hear(1220n), -1220n, 'heard twice, it counts once');
  assert.equal(await hear(400n), -400n);
  assert.equal(await takenOf(shop), 400n);
  assert.equal(await hear(1000n), -1000n, 'and it may become more again');
  await verifyShop(shop);
});

test('R2 a dispute that was won, and lost when the bank was asked again, is taken again', async (t) => {
  const shop = await openShop(t);
  const { customerId, hear } = await disputedMonth(shop);
  assert.equal(await hear(1220n), -1220n);
  assert.equal(await hear(0n), 0n);
  assert.equal(await hear(1220n), -1220n);
  assert.equal(await takenOf(shop), 1220n);
  assert.equal((await eventsOf(shop, customerId, 'payments.reversed')).length, 2);
  await verifyShop(shop);
});

test('R2 what was given back before and is disputed all the same is owed, as far as the customer paid at all; the rest is told', async (t) => {
  const shop = await openShop(t);
  const { customerId, hear } = await disputedMonth(shop);
  await shop.within((tx) => pay(tx, shop.act(), { customerId, amount: 700n }));
  const withdrawal = { customerId, amount: 500n, reason: 'back' };
  await asCustomer(shop.api, customerId, (tx) => withdrawCredit(tx, shop.act(), withdrawal));
  await shop.work();
  assert.equal(await balanceOf(shop, customerId), 200n);
  assert.equal(await hear(1220n), -1020n, 'more than is left of this payment, and of the account');
  assert.deepEqual(shop.told.splice(0), []);
  await verifyShop(shop);
  assert.equal(await hear(1300n), -1020n, 'more than was ever paid with it');
  assert.deepEqual(
    shop.told.splice(0).map(({ message }) => message),
    ['webhook not followed'],
  );
  await verifyShop(shop);
});

test('P12 a dispute that cannot be booked as a whole stops nobody’s day, is told, and the rest is booked as soon as it can be', async (t) => {
  const shop = await openShop(t);
  const { customerId, hear } = await disputedMonth(shop);
  await sql`
    insert into refunds (customer_id, refund_id, payment_id, amount, currency, state, reason, requested_by, created_at, next_check_at)
    select customer_id, nextval('ids'), payment_id, 1, currency, 'created', 'a test', 'user:1', now(), 'infinity' from payments
     where customer_id = ${customerId}`.execute(shop.db);
  assert.equal(await hear(1220n), -1219n);
  assert.deepEqual(
    shop.told.splice(0).map(({ message }) => message),
    ['webhook not followed'],
  );
  await sql`update refunds set state = 'failed', next_check_at = null, finished_at = now() where state = 'created'`.execute(
    shop.db,
  );
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  assert.equal(await takenOf(shop), 1220n);
});
