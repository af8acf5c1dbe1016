import type { Role } from '#domain/identity/roles.ts';
import type { LetterKind } from './types.ts';

const money: readonly Role[] = ['admin', 'billing'];
const service: readonly Role[] = ['admin', 'technical'];
const everybody: readonly Role[] = ['admin', 'billing', 'technical'];

/**
 * Who at a customer gets a letter besides the customer's own address (R35): billing hears of money and of renewals,
 * technical of what happens to mailboxes. Letters to one person only are no matter of roles.
 */
export const audiences: { readonly [Kind in LetterKind]: readonly Role[] } = {
  order_placed: money,
  order_paid: money,
  invoice: money,
  collected: money,
  debt: money,
  reminder: money,
  payment_failed_action: money,
  credit_note: money,
  refund: money,
  balance_low: money,
  price_announced: money,
  renewal_notice: money,
  method_added: money,
  method_expiring: money,
  method_unfit: money,
  method_removed: money,
  mode_changed: everybody,
  termination_recorded: everybody,
  termination_revoked: everybody,
  suspended: everybody,
  ending_soon: everybody,
  resumed: service,
  ended: everybody,
  deletion_warning: everybody,
  new_device: [],
  second_factor_changed: [],
  password_reset: [],
  invitation: [],
};
