/** What a card's bank does with it. */
export type CardBehaviour = {
  /** Every charge is declined so. */
  declines?: { code: string; declineCode?: string; adviceCode?: string };
  /** Wants its owner in front of the screen. */
  asks?: boolean;
  /** Charges stay in processing for so many seconds, then succeed. */
  clearsAfter?: number;
  /** Refunds fail at the bank. */
  refundFails?: boolean;
  /** Cannot be registered. */
  refusedAtSetup?: boolean;
};

export type TestCard = CardBehaviour & { brand: string; last4: string };

/** Stripe's test cards by the names of its documentation; a full number is nowhere (P10). */
export const testCards = {
  pm_card_visa: visa('4242'),
  pm_card_mastercard: { brand: 'mastercard', last4: '4444' },
  pm_card_amex: { brand: 'amex', last4: '8431' },
  pm_card_chargeCustomerFail: visa('0341', declined('generic_decline')),
  pm_card_visa_chargeDeclined: visa('0002', { ...declined('generic_decline'), refusedAtSetup: true }),
  pm_card_visa_chargeDeclinedInsufficientFunds: visa('9995', {
    ...declined('insufficient_funds'),
    refusedAtSetup: true,
  }),
  pm_card_visa_chargeDeclinedStolenCard: visa('9979', { ...declined('stolen_card'), refusedAtSetup: true }),
  pm_card_chargeDeclinedExpiredCard: visa('0069', { declines: { code: 'expired_card' }, refusedAtSetup: true }),
  tok_visa_chargeCustomerFailStolenCard: visa('9979', declined('stolen_card')),
  pm_card_authenticationRequired: visa('3184', { asks: true }),
  pm_card_refundFail: visa('5126', { refundFails: true }),
} as const satisfies Record<string, TestCard>;

export type TestCardName = keyof typeof testCards;

/** The card a form named, or undefined. */
export function findTestCard(name: string): TestCard | undefined {
  return Object.hasOwn(testCards, name) ? testCards[name as TestCardName] : undefined;
}

/** A bank that declines for this reason. */
export function declined(declineCode: string, adviceCode?: string): CardBehaviour {
  return { declines: { code: 'card_declined', declineCode, ...(adviceCode && { adviceCode }) } };
}

function visa(last4: string, behaviour: CardBehaviour = {}): TestCard {
  return { brand: 'visa', last4, ...behaviour };
}
