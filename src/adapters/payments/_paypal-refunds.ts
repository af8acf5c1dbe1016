import { type Refund, RefundStatus } from '@paypal/paypal-server-sdk';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { fromPaypal, toPaypal } from '#adapters/payments/_paypal-money.ts';
import { paidCapture, unitOf } from '#adapters/payments/_paypal-outcomes.ts';
import { getOrder } from '#adapters/payments/_paypal-settle.ts';
import { ProviderRefused, ProviderUnavailable, type RefundRequest } from '#domain/payments/provider.ts';

/**
 * Gives money of an order back, once per key. PayPal forgets keys after 45 days, so the key also stands in the refund
 * itself, where it is looked for first. A refund that waits at PayPal is not known yet: ask again with the same key.
 */
export async function makeRefund(desk: PaypalDesk, request: RefundRequest) {
  const { key, chargeRef, amount, currency } = request;
  const money = toPaypal(amount, currency);
  if (key === '' || key.length > 108) throw new ProviderRefused('bad_request', 'a key has 1 to 108 characters');
  const order = await getOrder(desk, chargeRef);
  const made = unitOf(order)?.payments?.refunds?.find((each) => each.customId === key);
  if (made) return answer(made, request);
  const capture = paidCapture(order);
  if (!capture?.id) throw new ProviderRefused('not_refundable', `${chargeRef} was not paid`);
  return answer(await sendRefund(desk, capture.id, { key, money }), request);
}

/** How a refund of an order's money stands now; refuses one that the order does not know. */
export async function getRefund(desk: PaypalDesk, { ref, chargeRef }: { ref: string; chargeRef: string }) {
  const order = await getOrder(desk, chargeRef);
  const refund = unitOf(order)?.payments?.refunds?.find(({ id }) => id === ref);
  if (!refund) throw new ProviderRefused('unknown_reference', `no refund ${ref} of ${chargeRef}`);
  const failed = refund.status === RefundStatus.Failed || refund.status === RefundStatus.Cancelled;
  return { state: failed ? ('failed' as const) : ('succeeded' as const) };
}

type Sending = { key: string; money: ReturnType<typeof toPaypal> };

async function sendRefund({ call }: PaypalDesk, captureId: string, { key, money }: Sending): Promise<Refund> {
  try {
    return await call(({ payments }) =>
      payments.refundCapturedPayment({
        captureId,
        paypalRequestId: key,
        prefer: 'return=representation',
        body: { amount: money, customId: key },
      }),
    );
  } catch (error) {
    if (error instanceof PaypalNo) throw new ProviderRefused('not_refundable', error.message);
    throw error;
  }
}

function answer(refund: Refund, request: RefundRequest): { ref: string; state: 'succeeded' | 'failed' } {
  const { amount, currency } = fromPaypal(refund.amount);
  if (amount !== request.amount || currency !== request.currency || refund.customId !== request.key) {
    throw new ProviderRefused('key_reused', `key ${request.key} belongs to refund ${refund.id}`);
  }
  if (refund.id === undefined) throw new Error('PayPal made a refund without an id');
  if (refund.status === RefundStatus.Pending) throw new ProviderUnavailable(`refund ${refund.id} waits at PayPal`);
  return { ref: refund.id, state: refund.status === RefundStatus.Completed ? 'succeeded' : 'failed' };
}
