import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { changeCustomer } from '#domain/customers/change.ts';
import { changePolicy, getPolicy } from '#domain/customers/change-policy.ts';
import { findCustomers, getCustomer, getCustomers } from '#domain/customers/get.ts';
import { registerCustomers } from '#domain/customers/register.ts';
import { changeSeller, findSeller, getSeller, registerSeller } from '#domain/customers/sellers.ts';
import type { NewCustomer, NewSeller } from '#domain/customers/types.ts';
import type { Act } from '#domain/events/record.ts';
import { type Tx, transaction } from '#kit/db.ts';
import type { Refusal } from '#kit/errors.ts';
import { freshDatabase } from '#spec/harness.ts';

const { system: db, api } = await freshDatabase({ after });
const act: Act = {
  actor: 'operator:1',
  at: Temporal.Instant.from('2027-01-15T09:00:00Z'),
  on: Temporal.PlainDate.from('2027-01-15'),
};
const inTransaction = <T>(work: (tx: Tx) => Promise<T>) => transaction(db, work);

const seller: NewSeller = {
  name: 'Posta Serena S.r.l.',
  street: 'Via Roma 1',
  postalCode: '20100',
  city: 'Milano',
  country: 'IT',
  vatNumber: 'IT01234567890',
  email: 'fatture@example.com',
  iban: 'IT60X0542811101000000123456',
  bic: 'BLOPIT22XXX',
  currency: 'EUR',
  timeZone: 'Europe/Rome',
};
const customer = (code: string, rest: Partial<NewCustomer> = {}): NewCustomer => {
  return {
    code,
    name: `Ditta ${code}`,
    email: 'a@example.com',
    country: 'IT',
    language: 'it',
    currency: 'EUR',
    ...rest,
  };
};

/** What was refused, as `field: start of the rule`. */
async function refusedFields(attempt: Promise<unknown>): Promise<string[]> {
  const refusal = await attempt.then(
    () => assert.fail('was not refused'),
    (error: Refusal) => error,
  );
  assert.equal(refusal.name, 'Refusal');
  return refusal.fields.map((field) => `${field.name}: ${field.rule.split(':')[0]}`);
}

before(async () => {
  assert.equal(await findSeller(db), null);
  await assert.rejects(getSeller(db), { code: 'no_seller' });
  await inTransaction((tx) => registerSeller(tx, act, seller));
});

test('the seller is read with its policy', async () => {
  const { sellerId, policy, ...written } = await getSeller(db);
  assert.equal(typeof sellerId, 'bigint');
  assert.deepEqual(written, seller);
  assert.deepEqual(policy, await getPolicy(db));
});

test('a seller written wrongly is refused by field; a new installation may leave gaps', async () => {
  const change = (patch: Partial<NewSeller>) =>
    inTransaction((tx) => changeSeller(tx, act, { patch, reason: 'moved' }));
  const bad = {
    name: '',
    country: 'UK',
    iban: 'IT60X0542811101000000123457',
    bic: 'X',
    email: 'x',
    currency: 'E',
    timeZone: 'Roma',
  };
  assert.deepEqual(await refusedFields(change(bad)), [
    'name: R38',
    'country: R38',
    'currency: R1',
    'email: R38',
    'iban: R38',
    'bic: R38',
    'time_zone: R12',
  ]);
  await change({ iban: '', bic: '', vatNumber: '', email: '' });
  assert.equal((await getSeller(db)).iban, '');
  await change(seller);
  assert.equal((await getSeller(db)).iban, seller.iban);
});

test('customers are registered many at once and found by id and code', async () => {
  const rows = [
    customer('alfa', { vatNumber: '01234567890', street: 'Via Po 2', postalCode: '10100', city: 'Torino' }),
    customer('beta', { country: 'DE', vatNumber: 'DE123456789', language: 'de', name: 'Süß "GmbH", Köln' }),
    customer('gamma', { country: 'PL', language: 'pl', currency: 'PLN' }),
  ];
  const ids = await inTransaction((tx) => registerCustomers(tx, act, rows));
  assert.deepEqual([...ids.keys()].sort(), ['alfa', 'beta', 'gamma']);
  const found = await findCustomers(db, ['alfa', 'beta', 'nobody']);
  assert.deepEqual([...found.keys()].sort(), ['alfa', 'beta']);
  const { customerId, createdAt, ...alfa } = await getCustomer(db, ids.get('alfa') as bigint);
  assert.deepEqual(alfa, rows[0]);
  assert.ok(createdAt.equals(act.at));
  assert.equal((await getCustomers(db, [...ids.values()])).get(ids.get('beta') as bigint)?.name, 'Süß "GmbH", Köln');
  const { rows: events } = await sql<{ data: unknown; actor: string }>`
    select data, actor from events where type = 'customers.registered' and customer_id = ${customerId}`.execute(db);
  assert.deepEqual(events, [{ data: { code: 'alfa' }, actor: 'operator:1' }]);
});

test('a customer that exists is not registered again, nor are the others of the list', async () => {
  await inTransaction((tx) => registerCustomers(tx, act, [customer('delta')]));
  const again = inTransaction((tx) => registerCustomers(tx, act, [customer('epsilon'), customer('delta')]));
  assert.deepEqual(await refusedFields(again), ['rows[1].code: R38']);
  assert.equal((await findCustomers(db, ['epsilon'])).size, 0);
});

test('of two registrations of one customer at once, one is refused', async () => {
  const both = Promise.allSettled(
    [1, 2].map(() => inTransaction((tx) => registerCustomers(tx, act, [customer('zeta')]))),
  );
  assert.deepEqual((await both).map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await findCustomers(db, ['zeta'])).size, 1);
});

test('bad customers are all named by row and field, and nothing is written', async () => {
  const rows = [
    customer('eta'),
    customer('eta', { email: 'no address' }),
    customer('', { name: 'Senza codice', country: 'Italy', language: 'xx', currency: 'EURO' }),
    customer('theta', { country: 'DE', vatNumber: 'IT01234567890', name: ' spaces ' }),
    customer('iota', { city: 'line\nbreak' }),
  ];
  assert.deepEqual(await refusedFields(inTransaction((tx) => registerCustomers(tx, act, rows))), [
    'rows[1].email: R38',
    'rows[1].code: R38',
    'rows[2].code: R38',
    'rows[2].country: R38',
    'rows[2].language: R33',
    'rows[2].currency: R1',
    'rows[3].name: R38',
    'rows[3].vat_number: R38',
    'rows[4].city: R38',
  ]);
  assert.equal((await findCustomers(db, ['eta'])).size, 0);
});

test('a change of customer leaves the old value and the reason in the trail', async () => {
  const ids = await inTransaction((tx) => registerCustomers(tx, act, [customer('kappa')]));
  const customerId = ids.get('kappa') as bigint;
  const change = (patch: object, reason = '') =>
    inTransaction((tx) => changeCustomer(tx, act, { customerId, patch, reason }));
  await change({ country: 'DE', vatNumber: 'DE123456789', name: 'Ditta kappa' }, 'moved to Berlin');
  assert.equal((await getCustomer(db, customerId)).country, 'DE');
  assert.deepEqual(await refusedFields(change({ country: 'FR' })), ['vat_number: R38']);
  await change({ language: 'it' });
  const { rows } = await sql<{ data: unknown }>`
    select data from events where type = 'customers.changed' and customer_id = ${customerId}`.execute(db);
  assert.deepEqual(rows, [
    {
      data: {
        changes: { country: { from: 'IT', to: 'DE' }, vat_number: { from: '', to: 'DE123456789' } },
        reason: 'moved to Berlin',
      },
    },
  ]);
});

test('of several changes of one customer at once none undoes another', async () => {
  const ids = await inTransaction((tx) => registerCustomers(tx, act, [customer('mu')]));
  const customerId = ids.get('mu') as bigint;
  const patches = [{ name: 'Nuova' }, { email: 'b@example.com' }, { street: 'Via Po 1' }, { city: 'Torino' }];
  await Promise.all(
    patches.map((patch) => inTransaction((tx) => changeCustomer(tx, act, { customerId, patch, reason: '' }))),
  );
  const { name, email, street, city } = await getCustomer(db, customerId);
  assert.deepEqual([name, email, street, city], ['Nuova', 'b@example.com', 'Via Po 1', 'Torino']);
});

test('a customer that is not there, or not one’s own, is unknown', async () => {
  const ids = await inTransaction((tx) => registerCustomers(tx, act, [customer('lambda')]));
  await assert.rejects(getCustomer(db, 0n), { code: 'unknown_customer' });
  await assert.rejects(getCustomer(api, ids.get('lambda') as bigint), { code: 'unknown_customer' });
});

test('a change of policy keeps only what differs from the defaults and says who and why', async () => {
  const change = (patch: object, reason = 'longer grace') =>
    inTransaction((tx) => changePolicy(tx, act, { patch, reason }));
  const overrides = async () =>
    (await sql<{ policy: unknown }>`select policy from sellers`.execute(db)).rows[0]?.policy;
  const changed = await change({ grace_days: 10, brake_amount: 500_000, retention_days: 30 });
  assert.deepEqual([changed.grace_days, changed.brake_amount], [10, 500_000n]);
  assert.deepEqual(await getPolicy(db), changed);
  assert.deepEqual(await overrides(), { grace_days: 10, brake_amount: 500_000 });
  assert.deepEqual(await refusedFields(change({ grace_days: 8, reminder_days: [9] })), ['reminder_days: R33']);
  await change({ grace_days: 7, brake_amount: null }, 'back');
  assert.deepEqual(await overrides(), {});
  const { rows } = await sql<{ actor: string; data: { reason: string } }>`
    select actor, data from seller_events where type = 'policies.changed' order by event_id`.execute(db);
  assert.deepEqual(
    rows.map(({ actor, data }) => [actor, data.reason]),
    [
      ['operator:1', 'longer grace'],
      ['operator:1', 'back'],
    ],
  );
});

test('two operators who change different policies at once both succeed', async () => {
  const patches = [{ notice_days: 20 }, { order_expiry_days: 10 }];
  await Promise.all(patches.map((patch) => inTransaction((tx) => changePolicy(tx, act, { patch, reason: 'both' }))));
  const policy = await getPolicy(db);
  assert.deepEqual([policy.notice_days, policy.order_expiry_days], [20, 10]);
});
