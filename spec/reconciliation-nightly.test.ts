import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { changeSeller } from '#domain/customers/sellers.ts';
import { type PaymentProvider, ProviderUnavailable } from '#domain/payments/provider.ts';
import { reconcile } from '#domain/payments/reconcile.ts';
import { reconciliationEffect } from '#domain/payments/reconcile-nightly.ts';
import { day, openShop } from '#spec/shop.ts';

test('nightly from four o’clock on, and the days that were missed with it; a provider that is silent is asked again', async () => {
  const shop = await openShop({ after });
  let isSilent = true;
  const provider: PaymentProvider = {
    ...shop.provider,
    listMovements: async function* (from, to) {
      if (isSilent) throw new ProviderUnavailable('silence');
      yield* shop.provider.listMovements(from, to);
    },
  };
  const effect = reconciliationEffect({
    db: shop.db,
    providers: { sandbox: provider },
    tell: () => {},
  });
  const compared = async () => {
    const rows = await shop.db.selectFrom('reconciliations').select(['from_on', 'to_on']).orderBy('to_on').execute();
    return rows.map(({ from_on, to_on }) => `${from_on} ${to_on}`);
  };
  const at = (text: string) => shop.setTime(Temporal.ZonedDateTime.from(`${text}[Europe/Rome]`).toInstant());
  at('2027-03-05T03:59');
  assert.equal(await effect.drive(shop.moment), 0);
  at('2027-03-05T04:00');
  assert.equal(await effect.drive(shop.moment), 0, 'nobody answers');
  isSilent = false;
  at('2027-03-05T04:05');
  assert.equal(await effect.drive(shop.moment), 1);
  assert.equal(await effect.drive(shop.moment), 0, 'once a day');
  assert.deepEqual(await compared(), ['2027-03-04 2027-03-05']);
  // An operator looks at a day that is not over: it is looked at again when it is.
  at('2027-03-08T12:00');
  await reconcile(shop.db, provider, {
    period: { fromOn: day('2027-03-08'), toOn: day('2027-03-09'), timeZone: 'Europe/Rome' },
    now: shop.moment(),
  });
  at('2027-03-09T09:00');
  await effect.drive(shop.moment);
  assert.deepEqual((await compared()).sort(), [
    '2027-03-04 2027-03-05',
    '2027-03-05 2027-03-09',
    '2027-03-08 2027-03-09',
  ]);
});

test('a seller who moves has the mornings of the new time zone from then on', async () => {
  const shop = await openShop({ after });
  const effect = reconciliationEffect({ db: shop.db, providers: { sandbox: shop.provider }, tell: () => {} });
  const move = { patch: { timeZone: 'America/New_York' }, reason: 'a test' };
  await shop.within((tx) => changeSeller(tx, shop.act('operator:1'), move));
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[America/New_York]`).toInstant();
  const driven = (text: string) => effect.drive(() => ({ at: at(text), on: day('2027-03-05') }));
  assert.equal(await driven('2027-03-05T03:59'), 0);
  assert.equal(await driven('2027-03-05T04:00'), 1);
});

test('a comparison that fails, for whatever reason, is tried after five minutes, an hour, a day, and stops nobody', async () => {
  const shop = await openShop({ after });
  let asked = 0;
  let isBroken = true;
  const provider: PaymentProvider = {
    ...shop.provider,
    listMovements: async function* (from, to) {
      asked++;
      if (isBroken) throw new TypeError('a line has no amount');
      yield* shop.provider.listMovements(from, to);
    },
  };
  const told: string[] = [];
  const desk = { db: shop.db, providers: { sandbox: provider } };
  const effect = reconciliationEffect({ ...desk, tell: (message) => told.push(message) });
  const drive = (text: string) => {
    shop.setTime(Temporal.ZonedDateTime.from(`${text}[Europe/Rome]`).toInstant());
    return effect.drive(shop.moment);
  };
  const failing = async () => {
    const { failing_since, failures, problem } = await shop.db
      .selectFrom('reconciliation_attempts')
      .selectAll()
      .executeTakeFirstOrThrow();
    return [failing_since?.toString(), failures, problem];
  };
  for (const [time, times] of [
    ['2027-03-05T04:00', 1],
    ['2027-03-05T04:04', 1],
    ['2027-03-05T04:05', 2],
    ['2027-03-05T05:04', 2],
    ['2027-03-05T05:05', 3],
    ['2027-03-06T05:04', 3],
  ] as const) {
    assert.equal(await drive(time), 0);
    assert.equal(asked, times, time);
  }
  assert.deepEqual(await failing(), ['2027-03-05T03:00:00Z', 3, 'a line has no amount']);
  assert.deepEqual(told, ['reconciliation failed', 'reconciliation failed', 'reconciliation failed']);
  isBroken = false;
  assert.equal(await drive('2027-03-06T05:05'), 1);
  assert.deepEqual(await failing(), [undefined, 0, '']);
  const compared = await shop.db.selectFrom('reconciliations').select(['from_on', 'to_on']).executeTakeFirstOrThrow();
  const days = [compared.from_on, compared.to_on].map(String);
  assert.deepEqual(days, ['2027-03-04', '2027-03-06'], 'with the day that was to be compared when it began to fail');
});
