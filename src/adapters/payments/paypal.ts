import type { Temporal } from 'temporal-polyfill';
import { nameAccount } from '#adapters/payments/_paypal-account.ts';
import { createCharge, describeCharge, findCharge } from '#adapters/payments/_paypal-charges.ts';
import { createPaypalCall, KeysRefused, type PaypalAccess } from '#adapters/payments/_paypal-client.ts';
import type { PaypalDesk } from '#adapters/payments/_paypal-desk.ts';
import { getDispute } from '#adapters/payments/_paypal-disputes.ts';
import { limitsAtPaypal } from '#adapters/payments/_paypal-limits.ts';
import { getMethod, removeMethod, startMethod } from '#adapters/payments/_paypal-methods.ts';
import { listMovements } from '#adapters/payments/_paypal-movements.ts';
import { getRefund, makeRefund } from '#adapters/payments/_paypal-refunds.ts';
import { cancelOrder, confirmOrder, orderOfCapture } from '#adapters/payments/_paypal-settle.ts';
import type { DisputeDetails, PaymentProvider } from '#domain/payments/provider.ts';

/**
 * `environment` decides whose keys are taken: PayPal's live address knows no sandbox keys and the other way round.
 * `baseUrl` is a fake's address; an answer later than `timeoutMilliseconds` (30,000) counts as lost.
 */
export type PaypalOptions = PaypalAccess & { now: () => Temporal.Instant };

/** PayPal as a payment provider, and what only PayPal's webhooks need. */
export type PaypalProvider = PaymentProvider & {
  getDispute(ref: string): Promise<DisputeDetails>;
  /** The charge whose money this capture took, null when it is none of ours: refunds name captures. */
  chargeOfCapture(captureId: string): Promise<string | null>;
};

/** Payments through PayPal's Orders, Payments and Payment Method Tokens APIs; every POST carries its PayPal-Request-Id. */
export function createPaypalProvider(options: PaypalOptions): PaypalProvider {
  const desk: PaypalDesk = {
    call: createPaypalCall(options),
    now: options.now,
    keys: new Map(),
    underWay: new Map(),
    paid: new Map(),
  };
  return {
    name: 'paypal',
    kinds: ['paypal'],
    statementHours: 3,
    // What nobody agreed to by then PayPal drops.
    pageHours: 3,
    markAccount: () => nameAccount(desk),
    hasMark: async (mark) => (await nameAccount(desk)) === mark,
    limits: limitsAtPaypal,
    startMethod: (request) => startMethod(desk, request),
    getMethod: (ref) => getMethod(desk, ref),
    removeMethod: (token) => removeMethod(desk, token),
    createCharge: (request) => createCharge(desk, request),
    confirmCharge: (ref) => confirmOrder(desk, ref),
    cancelCharge: (ref) => cancelOrder(desk, ref),
    getCharge: (ref) => describeCharge(desk, ref),
    findCharge: (key, _token, since) => findCharge(desk, key, since),
    refund: (request) => makeRefund(desk, request),
    getRefund: (refund) => getRefund(desk, refund),
    getDispute: (ref) => getDispute(desk, ref),
    listMovements: (from, to) => listMovements(desk, { from, to }),
    chargeOfCapture: (captureId) => orderOfCapture(desk, captureId),
  };
}

/**
 * Asks PayPal whether it takes these keys and lets them save accounts: one sentence for whoever starts the product when it
 * does not; null when it does, and also when PayPal does not answer, because that is no reason not to start.
 */
export async function checkPaypalKeys(access: PaypalAccess): Promise<string | null> {
  try {
    // Nobody has this account, and only who may ask is told so.
    await createPaypalCall(access)(({ vault }) => vault.getPaymentToken('nobodys-account'));
    return null;
  } catch (error) {
    return error instanceof KeysRefused ? error.message : null;
  }
}
