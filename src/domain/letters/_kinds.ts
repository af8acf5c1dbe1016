import { collected, debt, endingSoon, paymentFailedAction, reminder, resumed, suspended } from './_debts.ts';
import type { Writer } from './_draft.ts';
import {
  deletionWarning,
  ended,
  modeChanged,
  priceAnnounced,
  renewalNotice,
  terminationRecorded,
  terminationRevoked,
} from './_mailboxes.ts';
import { balanceLow, creditNote, invoice, orderPaid, orderPlaced, refund } from './_orders.ts';
import {
  invitation,
  methodAdded,
  methodExpiring,
  methodRemoved,
  methodUnfit,
  newDevice,
  passwordReset,
  secondFactorChanged,
} from './_people.ts';
import type { LetterKind } from './types.ts';

/** Who writes which letter (R33). */
export const writers: { readonly [Kind in LetterKind]: Writer<Kind> } = {
  order_placed: orderPlaced,
  order_paid: orderPaid,
  invoice,
  collected,
  debt,
  reminder,
  suspended,
  resumed,
  ending_soon: endingSoon,
  ended,
  deletion_warning: deletionWarning,
  renewal_notice: renewalNotice,
  mode_changed: modeChanged,
  termination_recorded: terminationRecorded,
  termination_revoked: terminationRevoked,
  method_added: methodAdded,
  method_expiring: methodExpiring,
  method_unfit: methodUnfit,
  method_removed: methodRemoved,
  balance_low: balanceLow,
  new_device: newDevice,
  second_factor_changed: secondFactorChanged,
  password_reset: passwordReset,
  payment_failed_action: paymentFailedAction,
  price_announced: priceAnnounced,
  credit_note: creditNote,
  refund,
  invitation,
};
