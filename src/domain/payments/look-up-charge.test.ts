import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { lookUpCharge } from '#domain/payments/look-up-charge.ts';
import { addCustomer, addMailbox, chargesOf, openShop, type Shop } from '#spec/shop.ts';

/** A shop with one charge that got no answer, though the money was taken. */
async function withUnknown(t: Parameters<typeof openShop>[0]): Promise<{ shop: Shop; chargeId: bigint }> {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['timeout_after']);
  await addMailbox(shop, customer, '2027-03-01');
  await shop.work();
  assert.deepEqual(await chargesOf(shop, customer.customerId), ['unknown']);
  const { rows } = await sql<{ chargeId: bigint }>`select charge_id as "chargeId" from charges`.execute(shop.db);
  return { shop, chargeId: rows[0]?.chargeId ?? 0n };
}

const stateOf = async (shop: Shop) => (await sql`select * from charges`.execute(shop.db)).rows;

test('what the provider says of an unknown charge is seen beside ours, and applied by nobody', async (t) => {
  const { shop, chargeId } = await withUnknown(t);
  const before = await stateOf(shop);
  const { details, problem } = await lookUpCharge(shop.desk, chargeId);
  assert.deepEqual([details?.outcome, details?.amount, problem], [{ state: 'succeeded' }, 1220n, null]);
  assert.deepEqual(await stateOf(shop), before);
});

test('a charge whose number got lost is asked for by its key', async (t) => {
  const { shop, chargeId } = await withUnknown(t);
  await sql`update charges set provider_ref = null`.execute(shop.db);
  assert.deepEqual((await lookUpCharge(shop.desk, chargeId)).details?.outcome, { state: 'succeeded' });
  await sql`update sandbox.charges set key = 'another'`.execute(shop.db);
  assert.deepEqual(await lookUpCharge(shop.desk, chargeId), {
    providerRef: null,
    details: null,
    problem: 'The provider knows no such charge.',
  });
});

test('no answer, and an answer about other money, are said in words', async (t) => {
  const { shop, chargeId } = await withUnknown(t);
  await sql`update sandbox.charges set amount = 5`.execute(shop.db);
  const other = await lookUpCharge(shop.desk, chargeId);
  assert.deepEqual([other.details?.amount, other.problem], [5n, 'This is another charge than ours.']);
  shop.wire.fault = () => 'timeout_before';
  const silent = await lookUpCharge(shop.desk, chargeId);
  assert.equal(silent.details, null);
  assert.match(String(silent.problem), /\w/);
});
