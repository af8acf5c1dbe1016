import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { checkPaypalKeys, createPaypalProvider, type PaypalOptions } from '#adapters/payments/paypal.ts';
import { createPaypalWebhookReader } from '#adapters/payments/paypal-webhook.ts';
import {
  type ChargeRequest,
  type Outcome,
  type PaymentProvider,
  ProviderUnavailable,
} from '#domain/payments/provider.ts';
import { request } from '#spec/contracts/_provider-world.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';
import { seededRandom } from '#spec/fakes/random.ts';

const now = () => Temporal.Now.instant();
const paypal = await startFakePaypal({ now, random: seededRandom(2027), slowMilliseconds: 5, latencyMilliseconds: 1 });
after(() => paypal.close());
const { clientId, clientSecret, url: baseUrl } = paypal;
const another = (change: Partial<PaypalOptions> = {}) =>
  createPaypalProvider({
    clientId,
    clientSecret,
    environment: 'sandbox',
    baseUrl,
    now,
    timeoutMilliseconds: 400,
    ...change,
  });

const faults = ['lost_before', 'lost_after', 'reset_before', 'reset_after', 'error_before', 'error_after'] as const;

test('each call that breaks in each way is unknown; asked again it is done once (R28, P2)', async () => {
  for (const fault of faults) {
    const provider = another();
    const asked = request(paypal.save('pays'));
    paypal.faults.once('createOrder', fault);
    await assert.rejects(provider.createCharge(asked), ProviderUnavailable, `createOrder ${fault}`);
    const { ref } = await provider.createCharge(asked);
    paypal.faults.once('captureOrder', fault);
    await assert.rejects(provider.confirmCharge(ref), ProviderUnavailable, `captureOrder ${fault}`);
    assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
    const refund = { key: `refund-${asked.key}`, chargeRef: ref, amount: 1_00n, currency: 'EUR' };
    paypal.faults.once('refundCapture', fault);
    await assert.rejects(provider.refund(refund), ProviderUnavailable, `refundCapture ${fault}`);
    assert.equal((await provider.refund(refund)).state, 'succeeded');
    assert.equal((await provider.getCharge(ref)).refunded, 1_00n);
    const left = await provider.createCharge(request(paypal.save('pays')));
    paypal.faults.once('patchOrder', fault);
    await assert.rejects(provider.cancelCharge(left.ref), ProviderUnavailable, `patchOrder ${fault}`);
    assert.equal((await provider.cancelCharge(left.ref)).state, 'declined');
    assert.equal(paypal.state.orders.get(ref)?.captures.length, 1);
    assert.equal([...paypal.state.orders.values()].filter((order) => order.invoiceId === asked.key).length, 1);
  }
});

test('a decline whose note gets lost is a decline, and the next attempt at the same order takes money at most once', async () => {
  const provider = another();
  const { ref } = await provider.createCharge(request(paypal.save('lacks_funds')));
  paypal.faults.once('patchOrder', 'reset_before');
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'declined', code: 'INSTRUMENT_DECLINED' });
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'declined', code: 'INSTRUMENT_DECLINED' });
});

// Asks as the worker does: by key until the order is known, then by its number until there is an end.
async function settle(providers: readonly PaymentProvider[], asked: ChargeRequest): Promise<Outcome> {
  let ref: string | undefined;
  for (let attempt = 0; attempt < 200; attempt++) {
    const provider = providers[attempt % providers.length] as PaymentProvider;
    try {
      ref ??= (await provider.createCharge(asked)).ref;
      const known = (await provider.getCharge(ref)).outcome;
      const outcome = known.state === 'pending' ? await provider.confirmCharge(ref) : known;
      if (outcome.state !== 'pending') return outcome;
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
    }
  }
  throw new Error(`no end for ${asked.key}`);
}

test('in a storm of faults, with two processes at once, every charge ends and none is taken twice (P2)', async () => {
  const providers = [another(), another()];
  const charges = Array.from({ length: 120 }, (_, i) => request(paypal.save(i % 10 === 0 ? 'lacks_funds' : 'pays')));
  paypal.faults.set({
    lost_before: 0.003,
    lost_after: 0.003,
    reset_before: 0.06,
    reset_after: 0.06,
    error_before: 0.06,
    error_after: 0.06,
    slow: 0.05,
  });
  const outcomes: Outcome[] = [];
  for (let from = 0; from < charges.length; from += 30) {
    const lane = charges.slice(from, from + 30);
    outcomes.push(...(await Promise.all(lane.map((asked) => settle(providers, asked)))));
  }
  paypal.faults.set({});
  const struck = [...paypal.faults.struck().values()].reduce((sum, count) => sum + count, 0);
  assert.ok(struck > 60, `only ${struck} faults struck`);
  assert.equal(outcomes.filter((outcome) => outcome.state === 'succeeded').length, 108);
  assert.equal(outcomes.filter((outcome) => outcome.state === 'declined').length, 12);
  for (const [i, asked] of charges.entries()) {
    const taken = outcomes[i]?.state === 'succeeded' ? -asked.amount : 0n;
    assert.equal(paypal.book.balance(`pays:${asked.token}`, 'EUR'), taken);
  }
});

test('a sign-in that fails, and a token that is withdrawn, do not stop the calls after them', async () => {
  const provider = another();
  paypal.faults.once('signIn', 'reset_before');
  const asked = request(paypal.save('pays'));
  await assert.rejects(provider.createCharge(asked), ProviderUnavailable);
  const { ref } = await provider.createCharge(asked);
  paypal.tokens.clear();
  await assert.rejects(provider.confirmCharge(ref), ProviderUnavailable);
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
});

test('a crowd signs in once', async () => {
  const provider = another({ timeoutMilliseconds: 5000 });
  const before = paypal.asked.get('signIn') ?? 0;
  await Promise.all(Array.from({ length: 50 }, () => provider.createCharge(request(paypal.save('pays')))));
  assert.equal((paypal.asked.get('signIn') ?? 0) - before, 1);
});

test('wrong keys are told in a sentence without the secret, and decline nobody’s charge', async () => {
  const wrong = { clientId, clientSecret: 'a-secret-of-somebody-else', environment: 'sandbox', baseUrl } as const;
  assert.equal(await checkPaypalKeys({ ...wrong, clientSecret }), null);
  const told = await checkPaypalKeys(wrong);
  assert.match(told ?? '', /client id and secret/);
  paypal.faults.once('signIn', 'error_before');
  assert.equal(await checkPaypalKeys(wrong), null, 'that PayPal is down does not keep us from starting');
  assert.doesNotMatch(told ?? '', /somebody/);
  await assert.rejects(another(wrong).createCharge(request(paypal.save('pays'))), ProviderUnavailable);
});

test('PayPal’s webhooks are read as hints, those of strangers are not; doubled and shuffled they name the same events', async () => {
  const read = createPaypalWebhookReader({
    environment: 'sandbox',
    webhookIds: [paypal.webhookId],
    roots: [paypal.signers.root.pem],
    now,
    fetch: paypal.fetch,
  });
  paypal.post.due();
  const provider = another();
  const { ref } = await provider.createCharge(request(paypal.save('pays')));
  paypal.post.set({ doubled: 1, forged: 1 });
  await provider.confirmCharge(ref);
  paypal.post.set({});
  const answers = await Promise.all(
    paypal.post.due().map(({ body, headers }) => read({ body: Buffer.from(body), headers })),
  );
  const hints = answers.filter((answer) => 'eventId' in answer && answer.type === 'PAYMENT.CAPTURE.COMPLETED');
  assert.deepEqual(
    hints.map((hint) => 'subject' in hint && hint.subject),
    [
      { kind: 'charge', chargeRef: ref },
      { kind: 'charge', chargeRef: ref },
    ],
  );
  assert.equal(new Set(hints.map((hint) => 'eventId' in hint && hint.eventId)).size, 1);
  assert.ok(answers.some((answer) => 'refused' in answer && answer.refused === 'forged'));
});
