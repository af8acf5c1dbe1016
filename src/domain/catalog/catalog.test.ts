import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { changePlan } from '#domain/catalog/change-plan.ts';
import { changePrices } from '#domain/catalog/change-prices.ts';
import { findPlans, getCatalog, listPlans, listPrices } from '#domain/catalog/list.ts';
import { priceOn } from '#domain/catalog/price-on.ts';
import { registerPlans } from '#domain/catalog/register-plans.ts';
import { registerVatRates } from '#domain/catalog/register-vat-rates.ts';
import type { PriceRow } from '#domain/catalog/types.ts';
import { rateOn } from '#domain/catalog/vat-rates.ts';
import type { Act } from '#domain/events/record.ts';
import { isCountry, isEuropeanUnion } from '#kit/countries.ts';
import { type Tx, transaction } from '#kit/db.ts';
import type { Refusal } from '#kit/errors.ts';
import { inVain } from '#spec/build.ts';
import { freshDatabase } from '#spec/harness.ts';

const db = (await freshDatabase({ after })).system;
const day = (text: string) => Temporal.PlainDate.from(text);
const act: Act = { actor: 'operator:1', at: Temporal.Instant.from('2027-01-15T09:00:00Z'), on: day('2027-01-15') };
const reason = 'new price list';
const atOnce = { reason, noticeDays: 0 };
const row = (plan: string, validFrom: string, rest: Partial<PriceRow> = {}): PriceRow => {
  return {
    product: 'exchange',
    plan,
    currency: 'EUR',
    monthly: 299n,
    yearly: 2990n,
    validFrom: day(validFrom),
    ...rest,
  };
};

/** One customer with a mailbox of the plan: from now on the plan is sold. */
async function sell(tx: Tx, code: string): Promise<void> {
  const plan = (await findPlans(tx, [code])).get(code);
  await sql`
    with seller as (
      insert into sellers (name, street, postal_code, city, country, vat_number, email, iban, bic, currency, time_zone, created_at)
      values ('Posta', '', '', '', 'IT', '', '', '', '', 'EUR', 'Europe/Rome', ${act.at}) returning seller_id),
    customer as (
      insert into customers (seller_id, code, name, email, country, language, currency, created_at)
      select seller_id, 'c1', 'Uno', 'a@example.com', 'IT', 'it', 'EUR', ${act.at} from seller returning customer_id),
    platform as (
      insert into platforms (customer_id, name, product_id, created_at)
      select customer_id, 'p1', ${plan?.productId}, ${act.at} from customer returning customer_id, platform_id)
    insert into mailboxes (customer_id, platform_id, plan_id, address, state, mode, anchor_on, expires_on, due_on,
                           provision_after, created_at)
    select customer_id, platform_id, ${plan?.planId}, 'a@example.com', 'active', 'monthly', ${act.on}, ${act.on},
           ${act.on}, ${act.at}, ${act.at}
      from platform`.execute(tx);
}

/** What was refused, as `field: start of the rule`. */
async function refusedFields(attempt: Promise<unknown>): Promise<string[]> {
  const refusal = await attempt.then(
    () => assert.fail('was not refused'),
    (error: Refusal) => error,
  );
  assert.equal(refusal.name, 'Refusal');
  return refusal.fields.map((field) => `${field.name}: ${field.rule.split(':')[0]}`);
}

test('a list of prices registers its products and plans, and may be taken twice', async () => {
  await inVain(db, async (tx) => {
    const rows = [row('basic', '2020-01-01'), row('basic', '2027-03-01', { monthly: 349n }), row('plus', '2020-01-01')];
    const first = await changePrices(tx, act, { rows, ...atOnce });
    assert.deepEqual(
      first.map(({ plan, after }) => `${plan.code} ${after.validFrom}`),
      ['basic 2020-01-01', 'basic 2027-03-01', 'plus 2020-01-01'],
    );
    const plans = await listPlans(tx);
    assert.deepEqual(
      plans.map(({ product, code, name, alignment }) => [product, code, name, alignment]),
      [
        ['exchange', 'basic', 'basic', 'none'],
        ['exchange', 'plus', 'plus', 'none'],
      ],
    );
    await sell(tx, 'basic');
    assert.deepEqual(await changePrices(tx, act, { rows, ...atOnce }), []);
    assert.equal((await listPrices(tx)).length, 3);
  });
});

test('the catalogue read for a run knows the price and the rate of a day', async () => {
  await inVain(db, async (tx) => {
    await changePrices(tx, act, {
      rows: [row('basic', '2020-01-01'), row('basic', '2027-03-01', { yearly: 1n })],
      ...atOnce,
    });
    const { plans, prices, rates } = await getCatalog(tx);
    const [plan] = [...plans.values()];
    assert.ok(plan);
    const asked = { planId: plan.planId, currency: 'EUR' };
    assert.equal(priceOn(prices, asked, day('2027-02-28'))?.yearly, 2990n);
    assert.equal(priceOn(prices, asked, day('2027-03-01'))?.yearly, 1n);
    assert.equal(rateOn(rates, 'IT', day('2027-03-01')), 2200);
  });
});

test('a price change of a sold plan says what it replaces and leaves its trace with the reason', async () => {
  await inVain(db, async (tx) => {
    await changePrices(tx, act, { rows: [row('basic', '2020-01-01')], ...atOnce });
    await sell(tx, 'basic');
    const dearer = [row('basic', '2027-03-01', { monthly: 349n })];
    const [change] = await changePrices(tx, act, { rows: dearer, reason: 'costs', noticeDays: 0 });
    assert.deepEqual([change?.before?.monthly, change?.after.monthly], [299n, 349n]);
    const { rows } = await sql<{ actor: string; data: unknown }>`
      select actor, data from seller_events where type = 'prices.changed' order by event_id desc limit 1`.execute(tx);
    assert.deepEqual(rows[0], {
      actor: 'operator:1',
      data: {
        reason: 'costs',
        prices: [
          {
            plan: 'basic',
            currency: 'EUR',
            valid_from: '2027-03-01',
            monthly: 349,
            yearly: 2990,
            before: { monthly: 299, yearly: 2990 },
          },
        ],
      },
    });
  });
});

test('once a plan is sold, a price known for a past day does not change', async () => {
  await inVain(db, async (tx) => {
    await changePrices(tx, act, { rows: [row('basic', '2020-01-01'), row('plus', '2020-01-01')], ...atOnce });
    await sell(tx, 'basic');
    const tryPrice = (one: PriceRow) => changePrices(tx, act, { rows: [row('plus', '2026-01-01'), one], ...atOnce });
    const late = ['rows[1].valid_from: R15'];
    assert.deepEqual(await refusedFields(tryPrice(row('basic', '2020-01-01', { monthly: 1n }))), late, 'same day');
    assert.deepEqual(await refusedFields(tryPrice(row('basic', '2027-01-14'))), late, 'yesterday');
    await tryPrice(row('basic', '2027-01-15', { monthly: 1n }));
    assert.deepEqual(
      await refusedFields(tryPrice(row('basic', '2027-01-15', { monthly: 2n }))),
      late,
      'in force today',
    );
    await tryPrice(row('basic', '2019-06-01'));
    await tryPrice(row('basic', '2020-01-01', { currency: 'PLN' }));
    assert.equal((await listPrices(tx)).length, 6);
  });
});

test('a price not in force yet may be corrected, and one of a plan nobody has', async () => {
  await inVain(db, async (tx) => {
    await changePrices(tx, act, { rows: [row('basic', '2020-01-01'), row('basic', '2027-03-01')], ...atOnce });
    await changePrices(tx, act, { rows: [row('basic', '2020-01-01', { monthly: 199n })], ...atOnce });
    await sell(tx, 'basic');
    await changePrices(tx, act, { rows: [row('basic', '2027-03-01', { monthly: 249n })], ...atOnce });
    assert.deepEqual(
      (await listPrices(tx)).map((price) => price.monthly),
      [199n, 249n],
    );
  });
});

test('a notice must be kept when one is asked for', async () => {
  await inVain(db, async (tx) => {
    await changePrices(tx, act, { rows: [row('basic', '2020-01-01')], ...atOnce });
    await sell(tx, 'basic');
    const change = (on: string) =>
      changePrices(tx, act, { rows: [row('basic', on, { monthly: 1n })], reason, noticeDays: 30 });
    assert.deepEqual(await refusedFields(change('2027-02-13')), ['rows[0].valid_from: R15']);
    assert.equal((await change('2027-02-14')).length, 1);
  });
});

test('bad rows are all named, and nothing is written', async () => {
  await inVain(db, async (tx) => {
    await registerPlans(tx, act, [{ product: 'exchange', plan: 'basic' }]);
    const rows = [
      row('basic', '2027-03-01'),
      row('basic', '2027-03-01', { monthly: 1n }),
      row('plus', '2027-03-01', { currency: 'EURO', yearly: -1n }),
      row('plus', '2027-03-02', { product: 'office' }),
      row(' ', '2027-03-01'),
    ];
    assert.deepEqual(await refusedFields(changePrices(tx, act, { rows, ...atOnce })), [
      'rows[1].valid_from: R15',
      'rows[2].currency: R1',
      'rows[2].yearly: R1',
      'rows[3].product: R38',
      'rows[4].plan: R38',
    ]);
    const stranger = [row('basic', '2027-03-01', { product: 'office' })];
    assert.deepEqual(await refusedFields(changePrices(tx, act, { rows: stranger, ...atOnce })), [
      'rows[0].product: R38',
    ]);
    assert.equal((await listPrices(tx)).length, 0);
    assert.deepEqual(
      (await listPlans(tx)).map((plan) => plan.code),
      ['basic'],
    );
  });
});

test('plans are registered once, with names and alignment, and a plan keeps its product', async () => {
  await inVain(db, async (tx) => {
    const plan = {
      product: 'm365',
      productName: 'Microsoft 365',
      plan: 'e1',
      name: 'Office E1',
      alignment: 'first_of_month',
    } as const;
    const registered = await registerPlans(tx, act, [plan]);
    assert.deepEqual(await registerPlans(tx, act, [{ ...plan, name: 'Other' }]), registered);
    assert.equal(registered.get('e1')?.productName, 'Microsoft 365');
    const wrong = [
      { product: 'x', plan: 'e1' },
      { product: 'm365', plan: 'e2' },
      { product: 'm365', plan: 'e2' },
    ];
    assert.deepEqual(await refusedFields(registerPlans(tx, act, wrong)), ['rows[0].product: R38', 'rows[2].plan: R38']);
    await changePlan(tx, act, { code: 'e1', change: { alignment: 'none', reason } });
    assert.equal((await listPlans(tx))[0]?.alignment, 'none');
    await assert.rejects(changePlan(tx, act, { code: 'e9', change: { reason } }), { code: 'unknown_plan' });
  });
});

test('of two changes of one plan at once neither undoes the other', async () => {
  const change = (patch: object) =>
    transaction(db, (tx) => changePlan(tx, act, { code: 'at once', change: { ...patch, reason } }));
  await transaction(db, (tx) => registerPlans(tx, act, [{ product: 'shared', plan: 'at once' }]));
  // The one that comes second holds the plan as it was before the first, unless it waits.
  for (const [name, alignment] of [['One', 'first_of_month'] as const, ['Two', 'none'] as const]) {
    await Promise.all([...Array.from({ length: 8 }, () => change({ name })), change({ alignment })]);
    const plan = (await findPlans(db, ['at once'])).get('at once');
    assert.deepEqual([plan?.name, plan?.alignment], [name, alignment]);
  }
});

test('every EU country has a plausible standard rate, and the changes since 2024 have their day', async () => {
  const { rates } = await getCatalog(db);
  const members = [...rates.keys()].filter(isEuropeanUnion);
  assert.equal(members.length, 27);
  assert.ok([...rates.keys()].every(isCountry));
  for (const country of members) {
    const rate = rateOn(rates, country, day('2026-01-01'));
    assert.ok(rate >= 1500 && rate <= 2700, `${country} ${rate}`);
  }
  const changes: [country: string, lastDay: string, old: number, now: number][] = [
    ['EE', '2023-12-31', 2000, 2200],
    ['LU', '2023-12-31', 1600, 1700],
    ['FI', '2024-08-31', 2400, 2550],
    ['SK', '2024-12-31', 2000, 2300],
    ['EE', '2025-06-30', 2200, 2400],
    ['RO', '2025-07-31', 1900, 2100],
  ];
  for (const [country, lastDay, old, now] of changes) {
    assert.equal(rateOn(rates, country, day(lastDay)), old, `${country} until ${lastDay}`);
    assert.equal(rateOn(rates, country, day(lastDay).add({ days: 1 })), now, `${country} after ${lastDay}`);
  }
});

test('a new VAT rate is entered before it is in force', async () => {
  await inVain(db, async (tx) => {
    const rate = (country: string, validFrom: string, rateBasisPoints = 2300) => ({
      country,
      validFrom: day(validFrom),
      rateBasisPoints,
    });
    await registerVatRates(tx, act, {
      rows: [rate('IT', '2027-04-01'), rate('NO', '2020-01-01', 2500)],
      reason: 'law',
    });
    const { rates } = await getCatalog(tx);
    assert.deepEqual(
      ['2027-03-31', '2027-04-01'].map((on) => rateOn(rates, 'IT', day(on))),
      [2200, 2300],
    );
    assert.equal(rateOn(rates, 'NO', day('2027-01-01')), 2500);
    const bad = [
      rate('IT', '2027-01-14'),
      rate('IT', '2027-04-01'),
      rate('XX', '2027-04-01'),
      rate('DE', '2027-04-01', 10_001),
      rate('DE', '2027-05-01'),
      rate('DE', '2027-05-01'),
    ];
    assert.deepEqual(await refusedFields(registerVatRates(tx, act, { rows: bad, reason: 'law' })), [
      'rows[0].valid_from: R38',
      'rows[1].valid_from: R38',
      'rows[2].country: R38',
      'rows[3].rate_bp: R1',
      'rows[5].valid_from: R38',
    ]);
  });
});
