import type { Temporal } from 'temporal-polyfill';

/** Who moves the money. */
export const providerNames = ['sandbox', 'stripe', 'paypal'] as const;
export type ProviderName = (typeof providerNames)[number];

/** What a customer can register with a provider (R31). */
export type MethodKind = 'card' | 'paypal';

/**
 * What the provider says about a charge. `succeeded` and `declined` are final. `action_required`: the payer must go to
 * `url`. `pending`: nothing is decided yet; asking later, or confirming the same charge again, is always safe.
 */
export type Outcome =
  | { state: 'succeeded' }
  | { state: 'declined'; code: string }
  | { state: 'action_required'; url: string }
  | { state: 'pending' };

/** A registered card or PayPal account as the provider describes it; never a card number (R31, P10). */
export type MethodDetails = {
  state: 'pending' | 'valid' | 'failed' | 'expired' | 'removed';
  kind: MethodKind;
  brand: string;
  /** Empty for PayPal and while pending. */
  lastFour: string;
  /** The last day on which it can be charged; null for PayPal and while pending. */
  expiresOn: Temporal.PlainDate | null;
  /** What a later charge names; worthless to anybody but us and the provider. */
  token: string;
};

export type MethodRequest = { customerId: bigint; methodId: bigint; kind: MethodKind; returnUrl: string };

/**
 * `key` is ours and decides identity. `amount` is in minor units and positive. `token` null: the payer chooses how to
 * pay on the provider's page. `owner` comes back unchanged from getCharge, so that an answer is bound to our charge.
 */
export type ChargeRequest = {
  key: string;
  amount: bigint;
  currency: string;
  token: string | null;
  description: string;
  owner: string;
  returnUrl?: string;
};

export type ChargeDetails = {
  outcome: Outcome;
  amount: bigint;
  currency: string;
  owner: string;
  /** Given back so far, in minor units; a dispute is not a refund. */
  refunded: bigint;
};

/** A dispute as its provider tells it; amounts in minor units, `taken` without fees. */
export type DisputeDetails = {
  chargeRef: string;
  amount: bigint;
  taken: bigint;
  currency: string;
  state: 'open' | 'won' | 'lost';
};

export type RefundRequest = { key: string; chargeRef: string; amount: bigint; currency: string };

/**
 * One line of the provider's own statement. `amount` > 0 came in to us, < 0 went out. `ref` is the charge's, refund's or
 * dispute's own, as our payments and refunds know it; a fee's, a payout's and a deposit's (what we
 * put there from our bank) is any reference that is theirs for ever.
 * A dispute that was won comes back as a second line of kind `dispute` with `amount` > 0.
 */
export type ProviderMovement = {
  ref: string;
  kind: 'charge' | 'refund' | 'dispute' | 'fee' | 'payout' | 'deposit';
  amount: bigint;
  currency: string;
  at: Temporal.Instant;
};

/**
 * The way money gets in and out. Every method may throw ProviderUnavailable (outcome unknown: ask again by reference or
 * key, never repeat with a new key, R28) or ProviderRefused (definitely nothing happened).
 */
export type PaymentProvider = {
  readonly name: ProviderName;
  readonly kinds: readonly MethodKind[];
  /** How many hours after it happened a movement may still be missing in `listMovements`. */
  readonly statementHours: number;
  /** For how many hours at least its payer can pay on a page, from when the charge was made. */
  readonly pageHours: number;
  /** A mark by which the account behind the keys is known again, whatever its keys: made there, or its own name. */
  markAccount(): Promise<string>;
  /** Whether the account behind the keys is the one that was marked so. */
  hasMark(mark: string): Promise<boolean>;
  /** What it takes in a currency, both ends included, in minor units; null when it does not take the currency. */
  limits(currency: string): { least: bigint; most: bigint } | null;
  /** Opens a registration on the provider's own page; the same methodId gives the same registration (R31). */
  startMethod(request: MethodRequest): Promise<{ ref: string; url: string }>;
  getMethod(ref: string): Promise<MethodDetails>;
  /** Forgets a method; removing it twice is no mistake. */
  removeMethod(token: string): Promise<void>;
  /** Makes the charge known without moving money. Same key → same charge; the same key with another amount, currency, token or owner is refused. */
  createCharge(request: ChargeRequest): Promise<{ ref: string; url: string | null }>;
  /** Moves the whole amount or nothing (R23). Confirming a decided charge again repeats its outcome and moves nothing. */
  confirmCharge(ref: string): Promise<Outcome>;
  /** Makes sure that a charge which has moved no money never will (its debt was paid another way); answers its final outcome, `succeeded` when it was too late. */
  cancelCharge(ref: string): Promise<Outcome>;
  getCharge(ref: string): Promise<ChargeDetails>;
  /**
   * The reference of the charge made with this key and this token, or null when none was made that could have moved money.
   * The token, and the instant from which the key may have been used, tell some providers where to look.
   */
  findCharge(key: string, token: string | null, since?: Temporal.Instant): Promise<string | null>;
  /** Gives money back; same key → same refund. Never more than the charge took. */
  refund(request: RefundRequest): Promise<{ ref: string; state: 'succeeded' | 'failed' }>;
  /** How a refund stands now: one that was made may still fail, days later, and then the money is with us again. */
  getRefund(refund: { ref: string; chargeRef: string }): Promise<{ state: 'succeeded' | 'failed' }>;
  /** The charge whose money was taken under this other reference of the provider's; null when it is none of ours; absent where there is none. */
  chargeOfCapture?(ref: string): Promise<string | null>;
  /** A payer's bank taking money back: what is gone for it now, in minor units, 0 once it was won; absent where it is never told so. */
  getDispute?(ref: string): Promise<DisputeDetails>;
  /** The provider's statement, oldest first: `from` belongs to it, `to` does not. */
  listMovements(from: Temporal.Instant, to: Temporal.Instant): AsyncIterable<ProviderMovement>;
};

/** Time-out, reset or an answer such as 503: nobody knows whether it happened (R28). */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}

/** Why a provider says a definite no to a request; a declined charge is not one of these but an outcome. */
export type ProviderRefusal = 'key_reused' | 'unknown_reference' | 'unknown_token' | 'not_refundable' | 'bad_request';

/** The provider understood and did nothing. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  readonly code: ProviderRefusal;

  constructor(code: ProviderRefusal, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}
