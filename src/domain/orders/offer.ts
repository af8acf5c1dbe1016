import type { Act } from '#domain/events/record.ts';
import { lockAccount } from '#domain/ledger/lock.ts';
import { refuseOrder } from '#domain/orders/_refusals.ts';
import type { OrderKey } from '#domain/orders/_store.ts';
import { getPayable } from '#domain/orders/pay.ts';
import { type OfferDraft, publishOffer, writeOffer } from '#domain/payments/offer.ts';
import type { MethodKind } from '#domain/payments/provider.ts';
import { type PaymentDesk, providerFor } from '#domain/payments/providers.ts';
import { closePages } from '#domain/payments/take-back.ts';

/** `returnUrl`: where the provider sends the payer back to. */
export type OrderOffer = OrderKey & { kind: MethodKind; returnUrl: string };

/**
 * Opens the page on which an order is paid by card or PayPal (R11), for its payer in the portal or behind its link. A page
 * of the same order elsewhere, or one that is about to close, is closed before: never can two be paid (P2). The order is
 * paid when the provider says so, not when the payer returns (P12). Refuses `order_unknown`, `order_closed`,
 * `charge_under_way`, `page_open` when the other page cannot be closed now, `provider_missing`, `provider_unavailable`,
 * `provider_refused`.
 */
export async function offerPayment(
  desk: PaymentDesk,
  act: Act,
  request: OrderOffer,
): Promise<{ chargeId: bigint; url: string }> {
  const provider = providerFor(desk.providers, request.kind);
  let closed: OfferDraft['closed'] = [];
  for (let tries = 0; tries < mostTries; tries++) {
    const written = await write(desk, act, { ...request, provider, closed });
    if ('charge' in written) return publishOffer(desk, act, { ...written, returnUrl: request.returnUrl });
    await closePages(desk, written.inTheWay);
    closed = written.inTheWay;
  }
  throw refuseOrder('charge_under_way');
}

// Whoever is overtaken so often is asking for many pages at once.
const mostTries = 3;

type Writing = OrderKey & Pick<OfferDraft, 'provider' | 'closed'>;

function write(desk: PaymentDesk, act: Act, writing: Writing): ReturnType<typeof writeOffer> {
  const { customerId, orderId, provider, closed } = writing;
  return desk.transact(async (tx) => {
    await lockAccount(tx, customerId);
    const { gross, currency, kind } = await getPayable(tx, act, { customerId, orderId });
    const draft = { customerId, orderId, provider, closed, amount: gross, currency };
    return writeOffer(tx, act, { ...draft, forDebt: kind === 'settlement' });
  });
}
