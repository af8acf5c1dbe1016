/** A statement for each invariant that breaks it in the demo company, past every key and grant that stands in the way. */
export const sabotages: Readonly<Record<string, string>> = {
  balances_equal_transfers: `update accounts set balance = balance + 1 where ${first('accounts', 'movements > 0')}`,
  ledger_sums_to_zero: `update transfers set currency = 'USD' where ${first('transfers')}`,
  movements_equal_transfers: `update transfers set amount = amount + 1 where ${first('transfers', 'movement_number is not null')}`,
  statements_end_at_balance: `update accounts set movements = movements + 1 where ${first('accounts')}`,
  credit_or_debt_never_both: `update debts set due = due + 1 where ${first('debts', "state = 'open'")}`,
  only_invoices_and_reversals_owe: `update movements set cause = 'opening' where ${first('movements', 'amount < 0 and balance_after < 0')}`,
  written_for_ever: 'grant update (data) on events to rinnovo_api',
  invoices_equal_lines: `update terms set net = net + 1 where ${first('terms', 'invoice_id is not null')}`,
  invoices_equal_transfers: `update movements set reference = 'lost' where ${first('movements', "cause = 'invoice'")}`,
  credit_notes_equal_transfers: `
    insert into credit_notes (customer_id, invoice_id, seller_id, series, year, seq, number, issued_on, issued_at, currency, net, vat, gross, reason)
    select customer_id, invoice_id, seller_id, 'N', year, 1, 'N1', issued_on, issued_at, currency, 1, 0, 1, '' from invoices where ${first('invoices')}`,
  numbers_without_gaps: 'update invoices set seq = seq + 1 where seq = (select max(seq) from invoices)',
  numbers_in_date_order: 'update invoices set issued_on = issued_on + 365 where seq = 1',
  vat_rounded_once: `update invoices set vat = vat + 1, gross = gross + 1 where ${first('invoices')}`,
  deadlines_leave_168_hours: `update invoices set deadline_at = deadline_at - interval '1 day' where ${first('invoices')}`,
  settlements_add_up: `update settlements set amount = amount + 1 where ${first('settlements')}`,
  terms_neither_overlap_nor_leave_a_hole: `
    update terms set starts_on = starts_on - 1, previous_ends_on = starts_on - 1 where ${first('terms', 'previous_ends_on is not null')}`,
  mailboxes_expire_with_their_last_term: `update mailboxes set expires_on = expires_on + 1 where ${first('mailboxes')}`,
  terms_counted_from_the_anchor: `
    update terms set ends_on = ends_on + 1 where ${first('terms', 'previous_ends_on is not null and extract(day from ends_on + 1) <> 1')}`,
  terms_cost_the_price_in_force: `
    update terms set net = net + 1 where ${first('terms', 'previous_ends_on is not null and extract(day from ends_on) <> 1')}`,
  addresses_live_once: `update mailboxes set address = 'other@example.com' where ${first('mailboxes', "state <> 'ended'")}`,
  nothing_after_none: `
    insert into events (customer_id, type, at, actor, data)
    select customer_id, 'mailboxes.modes_changed', '2000-01-01', 'user:1', jsonb_build_object('changes', jsonb_build_array(
             jsonb_build_object('mailbox_id', mailbox_id, 'to', 'none', 'effective_on', starts_on)))
      from terms where ${first('terms', 'previous_ends_on is not null')}`,
  nothing_after_termination: `
    update platforms set terminated_at = '2000-01-01' where (customer_id, platform_id) in
      (select customer_id, platform_id from mailboxes where (customer_id, mailbox_id) in
        (select customer_id, mailbox_id from terms where previous_ends_on is not null))`,
  suspended_not_before_the_deadline:
    "update debts set suspended_at = deadline_at - interval '1 second' where suspended_at is not null",
  suspended_only_while_owed:
    "update debts set state = 'settled', due = 0, closed_at = now() where suspended_at is not null",
  ended_only_after_the_retention: `
    update mailboxes set state = 'ended', ended_at = now(), suspended_for = null, suspended_at = null, delete_on = null, due_on = null
     where suspended_for = 'debt'`,
  one_open_charge_per_customer: `drop index one_open_charge; ${charge('now()')}; ${charge('now()')}`,
  no_charge_unknown_for_72_hours: charge("'2000-01-01'"),
  charges_paid_once: `delete from payments where ${first('payments', 'charge_id is not null')}`,
  charges_agree_with_the_provider:
    "update sandbox.charges set state = 'declined', decline_code = 'x' where state = 'succeeded'",
  payments_posted_once: `update payments set amount = amount + 1 where ${first('payments')}`,
  refunds_within_payments: refund('amount + 1'),
  refunds_posted_once: refund('1'),
  clearing_holds_what_providers_hold: `update transfers set debit = 'bank' where ${first('transfers', "debit = 'clearing:sandbox'")}`,
  fees_and_payouts_posted_once:
    "insert into statement_lines (provider, ref, kind, amount, currency, at) values ('sandbox', 'x', 'fee', -1, 'EUR', now())",
  orders_paid_once: `update orders set state = 'open', closed_at = null where ${first('orders', "state = 'paid'")}`,
  top_ups_only_when_paid:
    "update payments set amount = 1 where order_id in (select order_id from orders where kind = 'top_up')",
  orders_equal_lines: `update order_lines set net = net + 1 where ${first('order_lines')}`,
  settlement_orders_equal_debts:
    "update orders set net = net + 1, gross = gross + 1 where kind = 'settlement' and state = 'open'",
  letters_once_per_step: `
    alter table letters drop constraint letters_customer_id_step_recipient_key;
    update letters set step = 'same', recipient = 'same' where customer_id = (select customer_id from customers where code = 'agenzia-neri')`,
  no_debt_letter_after_payment: `
    update debts set state = 'settled', due = 0, closed_at = '2000-01-01' where invoice_id in (select invoice_id from letters where kind = 'debt')`,
  invoices_have_their_event: `delete from events where ${first('events', "type = 'invoices.issued'")}`,
  states_have_their_event: `
    update mailboxes set state = 'suspended', suspended_for = 'expiry', suspended_at = now() where ${first('mailboxes', "state = 'active'")}`,
  no_consequence_left_behind: `insert into reactions (customer_id, event_id) select customer_id, event_id from events where ${first('events')}`,
  no_letter_left_behind: `update letters set state = 'written', send_after = now(), written_at = '2000-01-01' where ${first('letters')}`,
  mail_platforms_follow: `update mailboxes set wanted_version = wanted_version + 1, provision_after = '2000-01-01' where ${first('mailboxes')}`,
  no_lease_left_behind: `update letters set state = 'written', send_after = '2999-01-01' where ${first('letters')}`,
};

/** Picks one row of a table, always the same. */
function first(table: string, where = 'true'): string {
  return `${table}.ctid = (select min(ctid) from ${table} where ${where})`;
}

function charge(createdAt: string): string {
  return `insert into charges (customer_id, provider, amount, currency, state, created_at)
    select customer_id, 'sandbox', 1, 'EUR', 'created', ${createdAt} from customers where code = 'keller'`;
}

function refund(amount: string): string {
  return `insert into refunds (customer_id, payment_id, amount, currency, state, reason, requested_by, created_at)
    select customer_id, payment_id, ${amount}, currency, 'created', '', '', received_at from payments where ${first('payments')}`;
}
