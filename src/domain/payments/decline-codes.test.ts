import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declineKind } from '#domain/payments/decline-codes.ts';

test('a decline that another attempt cannot change is hard, any other is soft (R26)', () => {
  const hard = [
    'stolen_card',
    'lost_card',
    'expired_card',
    'revocation_of_authorization',
    'authentication_required',
    'offline_pin_required',
    'payment_intent_mandate_invalid',
    'test_mode_live_card',
    'PAYER_ACCOUNT_LOCKED_OR_CLOSED',
    'CARD_EXPIRED',
  ];
  // All of Stripe's own list and of PayPal's issues that are not in the table; the network sends a new card by itself.
  const soft = [
    ...['approve_with_id', 'call_issuer', 'card_decline_rate_limit_exceeded', 'card_velocity_exceeded', 'do_not_honor'],
    ...['duplicate_transaction', 'generic_decline', 'insufficient_funds', 'invalid_amount', 'issuer_not_available'],
    ...['new_account_information_available', 'processing_error', 'reenter_transaction', 'try_again_later'],
    ...['withdrawal_count_limit_exceeded', 'INSTRUMENT_DECLINED', 'MAX_NUMBER_OF_PAYMENT_ATTEMPTS_EXCEEDED'],
    ...['TRANSACTION_LIMIT_EXCEEDED', 'TRANSACTION_REFUSED', 'a code of next year'],
  ];
  for (const code of hard) assert.equal(declineKind(code), 'hard', code);
  for (const code of soft) assert.equal(declineKind(code), 'soft', code);
});
