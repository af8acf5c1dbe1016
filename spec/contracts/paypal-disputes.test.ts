import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Temporal } from 'temporal-polyfill';
import { createPaypalProvider } from '#adapters/payments/paypal.ts';
import { request } from '#spec/contracts/_provider-world.ts';
import { startFakePaypal } from '#spec/fakes/paypal/server.ts';

const now = () => Temporal.Now.instant();
const paypal = await startFakePaypal({ now });
after(() => paypal.close());
const { clientId, clientSecret, url: baseUrl } = paypal;
const provider = createPaypalProvider({ clientId, clientSecret, environment: 'sandbox', baseUrl, now });

/** Answers the dispute about a payment of 36.48. */
const disputed = async () => {
  const { ref } = await provider.createCharge(request(paypal.save('pays')));
  assert.deepEqual(await provider.confirmCharge(ref), { state: 'succeeded' });
  return paypal.dispute(paypal.state.orders.get(ref)?.captures[0]?.id ?? '');
};

test('what PayPal keeps for a dispute is its fee, and no money taken from the payment', async () => {
  const dispute = await disputed();
  paypal.resolve(dispute, false);
  for (const isToldSo of [true, false]) {
    paypal.state.tellsFundMovements = isToldSo;
    const { amount, taken, state } = await provider.getDispute(dispute);
    assert.deepEqual([amount, taken, state], [36_48n, 36_48n, 'lost']);
  }
  paypal.state.tellsFundMovements = true;
});

test('a dispute that ends with a part for the payer leaves that part taken', async () => {
  const dispute = await disputed();
  paypal.resolve(dispute, false, 10_00n);
  const { taken, state } = await provider.getDispute(dispute);
  assert.deepEqual([taken, state], [10_00n, 'lost']);
});
