import type { Act } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import type { OrderKey } from '#domain/orders/_store.ts';
import { getPayable } from '#domain/orders/pay.ts';
import { publishOffer, writeOffer } from '#domain/payments/offer.ts';
import type { MethodKind } from '#domain/payments/provider.ts';
import { type PaymentDesk, providerFor } from '#domain/payments/providers.ts';

/** `returnUrl`: where the provider sends the payer back to. */
export type OrderOffer = OrderKey & { kind: MethodKind; returnUrl: string };

/**
 * Opens the page on which an order is paid by card or PayPal (R11), for its payer in the portal or behind its link. The
 * order is paid when the provider says so, not when the payer returns (P12). Refuses `order_unknown`, `order_closed`,
 * `charge_under_way`, `provider_missing`, `provider_unavailable`.
 */
export async function offerPayment(
  desk: PaymentDesk,
  act: Act,
  request: OrderOffer,
): Promise<{ chargeId: bigint; url: string }> {
  const { customerId, orderId } = request;
  const provider = providerFor(desk.providers, request.kind).name;
  const offer = await desk.transact(async (tx) => {
    await lockAccount(tx, customerId);
    const order = await getPayable(tx, act, { customerId, orderId });
    const { gross, currency, kind } = order;
    return writeOffer(tx, act, {
      customerId,
      orderId,
      provider,
      amount: gross,
      currency,
      forDebt: kind === 'settlement',
    });
  });
  return publishOffer(desk, offer, request.returnUrl);
}
