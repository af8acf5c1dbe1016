/** One row in every table, so that each guard can be tried against a copy of it that is wrong in one thing. */

type Row = Record<string, unknown>;

const at = '2027-03-01T08:00:00Z';
const on = '2027-03-01';

const customerId = 101;
const own = { customer_id: customerId };
const money = { currency: 'EUR', net: 100, vat: 22, gross: 122 };
const numbered = { seller_id: 1, year: 2027, seq: 1, issued_on: on, issued_at: at };
const policyOfMail = { sign_in: 'on', inbound: 'accept' };

/** By table, in the order in which they refer to each other. What is left out takes its default. */
export const rows: readonly (readonly [table: string, row: Row])[] = [
  [
    'sellers',
    {
      seller_id: 1,
      ...{
        name: 'S',
        street: '',
        postal_code: '',
        city: '',
        country: 'IT',
        vat_number: '',
        email: '',
        iban: '',
        bic: '',
      },
      ...{ currency: 'EUR', time_zone: 'Europe/Rome', created_at: at },
    },
  ],
  ['clock', { high_water_at: at }],
  ['products', { product_id: 2, code: 'exchange', name: 'Exchange' }],
  ['plans', { plan_id: 3, product_id: 2, code: 'basic', name: 'Basic' }],
  ['prices', { plan_id: 3, currency: 'EUR', valid_from: on, monthly: 299, yearly: 2990, announced_at: at }],
  ['vat_rates', { country: 'XX', valid_from: on, rate_bp: 2200 }],
  ['counters', { seller_id: 1, series: 'F', year: 2027, last: 1, issued_on: on }],
  ['runs', { run_id: 4, business_on: on, state: 'done', reach_days: 0, started_at: at }],
  ['seller_events', { event_id: 5, type: 'x', at, actor: 'system', data: {} }],
  ['throttles', { key: 'x', opened_at: at, attempts: 1 }],
  ['users', { user_id: 6, email: 'a@example.com', name: 'A', language: 'it', created_at: at }],
  [
    'sessions',
    {
      ...{ session_hash: 'x', session_id: 7, user_id: 6, address: '', agent: '' },
      ...{ created_at: at, seen_at: at, fresh_at: at, expires_at: at },
    },
  ],
  ['password_resets', { reset_hash: 'x', user_id: 6, expires_at: at }],
  [
    'passkeys',
    {
      ...{ passkey_id: 8, user_id: 6, credential_id: 'x', public_key: '\\x00', counter: 0 },
      ...{ transports: [], name: 'N', created_at: at },
    },
  ],
  ['taken_addresses', { address: 'a@example.com' }],
  ['used_challenges', { challenge_hash: 'x', expires_at: at }],
  [
    'customers',
    {
      ...own,
      seller_id: 1,
      code: 'c1',
      name: 'C',
      email: 'c@example.com',
      country: 'IT',
      language: 'it',
      currency: 'EUR',
      created_at: at,
    },
  ],
  ['memberships', { ...own, user_id: 6, role: 'admin', created_at: at }],
  ['api_tokens', { ...own, token_id: 8, user_id: 6, name: 'x', secret_hash: 'x', scopes: [], created_at: at }],
  ['idempotency_keys', { ...own, principal: 'x', key: 'x', request_hash: 'x', created_at: at }],
  ['accounts', { ...own, currency: 'EUR', balance: 100, movements: 1 }],
  [
    'movements',
    { ...own, number: 1, at, cause: 'payment', reference: 'P1', amount: 100, balance_before: 0, balance_after: 100 },
  ],
  [
    'transfers',
    {
      ...own,
      reference: 'P1:x',
      movement_number: 1,
      debit: 'bank',
      credit: 'customer',
      amount: 100,
      currency: 'EUR',
      posted_at: at,
    },
  ],
  ['platforms', { ...own, platform_id: 9, name: 'hosted-1', product_id: 2, created_at: at }],
  [
    'mailboxes',
    {
      ...{
        ...own,
        mailbox_id: 10,
        platform_id: 9,
        plan_id: 3,
        address: 'm@example.com',
        state: 'active',
        mode: 'monthly',
      },
      ...{ anchor_on: '2027-02-01', expires_on: on, due_on: on, provision_after: at, created_at: at },
    },
  ],
  [
    'orders',
    {
      ...{ ...own, order_id: 11, number: 'O1', kind: 'settlement', ...money, vat_rate_bp: 2200 },
      ...{ placed_at: at, placed_by: 'system', expires_at: at, link_hash: 'x' },
    },
  ],
  [
    'order_lines',
    {
      ...own,
      order_id: 11,
      line_no: 1,
      mailbox_id: 10,
      platform_id: 9,
      plan_id: 3,
      address: 'x',
      mode: 'monthly',
      net: 100,
    },
  ],
  [
    'invoices',
    {
      ...{ ...own, invoice_id: 12, ...numbered, series: 'F', number: 'F2027-000001', deadline_at: at, order_id: 11 },
      ...{ ...money, vat_rate_bp: 2200, vat_note: '', buyer: {} },
    },
  ],
  [
    'terms',
    {
      ...{ ...own, mailbox_id: 10, chain: 1, starts_on: '2027-02-01', ends_on: on, plan_id: 3, mode: 'monthly' },
      ...{ invoice_id: 12, line_no: 1, net: 100 },
    },
  ],
  [
    'credit_notes',
    {
      ...own,
      credit_note_id: 13,
      invoice_id: 12,
      ...numbered,
      series: 'N',
      number: 'N2027-000001',
      ...money,
      reason: 'x',
    },
  ],
  ['debts', { ...own, invoice_id: 12, due: 122, deadline_at: at, opened_at: at }],
  ['settlements', { ...own, settlement_id: 14, invoice_id: 12, amount: 1, source: 'payment', at }],
  [
    'payment_methods',
    {
      ...own,
      method_id: 15,
      provider: 'sandbox',
      kind: 'card',
      state: 'valid',
      provider_ref: 'x',
      is_default: true,
      registered_at: at,
    },
  ],
  [
    'charges',
    {
      ...{ ...own, charge_id: 16, provider: 'sandbox', method_id: 15, order_id: 11, amount: 100, currency: 'EUR' },
      ...{ state: 'created', created_at: at },
    },
  ],
  ['collections', { ...own, started_on: on }],
  [
    'payments',
    {
      ...{ ...own, payment_id: 17, provider: 'bank', provider_ref: 'x', charge_id: 16, order_id: 11, amount: 100 },
      ...{ currency: 'EUR', received_at: at, received_on: on, recorded_by: 'system' },
    },
  ],
  [
    'refunds',
    {
      ...own,
      refund_id: 18,
      payment_id: 17,
      amount: 1,
      currency: 'EUR',
      state: 'created',
      reason: 'x',
      requested_by: 'x',
      created_at: at,
    },
  ],
  [
    'letters',
    {
      ...{ ...own, letter_id: 19, kind: 'x', step: 'x', invoice_id: 12, language: 'it', recipient: 'x', subject: 'x' },
      ...{ html: 'x', body: 'x', message_id: 'x', state: 'written', written_at: at, send_after: at },
    },
  ],
  ['events', { ...own, event_id: 20, type: 'x', at, actor: 'system', data: {} }],
  ['reactions', { ...own, event_id: 20 }],
  ['parkings', { ...own, parking_id: 21, mailbox_id: 10, process: 'x', reason: 'x', parked_at: at }],
  ['restorations', { restoration_id: 22, backup_at: at, restored_at: at }],
  ['statement_lines', { provider: 'sandbox', ref: 'x', kind: 'charge', amount: 1, currency: 'EUR', at }],
  ['provider_transfers', { reference: 'x', debit: 'bank', credit: 'fees', amount: 1, currency: 'EUR', posted_at: at }],
  ['reconciliations', { provider: 'sandbox', from_on: on, to_on: '2027-03-02', matched: 0, differing: 0, ran_at: at }],
  ['provider_accounts', { provider: 'sandbox', mark: 'x' }],
  ['reconciliation_attempts', { provider: 'sandbox', failures: 0, next_at: at }],
  ['webhooks', { provider: 'sandbox', event_id: 'x', kind: 'charge', type: 'x', ref: 'x', received_at: at }],
  [
    'sandbox.methods',
    {
      ref: 'm',
      token: 't',
      owner: 'x',
      method_id: 1,
      kind: 'card',
      card: 'good',
      state: 'valid',
      return_url: 'x',
      created_at: at,
    },
  ],
  [
    'sandbox.charges',
    {
      ref: 'c',
      key: 'k',
      amount: 100,
      currency: 'EUR',
      token: 't',
      description: '',
      owner: 'x',
      state: 'succeeded',
      created_at: at,
    },
  ],
  [
    'sandbox.refunds',
    { ref: 'r', key: 'k', charge_ref: 'c', amount: 1, currency: 'EUR', state: 'succeeded', created_at: at },
  ],
  [
    'sandbox.movements',
    {
      ref: 'v',
      kind: 'charge',
      charge_ref: 'c',
      debit_account: 'a',
      credit_account: 'b',
      amount: 100,
      currency: 'EUR',
      at,
    },
  ],
  ['sandbox.caught_letters', { id: 1, envelope_from: 'x', envelope_to: [], raw: '', caught_at: at }],
  [
    'sandbox.remote_mailboxes',
    {
      mailbox_id: 10,
      platform: 'x',
      address: 'm@example.com',
      plan: 'x',
      ...policyOfMail,
      created_at: at,
      changed_at: at,
    },
  ],
];
