import {
  type Order,
  PaymentInitiator,
  type PaypalWallet,
  StoredPaymentSourceUsageType,
  UsagePattern,
} from '@paypal/paypal-server-sdk';
import { PaypalNo } from '#adapters/payments/_paypal-client.ts';
import { once, type PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { isReady, outcomeOf, pageOf, ruling, tokenOf, unitOf } from '#adapters/payments/_paypal-outcomes.ts';
import { type Outcome, ProviderRefused, ProviderUnavailable } from '#domain/payments/provider.ts';

/** The order with this number. Refuses `unknown_reference`. */
export async function getOrder({ call }: PaypalDesk, ref: string): Promise<Order> {
  if (!/^[0-9A-Z]{10,36}$/.test(ref)) throw new ProviderRefused('unknown_reference', `${ref} is no order of PayPal's`);
  try {
    return await call(({ orders }) => orders.getOrder({ id: ref }));
  } catch (error) {
    if (!(error instanceof PaypalNo)) throw error;
    throw new ProviderRefused(error.status === 404 ? 'unknown_reference' : 'bad_request', error.message);
  }
}

/** The order whose money this capture took, or null when PayPal knows no such capture of ours. */
export async function orderOfCapture({ call }: PaypalDesk, captureId: string): Promise<string | null> {
  try {
    const capture = await call(({ payments }) => payments.getCapturedPayment({ captureId }));
    return capture.supplementaryData?.relatedIds?.orderId ?? null;
  } catch (error) {
    if (error instanceof PaypalNo) return null;
    throw error;
  }
}

/** Takes the order's money when that is possible, and answers what became of it. Once decided it stays so. */
export function confirmOrder(desk: PaypalDesk, ref: string): Promise<Outcome> {
  return once(desk, `confirm ${ref}`, async () => {
    const order = await getOrder(desk, ref);
    return isReady(order) ? capture(desk, order, ref) : outcomeOf(order);
  });
}

/** Makes sure that the order can never be captured, at PayPal itself; answers what became of it when that came too late. */
export async function cancelOrder(desk: PaypalDesk, ref: string): Promise<Outcome> {
  const order = await findOrder(desk, ref);
  if (!order) return cancelled; // PayPal drops orders nobody paid after some hours
  const outcome = outcomeOf(order);
  if (isFinal(outcome) || hasCapture(order)) return outcome;
  const refusal = await rule(desk, order, 'cancelled');
  const after = outcomeOf(await getOrder(desk, ref));
  if (refusal && !isFinal(after)) throw new ProviderUnavailable(`PayPal does not cancel ${ref}: ${refusal.issue}`);
  return after;
}

const cancelled: Outcome = { state: 'declined', code: 'cancelled' };

async function capture(desk: PaypalDesk, order: Order, ref: string): Promise<Outcome> {
  const token = order.status === 'CREATED' ? tokenOf(order) : null;
  try {
    const captured = await desk.call(({ orders }) =>
      orders.captureOrder({
        id: ref,
        paypalRequestId: `${unitOf(order)?.invoiceId}-capture`,
        prefer: 'return=representation',
        body: token === null ? {} : { paymentSource: { paypal: savedAccount(token) } },
      }),
    );
    return outcomeOf(captured);
  } catch (error) {
    if (error instanceof PaypalNo) return afterNo(desk, order, error);
    throw error;
  }
}

function savedAccount(vaultId: string): PaypalWallet {
  return {
    vaultId,
    storedCredential: {
      paymentInitiator: PaymentInitiator.Merchant,
      usage: StoredPaymentSourceUsageType.Subsequent,
      usagePattern: UsagePattern.RecurringPostpaid,
    },
  };
}

// Somebody else was faster: the order itself tells what became of it.
const decidedBefore = new Set(['ORDER_ALREADY_CAPTURED', 'ORDER_ALREADY_COMPLETED', 'ACTION_DOES_NOT_MATCH_INTENT']);

// About the seller's account or our request and not about the payer: no customer's method failed by it, nothing moved.
const notThePayer = new RegExp(
  `^(${[
    'AUTH_CAPTURE|NOT_AUTHORIZED|NOT_ENABLED|SETUP_ERROR|TRANSACTION_RECEIVING',
    'PAYEE_ACCOUNT|PAYEE_NOT|REFERENCE_TRANSACTION|BILLING_AGREEMENT_ID',
    'CANCEL_URL|CURRENCY|INCOMPATIBLE|INVALID|MISSING|PAYMENT_SOURCE|PREFERRED|RETURN_URL',
    'ORDER_COMPLETION_IN_PROGRESS|ORDER_NOT_APPROVED',
  ].join('|')})`,
);

async function afterNo(desk: PaypalDesk, order: Order, no: PaypalNo): Promise<Outcome> {
  const ref = String(order.id);
  if (decidedBefore.has(no.issue)) return outcomeOf(await getOrder(desk, ref));
  if (no.issue === 'DUPLICATE_INVOICE_ID') {
    throw new ProviderRefused('key_reused', `${unitOf(order)?.invoiceId} was paid with another order`);
  }
  if (no.status === 422 && notThePayer.test(no.issue))
    throw new ProviderUnavailable(`PayPal did not take ${ref}: ${no.issue}`);
  if (no.issue === 'PAYER_ACTION_REQUIRED') return payerWanted(desk, ref, no);
  if (no.status === 400) throw new ProviderRefused('bad_request', no.message);
  // The order was there a moment ago, so what PayPal cannot find is the saved account.
  const code = no.status === 404 ? 'TOKEN_NOT_FOUND' : no.issue;
  await rule(desk, order, code).catch(leaveUnruled);
  return { state: 'declined', code };
}

async function payerWanted(desk: PaypalDesk, ref: string, no: PaypalNo): Promise<Outcome> {
  const outcome = outcomeOf(await getOrder(desk, ref));
  if (outcome.state !== 'pending') return outcome;
  const url = pageOf(no.links);
  return url === null ? { state: 'declined', code: 'authentication_required' } : { state: 'action_required', url };
}

/** Writes a decision into the order; answers PayPal's refusal, which comes when the order was completed meanwhile. */
async function rule({ call }: PaypalDesk, order: Order, code: string): Promise<PaypalNo | undefined> {
  try {
    await call(({ orders }) => orders.patchOrder({ id: String(order.id), body: ruling(order, code) }));
    return undefined;
  } catch (error) {
    if (error instanceof PaypalNo) return error;
    throw error;
  }
}

// The refusal itself is certain. Should we be asked again before it is written down, the same order is tried once more.
function leaveUnruled(error: unknown): void {
  if (!(error instanceof ProviderUnavailable)) throw error;
}

async function findOrder(desk: PaypalDesk, ref: string): Promise<Order | null> {
  try {
    return await getOrder(desk, ref);
  } catch (error) {
    if (error instanceof ProviderRefused && error.code === 'unknown_reference') return null;
    throw error;
  }
}

function isFinal({ state }: Outcome): boolean {
  return state === 'succeeded' || state === 'declined';
}

function hasCapture(order: Order): boolean {
  return (unitOf(order)?.payments?.captures ?? []).length > 0;
}
