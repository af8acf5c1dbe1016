import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { checkStripeKey, createStripeProvider, stripeKeyMode } from '#adapters/payments/stripe.ts';
import { declineKind } from '#domain/payments/decline-codes.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';
import { currencies, minorUnits } from '#kit/money.ts';
import { nextId, refusedWith, request } from '#spec/contracts/_provider-world.ts';
import {
  charge,
  declinedWith,
  movementsOf,
  now,
  portalUrl,
  press,
  provider,
  register,
  server,
  stripe,
  tokenOf,
  wait,
} from '#spec/contracts/_stripe-world.ts';
import { providerContract } from '#spec/contracts/provider.ts';

providerContract({
  provider,
  token: (behaviour) => {
    const banks = {
      succeeds: {},
      declines_softly: declinedWith('insufficient_funds'),
      declines_hard: declinedWith('stolen_card'),
      asks_for_its_owner: { asks: true },
    };
    return tokenOf(banks[behaviour]);
  },
  registerOn: async ({ url }) => assert.equal(await press(url, { act: 'go', card: 'pm_card_visa' }), 303),
  payOn: async ({ url }) => (await press(url, { act: 'go', card: 'pm_card_visa' })) === 303,
  loseAnswer: (when) => stripe.faults.once('payment_intents.confirm', `lost_${when}`),
});

test('a customer of ours is one customer at Stripe, today and in a year', async () => {
  const customerOf = async () => (await register({}, 8n)).method.token.split(':')[0];
  const first = await customerOf();
  assert.equal(await customerOf(), first);
  wait({ hours: 48 });
  assert.equal(await customerOf(), first);
});

test('a card is described by brand, last four digits and last day; refused or left, the registration stays open', async () => {
  const { method } = await register({ card: 'pm_card_amex', expiry: '02/32' });
  assert.deepEqual(
    [method.brand, method.lastFour, String(method.expiresOn), method.state],
    ['American Express', '8431', '2032-02-29', 'valid'],
  );
  const refused = await register({ card: 'pm_card_visa_chargeDeclined' });
  assert.deepEqual([refused.status, refused.method.state], [402, 'pending']);
  assert.equal((await register({ act: 'cancel' })).method.state, 'pending');
  wait({ hours: 24 });
  assert.equal((await provider.getMethod(refused.ref)).state, 'failed');
});

test('a card that was removed, or is over, is told; the network’s new card comes by itself (R32)', async () => {
  const { ref, card, method } = await register();
  const later = now()
    .add({ hours: 24 * 62 })
    .toZonedDateTimeISO('UTC');
  stripe.renewCard(card, { expYear: later.year - 1, expMonth: later.month });
  assert.equal((await provider.getMethod(ref)).state, 'expired');
  stripe.renewCard(card, { expYear: later.year + 3, expMonth: later.month, last4: '1881' });
  const renewed = await provider.getMethod(ref);
  assert.deepEqual([renewed.state, renewed.lastFour, renewed.token], ['valid', '1881', method.token]);
  await provider.removeMethod(method.token);
  assert.equal((await provider.getMethod(ref)).state, 'removed');
  await assert.rejects(provider.createCharge(request(method.token)), refusedWith('unknown_token'));
});

test('a network’s advice not to try again makes any decline hard (R26)', async () => {
  const outcome = await provider.confirmCharge(await charge(declinedWith('insufficient_funds', 'do_not_try_again')));
  assert.equal(outcome.state === 'declined' && declineKind(outcome.code), 'hard');
  const expired = await provider.confirmCharge(await charge({ declines: { code: 'expired_card' } }));
  assert.deepEqual(expired, { state: 'declined', code: 'expired_card' });
});

test('a payment that takes its time is pending, and asking or confirming again moves nothing twice', async () => {
  const ref = await charge({ clearsAfter: 3600 });
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'pending' });
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'pending' });
  assert.deepEqual(await provider.cancelCharge(ref), { state: 'pending' });
  wait({ hours: 1 });
  assert.deepEqual((await provider.getCharge(ref)).outcome, { state: 'succeeded' });
});

test('where the bank wants its customer the payment moves to a page: paid there once, under the same reference', async () => {
  const ref = await charge({ asks: true });
  const outcome = await provider.confirmCharge(ref);
  assert.ok(outcome.state === 'action_required');
  assert.equal(await press(outcome.url, { act: 'go', card: 'pm_card_visa_chargeDeclinedStolenCard' }), 402);
  assert.deepEqual((await provider.getCharge(ref)).outcome, outcome);
  assert.equal(await press(outcome.url, { act: 'go', card: 'pm_card_authenticationRequired' }), 303);
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
  assert.equal((await movementsOf(ref))[0]?.amount, 36_48n);
  const refund = await provider.refund({ key: randomUUID(), chargeRef: ref, amount: 36_48n, currency: 'EUR' });
  assert.equal(refund.state, 'succeeded');
  assert.equal((await provider.getCharge(ref)).refunded, 36_48n);
});

for (const when of ['lost_after', 'error_after'] as const) {
  test(`the page for the bank’s customer ${when.replace('_', ' ')} it was opened: found, not opened twice`, async () => {
    const ref = await charge({ asks: true });
    stripe.faults.once('checkout.sessions.create', when);
    const outcome = await provider.confirmCharge(ref);
    assert.ok(outcome.state === 'action_required');
    assert.equal(await press(outcome.url, { act: 'go', card: 'pm_card_visa' }), 303);
    assert.deepEqual((await provider.getCharge(ref)).outcome, { state: 'succeeded' });
  });
}

test('a page that nobody paid is closed with its charge, and after a day by itself', async () => {
  const cancelled = await charge({ asks: true });
  const outcome = await provider.confirmCharge(cancelled);
  assert.equal((await provider.cancelCharge(cancelled)).state, 'declined');
  assert.equal(
    outcome.state === 'action_required' && (await press(outcome.url, { act: 'go', card: 'pm_card_visa' })),
    410,
  );
  const left = await charge({ asks: true });
  await provider.confirmCharge(left);
  const offered = await provider.createCharge(request(null));
  wait({ hours: 24 });
  assert.deepEqual((await provider.getCharge(left)).outcome, { state: 'declined', code: 'authentication_required' });
  assert.deepEqual((await provider.getCharge(offered.ref)).outcome, { state: 'declined', code: 'cancelled' });
});

test('a page is found by its key, and the card used on it is not kept', async () => {
  const asked = request(null);
  assert.equal(await provider.findCharge(asked.key, null), null);
  const { ref, url } = await provider.createCharge(asked);
  assert.equal(await provider.findCharge(asked.key, null), ref);
  await press(String(url), { act: 'go', card: 'pm_card_visa' });
  const [intent] = stripe.intents().slice(-1);
  assert.deepEqual([intent?.status, intent?.customer, intent?.setup_future_usage], ['succeeded', null, null]);
});

test('the same charge asked with another way back, or after Stripe forgot its key, is the same charge', async () => {
  const asked = request(null);
  const page = await provider.createCharge(asked);
  assert.deepEqual(await provider.createCharge({ ...asked, returnUrl: 'https://portal.example/elsewhere' }), page);
  const token = await tokenOf({});
  const off = request(token);
  const { ref } = await provider.createCharge(off);
  wait({ hours: 25 });
  assert.equal(await provider.findCharge(off.key, token), ref);
});

for (const when of [
  'lost_before',
  'lost_after',
  'reset_before',
  'reset_after',
  'error_before',
  'error_after',
] as const) {
  test(`creation ${when.replace('_', ' ')} the work: found by its key or made once, then paid once (P2, R28)`, async () => {
    const asked = request(await tokenOf({}));
    stripe.faults.once('payment_intents.create', when);
    const answer = await provider.createCharge(asked).catch((error: unknown) => error);
    // A connection that was cut is tried once more by the library, with the same key.
    if (!when.startsWith('reset')) assert.ok(answer instanceof ProviderUnavailable);
    const ref = (await provider.findCharge(asked.key, asked.token)) ?? (await provider.createCharge(asked)).ref;
    assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
    assert.equal(stripe.intents().filter((each) => each.metadata['rinnovo_key'] === asked.key).length, 1);
    assert.equal((await movementsOf(ref)).length, 1);
  });

  test(`confirmation and refund ${when.replace('_', ' ')} the work: each happens once (P2, R28)`, async () => {
    const ref = await charge();
    stripe.faults.once('payment_intents.confirm', when);
    await provider.confirmCharge(ref).catch(unavailable);
    assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
    const asked = { key: randomUUID(), chargeRef: ref, amount: 5_00n, currency: 'EUR' };
    stripe.faults.once('refunds.create', when);
    await provider.refund(asked).catch(unavailable);
    wait({ hours: 25 });
    await provider.refund(asked);
    assert.equal((await provider.getCharge(ref)).refunded, 5_00n);
    assert.equal((await movementsOf(ref)).length, 1);
  });
}

test('a wrong key at Stripe leaves outcomes open and declines nobody; a wrong setting is one sentence', async () => {
  const keyed = (secretKey: string) => ({ secretKey, server, now, portalUrl });
  const wrong = createStripeProvider(keyed('sk_test_wrong'));
  await assert.rejects(wrong.createCharge(request(await tokenOf({}))), ProviderUnavailable);
  assert.match((await checkStripeKey(keyed('sk_test_wrong'))) ?? '', /Invalid API Key/);
  assert.equal(await checkStripeKey(keyed(stripe.secretKey)), null);
  stripe.faults.once('balance_transactions.list', 'error_before');
  assert.equal(await checkStripeKey(keyed(stripe.secretKey)), null);
  assert.deepEqual([stripeKeyMode('sk_test_a1'), stripeKeyMode('rk_live_a1')], ['test', 'live']);
  for (const key of ['', 'pk_test_a1', 'whsec_a1', ' sk_test_a1'])
    assert.throws(() => stripeKeyMode(key), /secret key/);
});

test('amounts and addresses Stripe does not take are refused before anything happens', async () => {
  const token = await tokenOf({});
  for (const change of [
    { amount: 49n },
    { amount: 100_000_000n },
    { currency: 'eur' },
    { currency: 'ISK' },
    { key: '' },
  ]) {
    await assert.rejects(provider.createCharge(request(token, change)), refusedWith('bad_request'));
  }
  const ftp = { returnUrl: 'ftp://portal.example/' };
  await assert.rejects(provider.createCharge(request(null, ftp)), refusedWith('bad_request'));
  const method = { customerId: 7n, methodId: nextId(), kind: 'card', ...ftp } as const;
  await assert.rejects(provider.startMethod(method), refusedWith('bad_request'));
});

test('an amount counts the same here and at Stripe in every currency that is taken through it (R1)', () => {
  // docs.stripe.com/currencies: zero-decimal; two decimals for old times' sake; three decimals. All others have two.
  const whole = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
  const withTwo = ['ISK', 'UGX', 'HUF', 'TWD'];
  const withThree = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];
  const atStripe = new Map([
    ...whole.map((currency) => [currency, 0] as const),
    ...withTwo.map((currency) => [currency, 2] as const),
    ...withThree.map((currency) => [currency, 3] as const),
  ]);
  const counted = [...atStripe].map(([currency, digits]) => [currency, digits === minorUnits(currency)]);
  const taken = [...atStripe.keys()].map((currency) => [currency, provider.limits(currency) !== null]);
  assert.deepEqual(taken, counted);
  const others = currencies.filter((currency) => minorUnits(currency) === 0 && !atStripe.has(currency));
  assert.deepEqual(others, []);
});

const unavailable = (error: unknown) => assert.ok(error instanceof ProviderUnavailable);
