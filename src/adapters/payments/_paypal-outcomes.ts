import {
  CaptureStatus,
  CheckoutPaymentIntent,
  type Order,
  OrderStatus,
  type OrdersCapture,
  PatchOp,
} from '@paypal/paypal-server-sdk';
import type { Link } from '#adapters/payments/_paypal-client.ts';
import type { Outcome } from '#domain/payments/provider.ts';

// The purchase unit's reference, which only we see, tells what the order draws on.
const vaultPrefix = 'vault-';
const onPage = 'page';

/** How an order remembers what it draws on: a saved PayPal account, or whatever its payer chooses on the page. */
export function sourceReference(token: string | null): string {
  return token === null ? onPage : `${vaultPrefix}${token}`;
}

/** The saved account an order draws on; null when its payer chooses on the page. */
export function tokenOf(order: Order): string | null {
  const reference = unitOf(order)?.referenceId ?? '';
  return reference.startsWith(vaultPrefix) ? reference.slice(vaultPrefix.length) : null;
}

/** The only purchase unit of an order of ours. */
export function unitOf(order: Order) {
  return order.purchaseUnits?.[0];
}

/** The capture that took the order's money, if one did. */
export function paidCapture(order: Order): OrdersCapture | undefined {
  return capturesOf(order).find((each) => each.status !== undefined && paid.has(each.status));
}

const paid = new Set([CaptureStatus.Completed, CaptureStatus.PartiallyRefunded, CaptureStatus.Refunded]);

/**
 * An order's state in the words of the port. PayPal forgets refused attempts and has no way to cancel an order, so what
 * is decided is written into the order itself (`ruling`): its intent becomes AUTHORIZE, with which PayPal refuses every
 * later capture, and its description says why.
 */
export function outcomeOf(order: Order): Outcome {
  if (paidCapture(order)) return { state: 'succeeded' };
  const captures = capturesOf(order);
  if (captures.some((each) => each.status === CaptureStatus.Pending)) return { state: 'pending' };
  const [refused] = captures;
  if (refused) return { state: 'declined', code: refused.statusDetails?.reason ?? 'TRANSACTION_REFUSED' };
  if (order.intent === CheckoutPaymentIntent.Authorize) return { state: 'declined', code: rulingOf(order) };
  if (order.status === OrderStatus.Voided) return { state: 'declined', code: 'cancelled' };
  const url = pageOf(order.links);
  const waits = order.status === OrderStatus.Created || order.status === OrderStatus.PayerActionRequired;
  const wantsPayer = tokenOf(order) === null || order.status === OrderStatus.PayerActionRequired;
  return waits && wantsPayer && url !== null ? { state: 'action_required', url } : { state: 'pending' };
}

/** Whether a capture now could take money: the payer agreed on the page, or the account was saved for it. */
export function isReady(order: Order): boolean {
  if (order.intent !== CheckoutPaymentIntent.Capture || capturesOf(order).length > 0) return false;
  if (order.status === OrderStatus.Approved) return true;
  return order.status === OrderStatus.Created && tokenOf(order) !== null;
}

/** The page on which the payer agrees. */
export function pageOf(links: readonly Partial<Link>[] | undefined): string | null {
  const found = links?.find((link) => link.rel === 'payer-action' || link.rel === 'approve');
  return found?.href ?? null;
}

const ruled = 'declined: ';

/** The change that makes a decision about an order final at PayPal, as PATCH wants it. */
export function ruling(order: Order, code: string) {
  const unit = `/purchase_units/@reference_id=='${unitOf(order)?.referenceId}'`;
  return [
    { op: PatchOp.Replace, path: '/intent', value: 'AUTHORIZE' },
    { op: PatchOp.Replace, path: `${unit}/description`, value: `${ruled}${code}` },
  ];
}

function rulingOf(order: Order): string {
  const description = unitOf(order)?.description ?? '';
  return description.startsWith(ruled) ? description.slice(ruled.length) : 'cancelled';
}

function capturesOf(order: Order): OrdersCapture[] {
  return unitOf(order)?.payments?.captures ?? [];
}
