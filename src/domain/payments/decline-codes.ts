// Source: Stripe "Decline codes" (docs.stripe.com/declines/codes), the codes its "Smart Retries" page names as never retried,
// and its error codes that come in place of a decline code; PayPal "Orders v2" error issues
// (developer.paypal.com/docs/api/orders/v2). Hard means that another attempt with the same method cannot succeed, or that card
// networks fine it. `authentication_required` and what the payer refused in person are hard here because only the payer can
// resolve them (R26: a letter, no loop).
const hard = new Set([
  // the card or account is gone, wrong or barred
  'authentication_failed',
  'authentication_required',
  'authentication_not_handled',
  'card_not_supported',
  'currency_not_supported',
  'do_not_try_again',
  'expired_card',
  'expired_payment_method',
  'fraudulent',
  'highest_risk_level',
  'incorrect_address',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_pin',
  'incorrect_zip',
  'invalid_account',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'invalid_pin',
  'live_mode_test_card',
  'lost_card',
  'merchant_blacklist',
  'mobile_device_authentication_required',
  'no_action_taken',
  'not_permitted',
  'offline_pin_required',
  'online_or_offline_pin_required',
  'payment_intent_authentication_failure',
  'payment_intent_mandate_invalid',
  'pickup_card',
  'pin_try_exceeded',
  'restricted_card',
  'security_violation',
  'service_not_allowed',
  'stolen_card',
  'test_mode_live_card',
  'testmode_decline',
  'transaction_not_allowed',
  // the payer took the permission back
  'cancelled',
  'method_removed',
  'payment_method_customer_decline',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'stop_payment_order',
  // PayPal
  'AGREEMENT_ALREADY_CANCELLED',
  'BILLING_AGREEMENT_NOT_FOUND',
  'CARD_CLOSED',
  'CARD_EXPIRED',
  'COMPLIANCE_VIOLATION',
  'DOMESTIC_TRANSACTION_REQUIRED',
  'PAYEE_BLOCKED_TRANSACTION',
  'PAYER_ACCOUNT_LOCKED_OR_CLOSED',
  'PAYER_ACCOUNT_RESTRICTED',
  'PAYER_CANNOT_PAY',
  'REDIRECT_PAYER_FOR_ALTERNATE_FUNDING',
  'REFERENCED_CARD_EXPIRED',
  'TOKEN_ID_NOT_FOUND',
  'TOKEN_NOT_FOUND',
  'TRANSACTION_BLOCKED_BY_PAYEE',
]);

/**
 * Whether a declined charge is worth another attempt with the same method: soft is retried on the policy's days, hard
 * never (R26). A code we do not know counts as soft, because the number of retries is bounded anyway.
 */
export function declineKind(code: string): 'soft' | 'hard' {
  return hard.has(code) ? 'hard' : 'soft';
}
