import type { Temporal } from 'temporal-polyfill';
import { type MethodStanding, type Trouble, troubleOf } from '#domain/payments/decide-health.ts';
import type { MethodKind, PaymentProvider, ProviderName } from '#domain/payments/provider.ts';

/** What is to be paid: an order of this kind, or one that is about to be placed. `amount` minor units with VAT. */
export type Purchase = { kind: 'top_up' | 'settlement' | 'mailboxes'; amount: bigint; currency: string };

/** A provider that is set up here, and what it takes in the purchase's currency. */
export type ProviderTerms = Pick<PaymentProvider, 'name' | 'kinds'> & { limits: ReturnType<PaymentProvider['limits']> };

export type WayMethod = MethodStanding & { provider: ProviderName };

export type WayQuestion = {
  purchase: Purchase;
  on: Temporal.PlainDate;
  /** Of the prepaid account; below 0 is debt. */
  balance: bigint;
  methods: readonly WayMethod[];
  providers: readonly ProviderTerms[];
  /** Whether the seller takes bank transfers. */
  hasBank: boolean;
  /** A charge whose outcome is open: no other may begin (R28). */
  isCharging: boolean;
};

/** Why something cannot be paid that way. */
export type Obstacle =
  | Trouble
  | 'pending'
  | 'charge_under_way'
  | 'provider_missing'
  | 'currency_not_taken'
  | 'amount_too_small'
  | 'amount_too_large'
  | 'not_for_top_ups'
  | 'not_for_debts'
  | 'credit_too_low'
  | 'no_bank_account';

/** A way to pay: the prepaid account, a registered method, a provider's page, a bank transfer. `why` null: it may be taken. */
export type Way =
  | { by: 'account'; why: Obstacle | null }
  | { by: 'method'; methodId: bigint; why: Obstacle | null }
  | { by: 'page'; kind: MethodKind; why: Obstacle | null }
  | { by: 'transfer'; why: Obstacle | null };

/** Every way to pay a purchase (R11), those that may not be taken with the first reason why. */
export function decideWays(question: WayQuestion): Way[] {
  const { methods, hasBank } = question;
  return [
    { by: 'account', why: whyNotAccount(question) },
    ...methods.map((method) => ({
      by: 'method' as const,
      methodId: method.methodId,
      why: whyNotMethod(question, method),
    })),
    ...(['card', 'paypal'] as const).map((kind) => ({ by: 'page' as const, kind, why: whyNotPage(question, kind) })),
    { by: 'transfer', why: hasBank ? null : 'no_bank_account' },
  ];
}

function whyNotAccount({ purchase, balance }: WayQuestion): Obstacle | null {
  if (purchase.kind === 'top_up') return 'not_for_top_ups';
  // Credit pays debts by itself (R4): where there is a debt, there is none.
  if (purchase.kind === 'settlement') return 'not_for_debts';
  return balance < purchase.amount ? 'credit_too_low' : null;
}

function whyNotMethod(question: WayQuestion, method: WayMethod): Obstacle | null {
  const { on, providers } = question;
  if (method.state === 'pending') return 'pending';
  const terms = providers.find(({ name }) => name === method.provider);
  return troubleOf(method, on) ?? whyNotProvider(question, terms);
}

function whyNotPage(question: WayQuestion, kind: MethodKind): Obstacle | null {
  const terms = question.providers.find(({ kinds }) => kinds.includes(kind));
  return whyNotProvider(question, terms);
}

function whyNotProvider({ purchase, isCharging }: WayQuestion, terms: ProviderTerms | undefined): Obstacle | null {
  if (!terms) return 'provider_missing';
  if (terms.limits === null) return 'currency_not_taken';
  if (purchase.amount < terms.limits.least) return 'amount_too_small';
  if (purchase.amount > terms.limits.most) return 'amount_too_large';
  return isCharging ? 'charge_under_way' : null;
}
