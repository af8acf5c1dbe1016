import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import { type PaymentProvider, ProviderUnavailable } from '#domain/payments/provider.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { type ComparedLine, listComparedLines, reconcile } from '#domain/payments/reconcile.ts';
import { reconciliationEffect } from '#domain/payments/reconcile-nightly.ts';
import { returnReversal, reversePayment } from '#domain/payments/reverse.ts';
import { readMoment } from '#kit/clock.ts';
import { transaction } from '#kit/db.ts';
import { commandLine } from '#spec/_cli.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { startFakeStripe } from '#spec/fakes/stripe/server.ts';
import { freshDatabase } from '#spec/harness.ts';
import { ask, testServer } from '#spec/http/server.ts';
import { addCustomer, day, openShop, type Shop } from '#spec/shop.ts';
import { verifyAll } from '#worker/verify.ts';

type Side = {
  shop: Shop;
  provider: PaymentProvider;
  /** A token of a method that pays. */
  pays(): Promise<string>;
  /** A payer's bank takes a charge back. Answers the dispute's reference. */
  dispute(ref: string): string;
  win(dispute: string): void;
  /** Money goes from the provider to our bank, in minor units. */
  payOut(): bigint;
  /** What the provider keeps of 36.48. */
  fee: bigint;
};

async function stripeSide(): Promise<Side> {
  const shop = await openShop({ after });
  const now = () => shop.moment().at;
  const stripe = await startFakeStripe({ now, webhooks: false });
  after(() => stripe.close());
  const { secretKey, server } = stripe;
  const provider = createStripeProvider({ secretKey, server, now, portalUrl: 'https://portal.example/' });
  let methods = 0n;
  return {
    shop,
    provider,
    pays: async () => {
      const returnUrl = 'https://portal.example/';
      const page = await provider.startMethod({ customerId: 7n, methodId: ++methods, kind: 'card', returnUrl });
      const body = new URLSearchParams({ act: 'go', card: 'pm_card_visa' });
      await fetch(page.url, { method: 'POST', body, redirect: 'manual' });
      return (await provider.getMethod(page.ref)).token;
    },
    dispute: (ref) => stripe.openDispute(ref),
    win: (dispute) => stripe.closeDispute(dispute, 'won'),
    payOut: () => {
      const balance = stripe.book.balance('merchant', 'eur');
      stripe.payOut('eur');
      return balance;
    },
    fee: 80n,
  };
}

async function paypalSide(): Promise<Side> {
  const shop = await openShop({ after });
  const now = () => shop.moment().at;
  const paypal = await startFakePaypal({ now });
  after(() => paypal.close());
  const { clientId, clientSecret, url: baseUrl } = paypal;
  const provider = createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now });
  return {
    shop,
    provider,
    pays: async () => paypal.save('pays'),
    dispute: (ref) => paypal.dispute(paypal.state.orders.get(ref)?.captures[0]?.id ?? ''),
    win: (dispute) => paypal.resolve(dispute, true),
    payOut: () => {
      paypal.withdraw(20_00n, 'EUR');
      return 20_00n;
    },
    fee: 159n,
  };
}

for (const [name, open] of [
  ['stripe', stripeSide],
  ['paypal', paypalSide],
] as const) {
  describe(`with ${name}`, async () => {
    const side = await open();
    const { shop, provider } = side;
    const customer = await addCustomer(shop);
    const { customerId } = customer;
    const period = { fromOn: day('2027-03-01'), toOn: day('2027-03-02'), timeZone: 'Europe/Rome' };
    const compare = () => reconcile(shop.db, provider, { period, now: shop.moment() });
    const lines = async () => (await listComparedLines(shop.db, provider.name, period)).map(shortly);

    const take = async () => {
      const asked = { amount: 36_48n, currency: 'EUR', token: await side.pays(), description: 'x', owner: 'C1' };
      const { ref } = await provider.createCharge({ key: randomUUID(), ...asked });
      assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
      return ref;
    };
    const book = (providerRef: string, amount = 36_48n) => {
      const draft = { customerId, provider: provider.name, providerRef, chargeId: null, orderId: null };
      return shop.within((tx) => receivePayments(tx, shop.act(), [{ ...draft, amount, currency: 'EUR', note: '' }]));
    };
    const clearing = async (account: string) => {
      const { rows } = await sql<{ amount: bigint }>`
        select coalesce(sum(case when debit = ${account} then amount else -amount end), 0)::bigint as amount
          from provider_transfers where ${account} in (debit, credit)`.execute(shop.db);
      return rows[0]?.amount;
    };

    test('what both sides know agrees; the fee they kept is posted, once, however often we compare', async () => {
      const ref = await take();
      await book(ref);
      for (let times = 0; times < 2; times++) {
        const { matched, differences } = await compare();
        assert.deepEqual([matched, differences], [2n, []]);
        assert.equal(await clearing('fees'), side.fee);
        assert.equal(await clearing(`clearing:${name}`), -side.fee);
      }
      const posted = (await verifyAll(shop.db, shop.moment())).find(
        (check) => check.name === 'fees_and_payouts_posted_once',
      );
      assert.deepEqual([posted?.examined, posted?.violations], [1n, 0n]);
      assert.deepEqual(
        (await lines()).sort(([a], [b]) => (a < b ? -1 : 1)),
        [
          ['charge', 'matched', 36_48n, 36_48n],
          ['fee', 'matched', -side.fee, -side.fee],
        ],
      );
    });

    test('money they took and we do not know, money we booked and they do not know, and another amount', async () => {
      const [unknown, other] = [await take(), await take()];
      await book(other, 30_00n);
      await book('never-there');
      const { differences } = await compare();
      const found = differences.map((line) => [line.ref, ...shortly(line)]);
      const byRef = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
      assert.deepEqual(
        found.sort(byRef),
        [
          [unknown, 'charge', 'missing_here', null, 36_48n],
          ['never-there', 'charge', 'missing_there', 36_48n, null],
          [other, 'charge', 'different_amount', 30_00n, 36_48n],
        ].sort(byRef),
      );
      await book(unknown);
    });

    test('a payout leaves clearing for the bank, once', async () => {
      const amount = side.payOut();
      await compare();
      await compare();
      assert.equal(await clearing('bank'), amount);
      assert.deepEqual(
        (await lines()).filter(([kind]) => kind === 'payout'),
        [['payout', 'matched', -amount, -amount]],
      );
    });

    test('a dispute is a line while it is open, and no difference when it is won', async () => {
      const ref = await take();
      const [payment] = await book(ref);
      assert(payment);
      const reference = side.dispute(ref);
      const taken = { customerId, paymentId: payment.paymentId, amount: 36_48n, reference };
      const disputes = async () => (await lines()).filter(([kind]) => kind === 'dispute');
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'missing_here', null, -36_48n]]);
      await shop.within((tx) => reversePayment(tx, shop.act(), taken));
      assert.deepEqual(await disputes(), [['dispute', 'matched', -36_48n, -36_48n]]);
      side.win(reference);
      await shop.within((tx) => returnReversal(tx, shop.act(), { customerId, reference }));
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'matched', null, 0n]]);
    });
  });
}

function shortly({ kind, what, ours, theirs }: ComparedLine) {
  return [kind, what, ours, theirs] as const;
}

test('a deposit comes from the bank and lies at the provider; taken back it goes the other way', async () => {
  const shop = await openShop({ after });
  const at = shop.moment().at;
  const statement = [
    ['topup', 100_00n],
    ['taken-back', -40_00n],
  ] as const;
  const provider: PaymentProvider = {
    ...shop.provider,
    listMovements: async function* () {
      for (const [ref, amount] of statement) yield { ref, kind: 'deposit', amount, currency: 'EUR', at };
    },
  };
  const period = { fromOn: day('2027-03-01'), toOn: day('2027-03-02'), timeZone: 'Europe/Rome' };
  for (let times = 0; times < 2; times++) {
    const { matched, differences } = await reconcile(shop.db, provider, { period, now: shop.moment() });
    assert.deepEqual([matched, differences], [2n, []]);
  }
  const posted = await shop.db.selectFrom('provider_transfers').select(['debit', 'credit', 'amount']).execute();
  assert.deepEqual(posted, [
    { debit: 'clearing:sandbox', credit: 'bank', amount: 100_00n },
    { debit: 'bank', credit: 'clearing:sandbox', amount: 40_00n },
  ]);
  const checked = (await verifyAll(shop.db, shop.moment())).find(({ name }) => name === 'fees_and_payouts_posted_once');
  assert.deepEqual([checked?.examined, checked?.violations], [2n, 0n]);
});

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
    timeZone: 'Europe/Rome',
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
  const desk = { db: shop.db, providers: { sandbox: provider }, timeZone: 'Europe/Rome' };
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

test('the metrics tell what differs until those days were compared again and agree', async () => {
  const server = await testServer({ after });
  await sql`
    insert into reconciliations (provider, from_on, to_on, matched, differing, ran_at)
    values ('stripe', '2027-03-01', '2027-03-02', 1, 2, now() - interval '2 hours'),
           ('stripe', '2027-03-05', '2027-03-06', 1, 1, now() - interval '2 hours'),
           ('stripe', '2027-03-01', '2027-03-03', 3, 0, now() - interval '1 hour')`.execute(server.database.system);
  await sql`
    insert into reconciliation_attempts (provider, failures, failing_since, next_at, problem)
    values ('stripe', 2, now() - interval '3 hours', now(), 'x'), ('paypal', 0, null, now(), '')`.execute(
    server.database.system,
  );
  const { body } = await ask(server, 'GET /metrics');
  assert.match(body, /^rinnovo_reconciliation_failing_seconds\{provider="stripe"\} 1080\d(\.\d+)?$/m);
  assert.match(body, /^rinnovo_reconciliation_failing_seconds\{provider="paypal"\} 0$/m);
  assert.match(body, /^rinnovo_reconciliation_differences\{provider="stripe"\} 1$/m);
  assert.match(body, /^rinnovo_reconciliation_age_seconds\{provider="stripe"\} 360\d(\.\d+)?$/m);
});

test('bin/rinnovo reconcile: 0 when all agrees, 1 when anything differs; --json shows every line', async () => {
  const database = await freshDatabase({ after });
  const { rinnovo, file } = commandLine(database, { after });
  const db = database.system;
  const mailboxes = `customer,name,email,country,vat_number,language,platform,product,mailbox,plan,mode,starts_on,expires_on
acme,Acme,a@acme.example,IT,,it,hosted-1,exchange,a@acme.example,basic,monthly,2099-01-31,2099-02-28\n`;
  const prices = 'product,plan,currency,monthly,yearly,valid_from\nexchange,basic,EUR,2.99,29.90,2024-01-01\n';
  assert.equal((await rinnovo('import', 'prices', file('prices.csv', prices))).code, 0);
  assert.equal((await rinnovo('import', 'mailboxes', file('mailboxes.csv', mailboxes))).code, 0);
  const moment = await readMoment(db, 'Europe/Rome');
  const provider = createSandboxProvider(db, { now: () => moment.at, pagesUrl: 'http://pages.test' });
  const take = async (amount: bigint) => {
    const token = await provider.registerTestMethod('success');
    const asked = { key: randomUUID(), amount, currency: 'EUR', token, description: 'x', owner: 'nobody' };
    const { ref } = await provider.createCharge(asked);
    await provider.confirmCharge(ref);
    return ref;
  };
  const customer = await db.selectFrom('customers').select('customer_id').executeTakeFirstOrThrow();
  const known = { customerId: customer.customer_id, provider: 'sandbox', chargeId: null, orderId: null } as const;
  const booked = { ...known, providerRef: await take(12_20n), amount: 12_20n, currency: 'EUR', note: '' };
  await transaction(db, (tx) => receivePayments(tx, { actor: 'system', ...moment }, [booked]));
  const words = ['reconcile', '--from', String(moment.on), '--to', String(moment.on.add({ days: 1 }))];
  const clean = await rinnovo(...words, '--json');
  const matched = {
    ref: booked.providerRef,
    kind: 'charge',
    what: 'matched',
    ours: 12_20,
    theirs: 12_20,
    currency: 'EUR',
  };
  assert.deepEqual(JSON.parse(clean.out), [{ provider: 'sandbox', matched: 1, different: 0, lines: [matched] }]);
  assert.deepEqual([clean.code, (await rinnovo(...words)).out], [0, 'sandbox: 1 line agrees, 0 differ\n']);
  await sql`insert into provider_transfers values ('stripe:fee:txn_1', 'fees', 'clearing:stripe', 80, 'EUR', now())`.execute(
    db,
  );
  assert.match(
    (await rinnovo('export', 'transfers', '--format', 'csv')).out,
    /,stripe:fee:txn_1,fees,clearing:stripe,0\.80,EUR\n/,
  );
  const ref = await take(5_00n);
  const { code, out } = await rinnovo(...words);
  const sentence = `  missing here: charge ${ref}, ours nothing, theirs 5.00 EUR\n`;
  assert.deepEqual([code, out], [1, `sandbox: 1 line agrees, 1 differs\n${sentence}`]);
});
