import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { type ProviderMovement, ProviderUnavailable } from '#domain/payments/provider.ts';
import { nextId, refusedWith, request } from '#spec/contracts/_provider-world.ts';
import type { Payer } from '#spec/fakes/paypal/payers.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';

let at = Temporal.Now.instant().round('second');
const now = () => at;
const pass = (hours: number) => {
  at = at.add({ hours });
};
const paypal = await startFakePaypal({ now, slowMilliseconds: 100 });
after(() => paypal.close());
const { clientId, clientSecret, url: baseUrl } = paypal;
const another = () => createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now });
const provider = another();

const charge = async (payer: Payer, change = {}) => {
  const { ref } = await provider.createCharge(request(paypal.save(payer), change));
  return ref;
};
const paid = async (change = {}) => {
  const ref = await charge('pays', change);
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
  return ref;
};
const captureOf = (ref: string) => paypal.state.orders.get(ref)?.captures[0]?.id ?? '';

test('what comes from our bank into the balance at PayPal is a deposit', async () => {
  const line = { id: 'DEPOSIT1', code: 'T0300', amount: 50_00n, fee: 0n, currency: 'EUR', status: 'S' as const };
  paypal.state.lines.push({ ...line, reference: null, invoiceId: '', customField: '', at });
  const found: unknown[] = [];
  for await (const { ref, kind, amount } of provider.listMovements(at, at.add({ seconds: 1 })))
    found.push([ref, kind, amount]);
  paypal.state.lines.pop();
  assert.deepEqual(found, [['DEPOSIT1', 'deposit', 50_00n]]);
});

test('a bank behind PayPal that takes its time leaves the charge pending until it has paid', async () => {
  const ref = await charge('pays_by_echeck');
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'pending' });
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'pending' });
  assert.equal((await provider.cancelCharge(ref)).state, 'pending');
  paypal.settle();
  assert.deepEqual((await provider.getCharge(ref)).outcome, { state: 'succeeded' });
});

test('a payment that PayPal takes up and then declines is declined', async () => {
  const ref = await charge('is_risky');
  const outcome = await provider.confirmCharge(ref);
  assert.deepEqual(outcome, { state: 'declined', code: 'DECLINED_BY_RISK_FRAUD_FILTERS' });
  assert.deepEqual((await provider.getCharge(ref)).outcome, outcome);
});

test('a payer who takes the consent back in their own PayPal is never charged again', async () => {
  const asked = { customerId: 7n, methodId: nextId(), kind: 'paypal', returnUrl: 'https://portal.example/m' } as const;
  const { ref, url } = await provider.startMethod(asked);
  await paypal.visit(url);
  const { token, state } = await provider.getMethod(ref);
  assert.equal(state, 'valid');
  assert.equal((await provider.getMethod(ref)).token, token);
  const made = await provider.createCharge(request(token));
  paypal.revoke(token);
  assert.equal((await provider.getMethod(ref)).state, 'removed');
  const outcome = await provider.confirmCharge(made.ref);
  assert.equal(outcome.state === 'declined' && declineKind(outcome.code), 'hard');
  await assert.rejects(provider.createCharge(request(token)), refusedWith('unknown_token'));
});

test('a registration that nobody finished fails after three days; one that was finished stays valid', async () => {
  const start = () =>
    provider.startMethod({ customerId: 7n, methodId: nextId(), kind: 'paypal', returnUrl: 'https://portal.example/m' });
  const [left, done] = [await start(), await start()];
  await paypal.visit(done.url);
  assert.equal((await provider.getMethod(done.ref)).state, 'valid');
  pass(71);
  assert.equal((await provider.getMethod(left.ref)).state, 'pending');
  pass(1);
  assert.equal((await provider.getMethod(left.ref)).state, 'failed');
  assert.equal((await provider.getMethod(done.ref)).state, 'valid');
  await assert.rejects(provider.getMethod('nonsense'), refusedWith('unknown_reference'));
});

test('the same key is the same order for another process too, for six hours', async () => {
  const asked = request(paypal.save('pays'));
  const first = await provider.createCharge(asked);
  assert.equal(await another().findCharge(asked.key, asked.token), null);
  pass(5);
  assert.equal((await another().createCharge(asked)).ref, first.ref);
});

test('an order whose number got lost takes no money when its key makes another later; the key is paid once (P2)', async () => {
  const asked = request(paypal.save('pays'));
  const lost = await provider.createCharge(asked);
  pass(7);
  const made = await another().createCharge(asked);
  assert.notEqual(made.ref, lost.ref);
  await assert.rejects(provider.confirmCharge(lost.ref), refusedWith('unknown_reference'));
  assert.deepEqual(await provider.confirmCharge(made.ref), { state: 'succeeded' });
  pass(7);
  const again = await another().createCharge(asked);
  await assert.rejects(provider.confirmCharge(again.ref), refusedWith('key_reused'));
  assert.equal(paypal.book.balance(`pays:${asked.token}`, 'EUR'), -36_48n);
});

test('what was paid is found by its key by another process, when PayPal has long forgotten the request (R28)', async () => {
  const asked = request(paypal.save('pays'));
  const since = now();
  const { ref } = await provider.createCharge(asked);
  assert.equal(await another().findCharge(asked.key, asked.token, since), null, 'for now the request can be repeated');
  await provider.confirmCharge(ref);
  await provider.refund({ key: `refund-${asked.key}`, chargeRef: ref, amount: 1_00n, currency: 'EUR' });
  pass(9 * 24);
  assert.equal(await another().findCharge(asked.key, asked.token, since), ref);
  const never = request(paypal.save('pays'));
  assert.equal(await another().findCharge(never.key, never.token, since), null);
});

test('an order nobody paid is gone after hours: cancelled it counts as cancelled', async () => {
  const { ref } = await provider.createCharge(request(null));
  pass(6);
  await assert.rejects(provider.getCharge(ref), refusedWith('unknown_reference'));
  assert.deepEqual(await provider.cancelCharge(ref), { state: 'declined', code: 'cancelled' });
});

test('a payment on the page that fails is over; what the payer agreed to is taken once, whoever asks', async () => {
  const failing = await provider.createCharge(request(null));
  await paypal.visit(String(failing.url), 'lacks_funds');
  const outcome = { state: 'declined', code: 'INSTRUMENT_DECLINED' } as const;
  assert.deepEqual((await provider.getCharge(failing.ref)).outcome, outcome);
  assert.deepEqual((await another().getCharge(failing.ref)).outcome, outcome);
  const { ref, url } = await provider.createCharge(request(null));
  assert.equal((await provider.confirmCharge(ref)).state, 'action_required');
  await paypal.visit(String(url));
  const asked = await Promise.all([provider, another(), another()].map((each) => each.getCharge(ref)));
  assert.ok(asked.every((answer) => answer.outcome.state === 'succeeded'));
  assert.equal(paypal.state.orders.get(ref)?.captures.length, 1);
});

test('of a cancellation and a payment at the same moment one wins, and both are told which (P2)', async () => {
  for (let i = 0; i < 10; i++) {
    const ref = await charge('pays');
    if (i % 2 === 1) paypal.faults.once('captureOrder', 'slow');
    const [confirmed, cancelled] = await Promise.all([provider.confirmCharge(ref), another().cancelCharge(ref)]);
    const taken = paypal.state.orders.get(ref)?.captures.length === 1;
    const truth = taken ? { state: 'succeeded' } : { state: 'declined', code: 'cancelled' };
    assert.deepEqual(cancelled, truth);
    assert.deepEqual(confirmed, truth);
    assert.deepEqual((await provider.getCharge(ref)).outcome, truth);
  }
});

test('a refund that waits is unknown, then known by its key; one that the bank refuses has failed', async () => {
  const asked = (chargeRef: string) => ({ key: `refund-${randomUUID()}`, chargeRef, amount: 5_00n, currency: 'EUR' });
  const late = asked(await charge('is_refunded_late'));
  await provider.confirmCharge(late.chargeRef);
  await assert.rejects(provider.refund(late), ProviderUnavailable);
  await assert.rejects(provider.refund(late), ProviderUnavailable);
  paypal.settle();
  assert.equal((await provider.refund(late)).state, 'succeeded');
  pass(46 * 24);
  assert.equal((await provider.refund(late)).state, 'succeeded');
  assert.equal((await provider.getCharge(late.chargeRef)).refunded, 5_00n);
  const refused = asked(await charge('cannot_be_refunded'));
  await provider.confirmCharge(refused.chargeRef);
  assert.equal((await provider.refund(refused)).state, 'failed');
  assert.equal((await provider.getCharge(refused.chargeRef)).refunded, 0n);
});

test('forints and yen travel whole; a part of a forint is refused', async () => {
  const ref = await paid({ amount: 1_234_00n, currency: 'HUF' });
  assert.deepEqual(paypal.state.orders.get(ref)?.amount, { currency_code: 'HUF', value: '1234' });
  assert.equal((await provider.getCharge(ref)).amount, 1_234_00n);
  await paid({ amount: 500n, currency: 'JPY' });
  const token = paypal.save('pays');
  for (const change of [
    { amount: 1_234_50n, currency: 'HUF' },
    { currency: 'XXX' },
    { currency: 'KWD', amount: 1_001n },
  ]) {
    await assert.rejects(provider.createCharge(request(token, change)), refusedWith('bad_request'));
  }
});

const statement = async (from: Temporal.Instant, to: Temporal.Instant) => {
  const lines: ProviderMovement[] = [];
  for await (const line of provider.listMovements(from, to)) lines.push(line);
  return lines;
};

test('the statement adds up to what the seller has at PayPal: charges, fees, refunds, disputes, payouts', async () => {
  pass(24 * 400);
  const from = at;
  const before = paypal.book.balance('seller', 'EUR');
  const [kept, won, lost] = [await paid(), await paid(), await paid()];
  pass(24);
  const refund = await provider.refund({ key: randomUUID(), chargeRef: kept, amount: 10_00n, currency: 'EUR' });
  const disputes = [paypal.dispute(captureOf(won)), paypal.dispute(captureOf(lost))];
  const disputed = async (ref = '') => {
    const { chargeRef, amount, taken, state } = await provider.getDispute(ref);
    return [chargeRef, amount, taken, state];
  };
  assert.deepEqual(await disputed(disputes[0]), [won, 36_48n, 36_48n, 'open']);
  pass(24 * 40);
  paypal.resolve(disputes[0] ?? '', true);
  paypal.resolve(disputes[1] ?? '', false);
  assert.deepEqual(await disputed(disputes[0]), [won, 36_48n, 0n, 'won']);
  assert.deepEqual(await disputed(disputes[1]), [lost, 36_48n, 36_48n, 'lost']);
  await assert.rejects(disputed('PP-D-0'), refusedWith('unknown_reference'));
  const payout = paypal.withdraw(20_00n, 'EUR');
  const lines = await statement(from, at.add({ seconds: 1 }));
  const sum = lines.reduce((total, line) => total + line.amount, 0n);
  assert.equal(sum, paypal.book.balance('seller', 'EUR') - before);
  const of = (kind: string) => lines.filter((line) => line.kind === kind).map(({ ref, amount }) => [ref, amount]);
  assert.deepEqual(
    of('charge'),
    [kept, won, lost].map((ref) => [ref, 36_48n]),
  );
  assert.deepEqual(of('refund'), [[refund.ref, -10_00n]]);
  assert.deepEqual(of('payout'), [[payout, -20_00n]]);
  assert.deepEqual(
    of('fee').map(([, amount]) => amount),
    [-1_59n, -1_59n, -1_59n, -14_00n],
  );
  const [wonDispute, lostDispute] = disputes;
  assert.deepEqual(of('dispute'), [
    [wonDispute, -36_48n],
    [lostDispute, -36_48n],
    [wonDispute, 36_48n],
  ]);
  assert.deepEqual(
    lines,
    lines.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at)),
  );
  assert.equal(await provider.chargeOfCapture(captureOf(won)), won);
  assert.equal(await provider.chargeOfCapture('NONE0000000000000'), null);
});

test('a statement of more lines than PayPal answers at once, or without their orders, is whole all the same', async () => {
  pass(24 * 400);
  const from = at;
  const refs: string[] = [];
  for (let i = 0; i < 12; i++) {
    refs.push(await paid());
    pass(1);
  }
  paypal.state.searchLimit = 3;
  for (const line of paypal.state.lines) line.reference = null;
  const lines = await statement(from, at);
  paypal.state.searchLimit = 10_000;
  assert.deepEqual(
    lines.filter((line) => line.kind === 'charge').map((line) => line.ref),
    refs,
  );
});

test('PayPal’s own book and what it tells us agree for every charge of this file', async () => {
  const seller = paypal.book.entries().filter((entry) => entry.credit === 'seller' && !entry.debit.startsWith('held'));
  const taken = [...paypal.state.captures.values()].filter((capture) => capture.status !== 'DECLINED');
  assert.equal(seller.length, taken.length);
  assert.equal(new Set(taken.map((capture) => capture.invoiceId)).size, taken.length);
});

test('many that are looked for at the same hour are found in one reading of the statement', async () => {
  const since = at;
  const asked = await Promise.all([1, 2, 3].map(async () => request(paypal.save('pays'))));
  const refs = await Promise.all(
    asked.map(async (each) => {
      const { ref } = await provider.createCharge(each);
      await provider.confirmCharge(ref);
      return ref;
    }),
  );
  pass(30);
  let readings = 0;
  const counting: typeof fetch = (input, init) => {
    if (String(input).includes('/reporting/transactions')) readings++;
    return fetch(input, init);
  };
  const settings = { clientId, clientSecret, environment: 'sandbox' as const, baseUrl, now };
  const other = createPaypalProvider({ ...settings, fetch: counting });
  const find = ({ key, token }: (typeof asked)[number]) => other.findCharge(key, token, since);
  const never = Array.from({ length: 20 }, () => request(paypal.save('pays')));
  assert.deepEqual(await Promise.all([...asked, ...never].map(find)), [...refs, ...never.map(() => null)]);
  const once = readings;
  assert.ok(once <= 3, `${once} days were read`);
  paypal.faults.once('listTransactions', 'error_before');
  pass(1);
  await assert.rejects(find(never[0] as (typeof asked)[number]), ProviderUnavailable);
  assert.equal(await find(asked[0] as (typeof asked)[number]), refs[0], 'what broke off is read anew');
});
