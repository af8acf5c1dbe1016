import type { MethodKind, Outcome } from '#domain/payments/provider.ts';

/**
 * The cards and accounts of the sandbox, by what they do. They have no full number anywhere: what a page shows is the
 * first and the last four digits, and what a form sends is the name (P10).
 */
export type SandboxCard = keyof typeof sandboxCards;

export const sandboxCards = {
  success: card('Visa', '4242…4242'),
  insufficient_funds: card('Visa', '4000…9995', { declines: 'insufficient_funds' }),
  generic_decline: card('Visa', '4000…0002', { declines: 'generic_decline' }),
  stolen_card: card('Visa', '4000…9979', { declines: 'stolen_card' }),
  expired_card: card('Mastercard', '5200…0069', { declines: 'expired_card' }),
  authentication_required: card('Visa', '4000…3184', { asks: true }),
  credit_limit: card('Mastercard', '5555…4444', { limited: true }),
  registration_refused: card('Visa', '4000…0341', { refusedAtRegistration: true }),
  refund_fails: card('Visa', '4000…5126', { refundFails: true }),
  timeout_before: card('Visa', '4000…0408', { fault: 'timeout_before' }),
  timeout_after: card('Visa', '4000…0504', { fault: 'timeout_after' }),
  slow: card('Visa', '4000…0202', { fault: 'slow' }),
  paypal: account('payer@paypal.example'),
  paypal_revoked: account('gone@paypal.example', { declines: 'revocation_of_authorization', revoked: true }),
  paypal_clearing: account('bank@paypal.example', { clears: true }),
} as const satisfies Record<string, SandboxCardTraits>;

export type SandboxCardTraits = {
  kind: MethodKind;
  brand: string;
  /** What a page shows of it: first and last four digits, or the PayPal account. */
  shown: string;
  lastFour: string;
  /** Always declined, with this code. */
  declines?: string;
  /** Wants its owner in front of the screen. */
  asks?: boolean;
  /** Has a credit that runs out. */
  limited?: boolean;
  refusedAtRegistration?: boolean;
  refundFails?: boolean;
  /** The consent is gone after the first attempt. */
  revoked?: boolean;
  /** Pays an hour after it was asked, as a bank debit behind PayPal does. */
  clears?: boolean;
  fault?: SandboxFault;
};

/** What can go wrong on the way: no answer and nothing done, no answer though it was done, a late answer. */
export type SandboxFault = 'timeout_before' | 'timeout_after' | 'slow';

/** What may be drawn from the card with a credit limit unless said otherwise, in minor units. */
export const defaultCredit = 100_00n;

/** The traits of a card by the name stored with its method. */
export function cardTraits(name: string): SandboxCardTraits {
  const traits = findCard(name);
  if (!traits) throw new Error(`the sandbox has no card ${name}`);
  return traits;
}

/** The traits of a card that a form named, or undefined when there is no such card. */
export function findCard(name: string): SandboxCardTraits | undefined {
  return Object.hasOwn(sandboxCards, name) ? sandboxCards[name as SandboxCard] : undefined;
}

export type Attempt = {
  card: string;
  /** As the method stands when it is charged. */
  usable: 'yes' | 'expired' | 'no';
  amount: bigint;
  creditLeft: bigint | null;
  /** Whether the payer is in front of the screen. */
  present: boolean;
};

/** What the issuer says to an attempt to take the whole amount; `asked` becomes an outcome with a link. */
export function decideCharge(attempt: Attempt): Exclude<Outcome, { state: 'action_required' }> | { state: 'asked' } {
  const traits = cardTraits(attempt.card);
  if (attempt.usable === 'no') return { state: 'declined', code: 'method_removed' };
  if (attempt.usable === 'expired') return { state: 'declined', code: 'expired_card' };
  if (traits.declines) return { state: 'declined', code: traits.declines };
  if (traits.asks && !attempt.present) return { state: 'asked' };
  if (attempt.creditLeft !== null && attempt.creditLeft < attempt.amount) {
    return { state: 'declined', code: 'insufficient_funds' };
  }
  return { state: traits.clears ? 'pending' : 'succeeded' };
}

type Extra = Omit<SandboxCardTraits, 'kind' | 'brand' | 'shown' | 'lastFour'>;

function card(brand: string, shown: string, extra: Extra = {}): SandboxCardTraits {
  return { kind: 'card', brand, shown, lastFour: shown.slice(-4), ...extra };
}

function account(shown: string, extra: Extra = {}): SandboxCardTraits {
  return { kind: 'paypal', brand: 'PayPal', shown, lastFour: '', ...extra };
}
