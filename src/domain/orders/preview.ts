import type { Act } from '#domain/events/record.ts';
import { priceMailboxes } from '#domain/orders/_price.ts';
import type { LineRequest, PricedOrder } from '#domain/orders/types.ts';
import type { Tx } from '#kit/db.ts';

/**
 * What an order for mailboxes would cost if it were paid today (R10): net, VAT and gross in minor units, the first term
 * and the next renewal of each mailbox. Changes nothing. Refuses `bad_order` as placing does.
 */
export function previewOrder(
  tx: Tx,
  act: Act,
  request: { customerId: bigint; lines: readonly LineRequest[] },
): Promise<PricedOrder> {
  return priceMailboxes(tx, act, request);
}
