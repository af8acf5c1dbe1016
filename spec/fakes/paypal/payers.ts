/** PayPal accounts of payers, by what they do when they are charged. */
export const payers = [
  'pays',
  'lacks_funds',
  'is_locked',
  'is_risky',
  'must_be_asked',
  'pays_by_echeck',
  'cannot_be_refunded',
  'is_refunded_late',
] as const;

export type Payer = (typeof payers)[number];
