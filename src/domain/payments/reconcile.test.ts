import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { webhooksEffects } from '#domain/orders/follow-webhooks.ts';
import { reconcile } from '#domain/payments/reconcile.ts';
import { storeWebhook } from '#domain/payments/webhooks.ts';
import { addCustomer, addMailbox, day, openShop } from '#spec/shop.ts';

const shop = await openShop({ after });
const period = { fromOn: day('2027-03-01'), toOn: day('2027-05-01'), timeZone: 'Europe/Rome' };
const compare = () => reconcile(shop.db, shop.provider, { period, now: shop.moment() });

test('P2: what the provider took and what we received agree line by line', async () => {
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, '2027-03-05');
  await shop.live('2027-03-06');
  const { matched, differences } = await compare();
  assert.equal(matched, 1n);
  assert.deepEqual(differences, []);
});

test('P13: money the provider took and we do not know is named, with both amounts', async () => {
  const token = await shop.provider.registerTestMethod('success');
  const request = { key: 'made-elsewhere', amount: 500n, currency: 'EUR', token, description: 'x', owner: 'nobody' };
  const { ref } = await shop.provider.createCharge(request);
  await shop.provider.confirmCharge(ref);
  const { matched, differences } = await compare();
  assert.equal(matched, 1n);
  assert.deepEqual(differences, [
    { ref, kind: 'charge', currency: 'EUR', what: 'missing_here', ours: null, theirs: 500n },
  ]);
});

test('P12: a message makes an open charge be asked about now, and the same message again does nothing', async () => {
  const customer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, customer, '2027-03-08');
  await shop.live('2027-03-08');
  const { rows } = await sql<{ ref: string }>`
    select provider_ref as ref from charges where customer_id = ${customer.customerId} and state = 'unknown'`.execute(
    shop.db,
  );
  const hint = {
    eventId: 'evt_1',
    type: 'charge',
    kind: 'charge' as const,
    ref: rows[0]?.ref ?? '',
    at: shop.moment().at,
  };
  assert.equal(await storeWebhook(shop.db, 'sandbox', hint), true);
  assert.equal(await storeWebhook(shop.db, 'sandbox', hint), false);
  const [effect] = webhooksEffects({
    db: shop.db,
    providers: shop.providers,
    leaseSeconds: 30,
    tell: shop.engine.tell,
  });
  assert(effect);
  assert.equal(await effect.drive(shop.moment), 1);
  assert.equal(await effect.drive(shop.moment), 0, 'a message is followed once');
  await shop.work();
  const known = await sql<{ state: string }>`
    select state from charges where customer_id = ${customer.customerId}`.execute(shop.db);
  assert.deepEqual(known.rows, [{ state: 'succeeded' }]);
});
