import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { changePolicy } from '#domain/customers/change-policy.ts';
import type { MethodDetails } from '#domain/payments/provider.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { startMethod } from '#domain/payments/start-method.ts';
import { changeModes } from '#domain/platforms/change-modes.ts';
import { transaction } from '#kit/db.ts';
import { addCustomer, addMailbox, eventsOf, openShop, type Shop, type ShopCustomer } from '#spec/shop.ts';

/** What was told, as `day why mailboxes×net on days`. */
async function foundFor(shop: Shop, { customerId }: ShopCustomer): Promise<string[]> {
  const events = await eventsOf(shop, customerId, 'methods.found_unfit');
  return events.map(({ on, data }) => {
    const methods = data['methods'] as { why: string }[];
    const renewals = data['renewals'] as { on: string; net: number; mailboxes: number }[];
    const why = methods.map((method) => method.why).join('+') || 'none';
    return `${on}: ${why}; ${renewals.map(({ on: day, net, mailboxes }) => `${day} ${mailboxes}×${net}`).join(', ')}`;
  });
}

const sound: MethodDetails = {
  ...{ state: 'valid', kind: 'card', brand: 'Visa', lastFour: '4242', expiresOn: null, token: '' },
};

/** Makes the provider say this of every method, and counts how often it was asked. */
function answering(shop: Shop, answer: () => MethodDetails) {
  const calls = { count: 0 };
  shop.providers.sandbox = {
    ...shop.provider,
    getMethod: async () => {
      calls.count++;
      return answer();
    },
  };
  return calls;
}

/** Each method has a registration of its own at the provider. */
async function separate(shop: Shop): Promise<void> {
  await sql`update payment_methods set provider_ref = method_id::text`.execute(shop.db);
}

async function withMailbox(shop: Shop, cards: Parameters<typeof addCustomer>[1] = ['success']): Promise<ShopCustomer> {
  const customer = await addCustomer(shop, cards);
  await addMailbox(shop, customer, '2027-03-20');
  await separate(shop);
  return customer;
}

test('a card that will be over by the renewal is told of 15 days before, once, also with several workers (R32)', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  answering(shop, () => ({ ...sound, expiresOn: shop.moment().on.with({ day: 19 }) }));
  await shop.live('2027-03-04');
  assert.deepEqual(await foundFor(shop, customer), []);
  shop.setTime('2027-03-05');
  await Promise.all([shop.work(), shop.work(), shop.work()]);
  await shop.live('2027-03-08');
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-05: expired; 2027-03-20 1×1000']);
});

test('a consent taken back at the provider is found by asking before the charge would fail', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  const calls = answering(shop, () => ({ ...sound, state: 'removed' }));
  await shop.live('2027-03-05');
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-05: revoked; 2027-03-20 1×1000']);
  assert.equal(calls.count, 1);
});

test('a registration that is still open holds up nobody’s judgement', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  shop.setTime('2027-03-05');
  const { customerId } = customer;
  const start = { customerId, kind: 'card' as const, returnUrl: () => 'http://portal.test/' };
  const { methodId } = await startMethod(shop.desk, shop.act(), start);
  await separate(shop);
  const getMethod = async (ref: string): Promise<MethodDetails> => ({
    ...sound,
    state: ref === String(methodId) ? 'pending' : 'removed',
  });
  shop.providers.sandbox = { ...shop.provider, getMethod };
  await shop.work();
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-05: revoked; 2027-03-20 1×1000']);
});

test('nobody is asked about a method of which the provider spoke lately, nor told of one that works', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  await addMailbox(shop, customer, '2027-03-23');
  const calls = answering(shop, () => sound);
  await shop.live('2027-03-08');
  assert.equal(calls.count, 1, 'the second renewal came into view three days after the first');
  assert.deepEqual(await foundFor(shop, customer), []);
});

test('a provider that does not answer is waited for for two days, then what is known is told', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  await sql`update payment_methods set expires_on = '2027-03-10'`.execute(shop.db);
  let isSilent = true;
  const calls = answering(shop, () => {
    if (isSilent) throw new ProviderUnavailable('a test');
    return { ...sound, expiresOn: shop.moment().on.add({ years: 3 }) };
  });
  await shop.live('2027-03-06');
  assert.deepEqual(await foundFor(shop, customer), []);
  await shop.live('2027-03-07');
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-07: expired; 2027-03-20 1×1000']);
  assert.ok(calls.count >= 3, 'it was asked again every day');
  isSilent = false;
  const lucky = await addCustomer(shop, ['success']);
  await addMailbox(shop, lucky, '2027-03-23');
  await separate(shop);
  await shop.live('2027-03-08');
  assert.deepEqual(await foundFor(shop, lucky), []);
});

test('after an outage each renewal is told once, in one letter, and what does not renew is not', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop, ['stolen_card']);
  await addMailbox(shop, customer, '2027-03-22');
  await addMailbox(shop, customer, '2027-03-22', 'none');
  await sql`update payment_methods set state = 'failed', failure = 'stolen_card'`.execute(shop.db);
  answering(shop, () => sound);
  shop.setTime('2027-03-10');
  await shop.work();
  await shop.work();
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-10: failed; 2027-03-20 1×1000, 2027-03-22 1×1000']);
});

test('a method that is taken back after its renewal was judged is told at once, and no other again', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop, ['success', 'success']);
  const [, backup = 0n] = customer.methodIds;
  await sql`update payment_methods set state = 'failed', failure = 'stolen_card' where is_default`.execute(shop.db);
  answering(shop, () => sound);
  await shop.live('2027-03-05');
  await sql`update payment_methods set checked_at = null, check_after = ${shop.moment().at} where method_id = ${backup}`.execute(
    shop.db,
  );
  answering(shop, () => ({ ...sound, state: 'removed' }));
  await shop.live('2027-03-09');
  assert.deepEqual(await foundFor(shop, customer), [
    '2027-03-05: failed; 2027-03-20 1×1000',
    '2027-03-06: revoked; 2027-03-20 1×1000',
  ]);
});

test('who removed the last method is told; who never had one is not', async (t) => {
  const shop = await openShop(t);
  const removed = await withMailbox(shop);
  const never = await withMailbox(shop, []);
  await sql`update payment_methods set state = 'removed', is_default = false`.execute(shop.db);
  await shop.live('2027-03-06');
  assert.deepEqual(await foundFor(shop, removed), ['2027-03-05: none; 2027-03-20 1×1000']);
  assert.deepEqual(await foundFor(shop, never), []);
});

test('whoever was told at a charge that a method failed, or wants its owner, hears it of later renewals only', async (t) => {
  const shop = await openShop(t);
  const customers = [await withMailbox(shop, ['stolen_card']), await withMailbox(shop, ['authentication_required'])];
  for (const customer of customers) {
    for (const on of ['2027-03-10', '2027-03-25']) await addMailbox(shop, customer, on);
    await separate(shop);
  }
  answering(shop, () => sound);
  shop.setTime('2027-03-10');
  await shop.work();
  // As if the day had been cut off just after the charge: whether it was judged before or after makes no difference.
  await sql`update accounts set methods_judged_to = '2027-03-24'`.execute(shop.db);
  await shop.work();
  const found = () => Promise.all(customers.map((customer) => foundFor(shop, customer)));
  assert.deepEqual(await found(), [[], []]);
  await addMailbox(shop, customers[0] as ShopCustomer, '2027-03-26');
  await addMailbox(shop, customers[1] as ShopCustomer, '2027-03-26');
  await shop.live('2027-03-11');
  assert.deepEqual(await found(), [
    ['2027-03-11: failed; 2027-03-26 1×1000'],
    ['2027-03-11: needs_authentication; 2027-03-26 1×1000'],
  ]);
});

/** The none of every mailbox of a customer becomes monthly, today. */
async function renewEverything(shop: Shop, { customerId }: ShopCustomer): Promise<void> {
  const act = { ...shop.moment(), actor: 'user:1' };
  const mailboxes = await shop.db
    .selectFrom('mailboxes')
    .select('mailbox_id')
    .where('customer_id', '=', customerId)
    .where('mode', '=', 'none')
    .execute();
  const mailboxIds = mailboxes.map((mailbox) => mailbox.mailbox_id);
  await transaction(shop.db, (tx) =>
    changeModes(tx, act, { customerId, mailboxIds, wanted: 'monthly', dryRun: false }),
  );
}

test('a mailbox that renews again within days judged already is judged too', async (t) => {
  const shop = await openShop(t);
  const customer = await addCustomer(shop, ['success']);
  await addMailbox(shop, customer, '2027-03-12');
  await addMailbox(shop, customer, '2027-03-18', 'none');
  await separate(shop);
  answering(shop, () => ({ ...sound, expiresOn: shop.moment().on.with({ day: 15 }) }));
  await shop.live('2027-03-10');
  assert.deepEqual(await foundFor(shop, customer), []);
  await renewEverything(shop, customer);
  await shop.work();
  assert.deepEqual(await foundFor(shop, customer), ['2027-03-10: expired; 2027-03-18 1×1000']);
});

test('whoever has no method left is told once of each renewal, however often they are judged', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop);
  await addMailbox(shop, customer, '2027-03-20', 'none');
  await addMailbox(shop, customer, '2027-03-21', 'none');
  await sql`update payment_methods set state = 'removed', is_default = false`.execute(shop.db);
  await shop.live('2027-03-10');
  await renewEverything(shop, customer);
  await shop.work();
  await shop.live('2027-03-12');
  assert.deepEqual(await foundFor(shop, customer), [
    '2027-03-05: none; 2027-03-20 1×1000',
    '2027-03-10: none; 2027-03-21 1×1000',
  ]);
});

test('methods judged earlier by a new policy are judged for the days between as well, and later for none again', async (t) => {
  const shop = await openShop(t);
  const customer = await withMailbox(shop, ['stolen_card']);
  await addMailbox(shop, customer, '2027-03-26');
  await sql`update payment_methods set state = 'failed', failure = 'stolen_card'`.execute(shop.db);
  answering(shop, () => sound);
  await shop.live('2027-03-05');
  const wanted = (method_health_days: number) =>
    transaction(shop.db, (tx) =>
      changePolicy(tx, { ...shop.moment(), actor: 'operator:1' }, { patch: { method_health_days }, reason: 'a test' }),
    );
  await wanted(25);
  await shop.live('2027-03-06');
  await wanted(10);
  await shop.live('2027-03-17');
  assert.deepEqual(await foundFor(shop, customer), [
    '2027-03-05: failed; 2027-03-20 1×1000',
    '2027-03-06: failed; 2027-03-26 1×1000',
  ]);
});
