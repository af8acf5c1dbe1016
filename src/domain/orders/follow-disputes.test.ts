import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import type { DisputeDetails } from '#domain/payments/provider.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import { addCustomer, addMailbox, balanceOf, chargesOf, openShop, type Shop, verifyShop } from '#spec/shop.ts';

/** The customer's first charge is disputed as a whole, as the provider tells from now on. */
async function disputeAll(shop: Shop, customerId: bigint): Promise<void> {
  const { rows } = await sql<{ ref: string; amount: bigint }>`
    select provider_ref as ref, amount from charges where customer_id = ${customerId}`.execute(shop.db);
  const [charge] = rows;
  assert(charge);
  const { ref: chargeRef, amount } = charge;
  const details: DisputeDetails = { chargeRef, amount, taken: amount, currency: 'EUR', state: 'open' };
  shop.providers.sandbox = { ...shop.provider, getDispute: async () => details };
  const desk = { db: shop.db, providers: shop.providers, leaseSeconds: 30, tell: shop.engine.tell };
  shop.engine.effects = [...shop.engine.effects, ...webhooksEffects(desk)];
  const hint = { eventId: 'evt_1', type: 'dispute', kind: 'dispute' as const, ref: 'dp_1', at: shop.moment().at };
  await storeWebhook(shop.db, 'sandbox', hint);
}

test('P12 a dispute heard of before the payment it is about waits for it', async (t) => {
  const shop = await openShop(t);
  const { customerId, ...customer } = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, { customerId, ...customer }, '2027-03-01');
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customerId), ['unknown']);
  await disputeAll(shop, customerId);
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  const { rows } = await sql<{ ref: string; amount: bigint }>`
    select provider_ref as ref, amount from refunds where customer_id = ${customerId}`.execute(shop.db);
  assert.deepEqual(rows, [{ ref: 'dp_1', amount: 1220n }]);
  await verifyShop(shop);
});

test('P12 a dispute that cannot be booked yet stops nobody’s day, is told, and is booked as soon as it can be', async (t) => {
  const shop = await openShop(t);
  const { customerId, ...customer } = await addCustomer(shop, ['success']);
  await addMailbox(shop, { customerId, ...customer }, '2027-03-01');
  await shop.work();
  await sql`
    insert into refunds (customer_id, refund_id, payment_id, amount, currency, state, reason, requested_by, created_at, next_check_at)
    select customer_id, nextval('ids'), payment_id, 1, currency, 'created', 'a test', 'user:1', now(), 'infinity' from payments
     where customer_id = ${customerId}`.execute(shop.db);
  await disputeAll(shop, customerId);
  await shop.work();
  assert.deepEqual(
    shop.told.splice(0).map(({ message }) => message),
    ['webhook not followed'],
  );
  assert.equal(await balanceOf(shop, customerId), 0n);
  await sql`update refunds set state = 'failed', next_check_at = null, finished_at = now()`.execute(shop.db);
  shop.setTime(shop.moment().at.add({ minutes: 11 }));
  await shop.work();
  const { rows } = await sql`select from refunds where provider_ref = 'dp_1'`.execute(shop.db);
  assert.equal(rows.length, 1);
});
