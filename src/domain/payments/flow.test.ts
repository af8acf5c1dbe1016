import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { chargesEffects } from '#domain/payments/drive.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import { addCustomer, addMailbox, balanceOf, chargesOf, openShop, type Shop, takenBy, verifyShop } from '#spec/shop.ts';

const firstMonth = '2027-03-01';

/** Waits until something has come about; what has not within half a minute never will. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await isSo())) {
    assert.ok(performance.now() - from < 30_000, 'it never came about');
    await setImmediate();
  }
}

/** A customer whose card is another provider's, which does as the sandbox does unless `changes` says otherwise. */
async function addAtStripe(shop: Shop, changes: Partial<PaymentProvider>) {
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, firstMonth);
  await sql`update payment_methods set provider = 'stripe' where customer_id = ${customer.customerId}`.execute(shop.db);
  shop.providers.stripe = { ...shop.provider, name: 'stripe', ...changes };
  return customer;
}

/** Customers with one mailbox due, all charged through the sandbox. */
async function addPayers(shop: Shop, count: number) {
  const payers = await Promise.all(Array.from({ length: count }, () => addCustomer(shop, ['success'])));
  for (const payer of payers) await addMailbox(shop, payer, firstMonth);
  return payers;
}

test('a provider that is slow holds up neither another one nor what follows from its charges', async (t) => {
  const shop = await openShop(t);
  const answer = Promise.withResolvers<void>();
  t.after(() => answer.resolve());
  const { createCharge } = shop.provider;
  const slow = await addAtStripe(shop, {
    createCharge: async (asked) => {
      await answer.promise;
      return createCharge(asked);
    },
  });
  // Its card is refused, so that the backup's turn comes only after the refusal was written and the collection went on.
  const quick = await addCustomer(shop, ['insufficient_funds', 'success']);
  await addMailbox(shop, quick, firstMonth);
  const working = shop.work();
  await until(async () => (await chargesOf(shop, quick.customerId)).includes('succeeded'));
  assert.equal(await balanceOf(shop, quick.customerId), 0n);
  assert.deepEqual(await chargesOf(shop, slow.customerId), ['submitted']);
  answer.resolve();
  await working;
  assert.deepEqual(await chargesOf(shop, slow.customerId), ['succeeded']);
  await verifyShop(shop);
});

test('fifty calls are under way at once, and none confirms a charge whose reference is not stored', async (t) => {
  const shop = await openShop(t);
  await addPayers(shop, 120);
  const { createCharge, confirmCharge } = shop.provider;
  const calls = { now: 0, most: 0 };
  const counted = async <T>(work: () => Promise<T>) => {
    calls.most = Math.max(calls.most, ++calls.now);
    await setImmediate();
    return work().finally(() => calls.now--);
  };
  shop.providers.sandbox = {
    ...shop.provider,
    createCharge: (asked) => counted(() => createCharge(asked)),
    confirmCharge: (ref) =>
      counted(async () => {
        const { rows } = await sql`select from charges where provider_ref = ${ref}`.execute(shop.db);
        assert.equal(rows.length, 1, 'money moved before its reference was stored');
        return confirmCharge(ref);
      }),
  };
  await shop.work();
  assert.equal(calls.most, 50);
  const { rows } = await sql<{ state: string }>`select distinct state from charges`.execute(shop.db);
  assert.deepEqual(rows, [{ state: 'succeeded' }]);
  await verifyShop(shop);
});

test('a provider that answers nobody is left alone for a while: the day ends, and nothing is sent twice', async (t) => {
  const shop = await openShop(t);
  const payers = await addPayers(shop, 250);
  let asked = 0;
  shop.wire.fault = () => {
    asked++;
    return 'timeout_after';
  };
  await shop.work();
  assert.ok(asked >= 50 && asked < 100, `${asked} calls into the silence`);
  const { rows } = await sql<{ created: number; now: number }>`
    select count(*) filter (where state = 'created')::int as created,
           count(*) filter (where next_check_at <= ${shop.moment().at})::int as now from charges`.execute(shop.db);
  assert.deepEqual(rows, [{ created: 50, now: 0 }]);
  shop.wire.fault = () => undefined;
  shop.setTime(shop.moment().at.add({ minutes: 5 }));
  await shop.work();
  for (const { customerId } of payers) assert.deepEqual(await takenBy(shop, customerId), { count: 1, amount: 1220n });
  await verifyShop(shop);
});

test('a charge is held for as long as its provider takes, however short the lease', async (t) => {
  const shop = await openShop(t);
  const answer = Promise.withResolvers<void>();
  t.after(() => answer.resolve());
  let asked = 0;
  const { createCharge } = shop.provider;
  const { customerId } = await addAtStripe(shop, {
    createCharge: async (request) => {
      asked++;
      await answer.promise;
      return createCharge(request);
    },
  });
  shop.engine.effects = [];
  await shop.work();
  const conclude = async () => {};
  const fail = async () => {};
  const desk = { db: shop.db, providers: shop.providers, leaseSeconds: 1, conclude, fail };
  const driveAll = () => Promise.all(chargesEffects(desk).map((effect) => effect.drive(shop.moment)));
  const driving = driveAll();
  await until(async () => asked === 1);
  for (let i = 0; i < 3; i++) {
    shop.setTime(shop.moment().at.add({ milliseconds: 900 }));
    const { at } = shop.moment();
    await until(async () => {
      const { rows } = await sql`
        select from charges where customer_id = ${customerId} and next_check_at >= ${at.add({ seconds: 1 })}`.execute(
        shop.db,
      );
      return rows.length === 1;
    });
  }
  await driveAll();
  assert.equal(asked, 1, 'nobody else took it for abandoned');
  answer.resolve();
  await driving;
});
