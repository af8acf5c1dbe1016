/**
 * Every business fact there is. `followed` facts have consequences beyond their own transaction: they are listed,
 * with what follows, in `worker/reactions.ts`; the others are told to the audit trail only.
 */
export const eventTypes = {
  'customers.registered': 'told',
  'customers.changed': 'told',
  'thresholds.changed': 'told',
  'balances.fell_below_threshold': 'followed',
  'balances.opened': 'told',

  'platforms.registered': 'told',
  'platforms.terminated': 'followed',
  'platforms.termination_revoked': 'followed',
  'platforms.closed': 'told',

  'mailboxes.registered': 'followed',
  'mailboxes.started': 'followed',
  'mailboxes.modes_changed': 'followed',
  'mailboxes.renewal_announced': 'followed',
  'mailboxes.suspended': 'followed',
  'mailboxes.resumed': 'followed',
  'mailboxes.deletion_announced': 'followed',
  'mailboxes.ended': 'followed',
  'mailboxes.deleted': 'told',
  'mailboxes.parked': 'told',
  'mailboxes.released': 'told',
  'customers.parked': 'told',
  'customers.released': 'followed',

  'orders.placed': 'followed',
  'orders.paid': 'followed',
  'orders.expired': 'told',
  'orders.withdrawn': 'told',

  'invoices.issued': 'followed',
  'invoices.settled': 'followed',
  'credit_notes.issued': 'followed',
  'debts.reminded': 'followed',
  'debts.written_off': 'told',
  'debts.reopened': 'followed',

  'methods.started': 'told',
  'methods.registered': 'followed',
  'methods.changed': 'told',
  'methods.failed': 'followed',
  'methods.expiring': 'followed',
  'methods.found_unfit': 'followed',
  'methods.expired': 'told',
  'methods.removed': 'followed',

  'charges.submitted': 'told',
  'charges.declined': 'told',
  'charges.became_unknown': 'told',
  'charges.action_required': 'told',
  'charges.withdrawn': 'told',
  'collections.refused': 'followed',
  'collections.action_required': 'followed',
  'payments.received': 'followed',
  'refunds.requested': 'told',
  'refunds.failed': 'told',
  'payments.refunded': 'followed',
  'payments.reversed': 'followed',
  'payments.reversal_won': 'told',

  'prices.announced': 'followed',
  'people.changed': 'told',
  'tokens.changed': 'told',
} as const;

export type EventType = keyof typeof eventTypes;
