import { CheckoutPaymentIntent } from '@paypal/paypal-server-sdk';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { toPaypal } from '#adapters/payments/_paypal-money.ts';
import { unitOf } from '#adapters/payments/_paypal-outcomes.ts';
import { ProviderUnavailable } from '#domain/payments/provider.ts';

/**
 * The id of the account behind the keys. PayPal tells it as the payee of an order, so one is made that has no payer and no
 * page: it can take nothing, and PayPal drops it after some hours. No other permission is needed than for charges.
 */
export async function nameAccount({ call }: PaypalDesk): Promise<string> {
  const order = await call(({ orders }) =>
    orders.createOrder({
      paypalRequestId: 'rinnovo-account',
      prefer: 'return=representation',
      body: {
        intent: CheckoutPaymentIntent.Capture,
        purchaseUnits: [{ amount: toPaypal(1_00n, 'EUR'), description: 'Whose account is this? Never paid.' }],
      },
    }),
  ).catch((error: unknown) => {
    throw error instanceof PaypalNo
      ? new ProviderUnavailable(`PayPal does not say whose the keys are: ${error.message}`)
      : error;
  });
  const id = unitOf(order)?.payee?.merchantId;
  if (!id) throw new ProviderUnavailable('PayPal does not say whose the keys are');
  return id;
}
