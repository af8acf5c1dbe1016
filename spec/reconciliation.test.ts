import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { createSandboxProvider } from '#adapters/payments/sandbox.ts';
import { createStripeProvider } from '#adapters/payments/stripe.ts';
import type { PaymentProvider } from '#domain/payments/provider.ts';
import { receivePayments } from '#domain/payments/receive.ts';
import { type ComparedLine, listComparedLines, reconcile } from '#domain/payments/reconcile.ts';
import { reversePayment } from '#domain/payments/reverse.ts';
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
  /** It is taken up again after it was won, and the money taken again. */
  appeal?(dispute: string): void;
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
    appeal: (dispute) => paypal.appeal(dispute),
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
      const reverse = (taken: bigint) =>
        shop.within((tx) =>
          reversePayment(tx, shop.act(), { customerId, paymentId: payment.paymentId, taken, reference }),
        );
      const disputes = async () => (await lines()).filter(([kind]) => kind === 'dispute');
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'missing_here', null, -36_48n]]);
      await reverse(36_48n);
      assert.deepEqual(await disputes(), [['dispute', 'matched', -36_48n, -36_48n]]);
      side.win(reference);
      await reverse(0n);
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'matched', null, 0n]]);
      if (!side.appeal) return;
      shop.setTime(shop.moment().at.add({ minutes: 1 }));
      side.appeal(reference);
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'missing_here', null, -36_48n]], 'two equal lines are two');
      await reverse(36_48n);
      await compare();
      assert.deepEqual(await disputes(), [['dispute', 'matched', -36_48n, -36_48n]]);
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
