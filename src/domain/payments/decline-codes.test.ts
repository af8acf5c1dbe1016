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
  ];
  const soft = [
    'insufficient_funds',
    'generic_decline',
    'do_not_honor',
    'card_velocity_exceeded',
    'try_again_later',
    'a code of next year',
  ];
  for (const code of hard) assert.equal(declineKind(code), 'hard', code);
  for (const code of soft) assert.equal(declineKind(code), 'soft', code);
});
