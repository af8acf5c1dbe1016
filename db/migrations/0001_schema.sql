-- The schema and its guards. Forward only.
--
-- Two shapes hold everywhere, so that the same statements also run when the
-- database is spread over machines:
--   * every table owned by a customer leads its primary key, its unique keys and
--     its foreign keys with customer_id;
--   * no triggers and no procedures: what never changes is a missing grant.
--
-- Amounts are bigint minor units. Days end in _on, instants in _at.

create sequence ids;                      -- one source of ids for every table

-- ── the seller, the clock, the catalogue: small tables without a customer ──────

create table sellers (
  seller_id    bigint primary key default nextval('ids'),
  name         text not null,
  street       text not null,
  postal_code  text not null,
  city         text not null,
  country      char(2) not null,
  vat_number   text not null,
  email        text not null,
  iban         text not null,
  bic          text not null,
  currency     char(3) not null,
  time_zone    text not null,
  policy       jsonb not null default '{}',      -- only what differs from the defaults
  created_at   timestamptz not null
);

-- One row. The sandbox's clock was set to set_to when the host's showed set_at, and has
-- gone on since; both are null while it follows the host. high_water_at refuses billing
-- with a clock that went back.
create table clock (
  only_row       boolean primary key default true check (only_row),
  set_to         timestamptz,
  set_at         timestamptz,
  high_water_at  timestamptz not null,
  check ((set_to is null) = (set_at is null))
);

create table products (
  product_id  bigint primary key default nextval('ids'),
  code        text not null unique,
  name        text not null
);

create table plans (
  plan_id     bigint primary key default nextval('ids'),
  product_id  bigint not null references products,
  code        text not null unique,
  name        text not null,
  alignment   text not null default 'none' check (alignment in ('none', 'first_of_month'))
);

create table prices (
  plan_id       bigint not null references plans,
  currency      char(3) not null,
  valid_from    date not null,
  monthly       bigint not null check (monthly >= 0),
  yearly        bigint not null check (yearly >= 0),
  announced_at  timestamptz not null,
  primary key (plan_id, currency, valid_from)
);

create table vat_rates (
  country     char(2) not null,
  valid_from  date not null,
  rate_bp     integer not null check (rate_bp between 0 and 10000),
  primary key (country, valid_from)
);

-- The last number given per series and year; a batch takes a block of it at the
-- end of its transaction, so that a rollback gives the numbers back.
create table counters (
  seller_id  bigint not null references sellers,
  series     text not null,
  year       integer not null,
  last       bigint not null check (last >= 0),
  issued_on  date not null,
  primary key (seller_id, series, year)
);

-- One row per business day that was asked for; held until an operator's word (R16).
create table runs (
  run_id        bigint primary key default nextval('ids'),
  business_on   date not null unique,
  state         text not null check (state in ('running', 'held', 'done')),
  reason        text,                            -- null unless it was held
  reach_days    integer not null,
  mailboxes     bigint not null default 0,
  amount        bigint,                          -- net of what it would renew; null without a set amount
  confirmed_by  text,                            -- null until confirmed
  confirmed_at  timestamptz,
  confirmation  text,                            -- the operator's reason
  started_at    timestamptz not null,
  finished_at   timestamptz
);

-- What operators did to no customer in particular: prices, policy, runs.
create table seller_events (
  event_id  bigint primary key default nextval('ids'),
  type      text not null,
  at        timestamptz not null,
  actor     text not null,
  data      jsonb not null
);

-- ── people ─────────────────────────────────────────────────────────────────────

create table users (
  user_id         bigint primary key default nextval('ids'),
  email           text not null unique check (email = lower(email)),
  name            text not null,
  language        text not null,
  password_hash   text,                          -- null until the invitation is taken
  totp_secret     text,                          -- null without a second factor
  totp_pending    text,                          -- null unless one is being set up
  totp_last_step  bigint,                        -- null until used; a code works once
  recovery_hashes text[] not null default '{}',
  operator_role   text check (operator_role in ('admin', 'finance', 'support')),  -- null for customers' users
  created_at      timestamptz not null,
  closed_at       timestamptz
);

create table sessions (
  session_hash  text primary key,
  session_id    bigint not null unique default nextval('ids'),
  user_id       bigint not null references users,
  created_at    timestamptz not null,
  seen_at       timestamptz not null,
  fresh_at      timestamptz not null,            -- last proof of password or second factor
  expires_at    timestamptz not null,
  address       text not null,
  agent         text not null
);
create index sessions_of_user on sessions (user_id);

create table password_resets (
  reset_hash  text primary key,
  user_id     bigint not null references users,
  expires_at  timestamptz not null,
  used_at     timestamptz
);

-- The directory: who is a customer at all. Small, on every machine.
create table customers (
  customer_id   bigint primary key default nextval('ids'),
  seller_id     bigint not null references sellers,
  code          text not null unique,
  name          text not null,
  email         text not null,
  street        text not null default '',
  postal_code   text not null default '',
  city          text not null default '',
  country       char(2) not null,
  vat_number    text not null default '',
  language      text not null,
  currency      char(3) not null,
  created_at    timestamptz not null
);

create table memberships (
  customer_id  bigint not null references customers,
  user_id      bigint not null references users,
  role         text not null check (role in ('admin', 'billing', 'technical')),
  created_at   timestamptz not null,
  primary key (customer_id, user_id)
);
create index memberships_of_user on memberships (user_id);

create table api_tokens (
  customer_id  bigint not null references customers,
  token_id     bigint not null default nextval('ids'),
  user_id      bigint not null references users,
  name         text not null,
  secret_hash  text not null,
  scopes       text[] not null,
  created_at   timestamptz not null,
  used_at      timestamptz,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  primary key (customer_id, token_id)
);

-- The answer given to a request that created or moved something, to give again.
create table idempotency_keys (
  customer_id  bigint not null,                  -- 0 for acts on no customer
  principal    text not null,
  key          text not null,
  request_hash text not null,
  status       integer,                          -- null while the first request runs
  answer       text,
  created_at   timestamptz not null,
  primary key (customer_id, principal, key)
);

-- ── the prepaid account and the ledger ─────────────────────────────────────────

-- The row every money act locks first: one serialization point per customer.
create table accounts (
  customer_id      bigint primary key references customers,
  currency         char(3) not null,
  balance          bigint not null default 0,
  movements        bigint not null default 0 check (movements >= 0),
  lock_version     bigint not null default 0,
  alert_threshold  bigint,                       -- null: no alert (R6)
  noticed_on       date,                         -- the last day renewal notices were looked for; null: never
  parked           boolean not null default false
) with (fillfactor = 60);                        -- room for updates in place

-- Each movement starts where the one before ended: the statement cannot be broken.
create table movements (
  customer_id      bigint not null,
  number           bigint not null check (number > 0),
  previous_number  bigint,                       -- null for the first
  at               timestamptz not null,
  cause            text not null check (cause in ('invoice', 'credit_note', 'payment', 'refund', 'chargeback', 'opening', 'write_off', 'reversal')),
  reference        text not null,
  amount           bigint not null check (amount <> 0),
  balance_before   bigint not null,
  balance_after    bigint not null check (balance_after = balance_before + amount),
  primary key (customer_id, number),
  unique (customer_id, reference),
  unique (customer_id, number, balance_after),
  check (case when previous_number is null then number = 1 and balance_before = 0 else previous_number = number - 1 end),
  foreign key (customer_id) references accounts (customer_id),
  foreign key (customer_id, previous_number, balance_before) references movements (customer_id, number, balance_after)
);

-- Double entry: one row debits one account and credits another; it cannot be unbalanced.
create table transfers (
  customer_id      bigint not null,
  reference        text not null,
  movement_number  bigint,                       -- null when the customer's account is not touched
  debit            text not null,
  credit           text not null,
  amount           bigint not null check (amount > 0),
  currency         char(3) not null,
  posted_at        timestamptz not null,
  primary key (customer_id, reference),
  check (debit <> credit),
  check (debit in ('customer', 'revenue', 'vat', 'bank', 'write_off', 'opening', 'fees', 'clearing:sandbox', 'clearing:stripe', 'clearing:paypal')),
  check (credit in ('customer', 'revenue', 'vat', 'bank', 'write_off', 'opening', 'fees', 'clearing:sandbox', 'clearing:stripe', 'clearing:paypal')),
  check ((movement_number is not null) = (debit = 'customer' or credit = 'customer')),
  foreign key (customer_id, movement_number) references movements (customer_id, number)
);

-- ── platforms, mailboxes, terms ────────────────────────────────────────────────

create table platforms (
  customer_id         bigint not null references customers,
  platform_id         bigint not null default nextval('ids'),
  name                text not null,
  product_id          bigint not null references products,
  state               text not null default 'open' check (state in ('open', 'closed')),
  terminated_at       timestamptz,               -- null unless the customer has terminated it (R22)
  terminated_by       text,
  termination_reason  text,
  created_at          timestamptz not null,
  closed_at           timestamptz,
  primary key (customer_id, platform_id),
  unique (customer_id, name)
);

-- mode is what happens at expires_on. A platform's termination overrides it without
-- touching it, so that a revocation gives every mailbox its own mode back.
create table mailboxes (
  customer_id      bigint not null,
  mailbox_id       bigint not null default nextval('ids'),
  platform_id      bigint not null,
  plan_id          bigint not null references plans,
  address          text not null,
  state            text not null check (state in ('active', 'suspended', 'ended')),
  suspended_for    text check (suspended_for in ('expiry', 'debt')),
  mode             text not null check (mode in ('monthly', 'yearly', 'none')),
  previous_mode    text check (previous_mode in ('monthly', 'yearly')),    -- what a revoked none gives back
  later_mode       text check (later_mode in ('monthly', 'yearly', 'none')), -- changed after the cut-off: for the expiry after this one
  anchor_on        date not null,                -- its day of the month counts the terms (R13)
  chain            integer not null default 1,   -- a mailbox bought back starts a new chain of terms
  expires_on       date not null,
  due_on           date,                         -- the next day that decides; null when none does
  delete_on        date,                         -- the end of the retention of a suspended mailbox
  deletion_told_at timestamptz,                  -- when its owner was first told, at least 24 h before
  deletion_told_days integer,                    -- the last letter about it, in days before
  parked           boolean not null default false,
  wanted_version   integer not null default 1,   -- raised whenever the mail platform must follow
  applied_version  integer not null default 0,
  provision_after  timestamptz not null,         -- lease and back-off of the provisioning
  provision_failures integer not null default 0, -- in a row; spaces the attempts, and tells a back-off from a lease
  suspended_at     timestamptz,
  ended_at         timestamptz,
  created_at       timestamptz not null,
  primary key (customer_id, mailbox_id),
  check ((state = 'suspended') = (suspended_for is not null)),
  check ((state = 'suspended') = (suspended_at is not null)),
  check ((state = 'ended') = (ended_at is not null)),
  check (delete_on is null or state = 'suspended'),
  check (due_on is null or state <> 'ended'),
  check (previous_mode is null or mode = 'none' or (later_mode is not null and later_mode = 'none')),
  check (applied_version <= wanted_version),
  foreign key (customer_id, platform_id) references platforms (customer_id, platform_id)
) with (fillfactor = 85);
create unique index one_live_mailbox_per_address on mailboxes (customer_id, address) where state <> 'ended';
create index mailboxes_due on mailboxes (due_on, customer_id) where due_on is not null and not parked;
create index mailboxes_deletable on mailboxes (delete_on, customer_id) where delete_on is not null and not parked;
create index mailboxes_unprovisioned on mailboxes (provision_after) where applied_version < wanted_version;

-- ── orders ─────────────────────────────────────────────────────────────────────

create table orders (
  customer_id   bigint not null references customers,
  order_id      bigint not null default nextval('ids'),
  number        text not null,
  kind          text not null check (kind in ('top_up', 'settlement', 'mailboxes')),
  state         text not null default 'open' check (state in ('open', 'paid', 'expired', 'withdrawn')),
  currency      char(3) not null,
  net           bigint not null check (net >= 0),
  vat_rate_bp   integer not null,
  vat           bigint not null check (vat >= 0),
  gross         bigint not null check (gross = net + vat),
  placed_at     timestamptz not null,
  placed_by     text not null,
  expires_at    timestamptz not null,
  closed_at     timestamptz,
  link_hash     text not null,
  primary key (customer_id, order_id),
  unique (customer_id, number),
  check ((state = 'open') = (closed_at is null))
);
create unique index one_open_settlement_order on orders (customer_id) where kind = 'settlement' and state = 'open';
create index orders_expiring on orders (expires_at, customer_id) where state = 'open';

create table order_lines (
  customer_id  bigint not null,
  order_id     bigint not null,
  line_no      integer not null,
  mailbox_id   bigint,                           -- null for a mailbox that does not exist yet
  platform_id  bigint not null,
  plan_id      bigint not null references plans,
  address      text not null,
  mode         text not null check (mode in ('monthly', 'yearly')),
  net          bigint not null check (net >= 0),
  primary key (customer_id, order_id, line_no),
  foreign key (customer_id, order_id) references orders (customer_id, order_id),
  foreign key (customer_id, platform_id) references platforms (customer_id, platform_id),
  foreign key (customer_id, mailbox_id) references mailboxes (customer_id, mailbox_id)
);

-- ── invoices and what is owed on them ──────────────────────────────────────────

-- Customer and day decide the VAT, so a document has one rate. buyer is the snapshot
-- the document is printed from for ever.
create table invoices (
  customer_id  bigint not null references customers,
  invoice_id   bigint not null default nextval('ids'),
  seller_id    bigint not null references sellers,
  series       text not null,
  year         integer not null,
  seq          bigint not null check (seq > 0),
  number       text not null,
  issued_on    date not null,
  issued_at    timestamptz not null,
  deadline_at  timestamptz not null,
  order_id     bigint,                           -- null for a renewal
  currency     char(3) not null,
  net          bigint not null check (net >= 0),
  vat_rate_bp  integer not null,
  vat          bigint not null check (vat >= 0),
  gross        bigint not null check (gross = net + vat),
  vat_note     text not null,
  buyer        jsonb not null,
  primary key (customer_id, invoice_id),
  unique (customer_id, number),
  foreign key (customer_id, order_id) references orders (customer_id, order_id)
);
create unique index one_invoice_per_order on invoices (customer_id, order_id) where order_id is not null;

-- A term is the line of its invoice: neither can exist twice, or without the other.
-- Each term starts where the one before ended; one head per mailbox and chain: neither
-- an overlap nor a hole can be written.
create table terms (
  customer_id       bigint not null,
  mailbox_id        bigint not null,
  chain             integer not null,
  starts_on         date not null,
  ends_on           date not null,
  previous_ends_on  date,                        -- null for the head of the chain
  plan_id           bigint not null references plans,
  mode              text not null check (mode in ('monthly', 'yearly')),
  invoice_id        bigint,                      -- null when granted before Rinnovo (import)
  line_no           integer,
  net               bigint not null check (net >= 0),
  primary key (customer_id, mailbox_id, starts_on),
  unique (customer_id, mailbox_id, chain, ends_on),
  check (ends_on > starts_on),
  check (previous_ends_on = starts_on),
  check ((invoice_id is null) = (line_no is null)),
  foreign key (customer_id, mailbox_id) references mailboxes (customer_id, mailbox_id),
  foreign key (customer_id, mailbox_id, chain, previous_ends_on) references terms (customer_id, mailbox_id, chain, ends_on),
  foreign key (customer_id, invoice_id) references invoices (customer_id, invoice_id) deferrable initially deferred
);
create unique index one_head_per_chain on terms (customer_id, mailbox_id, chain) where previous_ends_on is null;
create unique index one_term_per_line on terms (customer_id, invoice_id, line_no) where invoice_id is not null;

create table credit_notes (
  customer_id     bigint not null references customers,
  credit_note_id  bigint not null default nextval('ids'),
  invoice_id      bigint not null,
  seller_id       bigint not null references sellers,
  series          text not null,
  year            integer not null,
  seq             bigint not null check (seq > 0),
  number          text not null,
  issued_on       date not null,
  issued_at       timestamptz not null,
  currency        char(3) not null,
  net             bigint not null check (net > 0),
  vat             bigint not null check (vat >= 0),
  gross           bigint not null check (gross = net + vat),
  reason          text not null,
  primary key (customer_id, credit_note_id),
  unique (customer_id, number),
  foreign key (customer_id, invoice_id) references invoices (customer_id, invoice_id)
);

-- The unpaid remainder of an invoice that credit did not cover.
create table debts (
  customer_id   bigint not null,
  invoice_id    bigint not null,
  state         text not null default 'open' check (state in ('open', 'settled', 'written_off')),
  due           bigint not null check (due >= 0),
  deadline_at   timestamptz not null,
  opened_at     timestamptz not null,
  closed_at     timestamptz,
  reminders     integer not null default 0,      -- how many reminders were written
  suspended_at  timestamptz,                     -- when its mailboxes were suspended; null if not
  primary key (customer_id, invoice_id),
  check ((state = 'open') = (due > 0)),
  check ((state = 'open') = (closed_at is null)),
  foreign key (customer_id, invoice_id) references invoices (customer_id, invoice_id)
);
create index debts_by_deadline on debts (deadline_at, customer_id) where state = 'open' and suspended_at is null;

-- Use of the prepaid account for an invoice; a reversal is a negative row.
create table settlements (
  customer_id    bigint not null,
  settlement_id  bigint not null default nextval('ids'),
  invoice_id     bigint not null,
  amount         bigint not null check (amount <> 0),
  source         text not null check (source in ('credit', 'payment', 'credit_note', 'write_off', 'reversal')),
  at             timestamptz not null,
  primary key (customer_id, settlement_id),
  foreign key (customer_id, invoice_id) references invoices (customer_id, invoice_id)
);
create index settlements_of_invoice on settlements (customer_id, invoice_id);

-- ── money in and out ───────────────────────────────────────────────────────────

create table payment_methods (
  customer_id   bigint not null references customers,
  method_id     bigint not null default nextval('ids'),
  provider      text not null check (provider in ('sandbox', 'stripe', 'paypal')),
  kind          text not null check (kind in ('card', 'paypal')),
  state         text not null check (state in ('pending', 'valid', 'expired', 'failed', 'removed')),
  provider_ref  text not null,
  token         text not null default '',        -- the provider's, never a card number
  brand         text not null default '',
  last_four     text not null default '' check (last_four ~ '^([0-9]{4})?$'),
  expires_on    date,                            -- null for PayPal
  is_default    boolean not null default false,
  backup_rank   integer,                         -- null: not a backup
  told_days     integer,                         -- the last expiry letter written, in days before
  failure       text not null default '',
  registered_at timestamptz not null,
  removed_at    timestamptz,
  primary key (customer_id, method_id),
  check (not is_default or state <> 'removed')
);
create unique index one_default_method on payment_methods (customer_id) where is_default;
create index methods_expiring on payment_methods (expires_on, customer_id) where state = 'valid' and expires_on is not null;

-- A charge is a durable row before the call, with a key that never changes.
create table charges (
  customer_id    bigint not null references customers,
  charge_id      bigint not null default nextval('ids'),
  provider       text not null check (provider in ('sandbox', 'stripe', 'paypal')),
  method_id      bigint,                         -- null on the provider's payment page
  order_id       bigint,                         -- null when it collects the debt
  amount         bigint not null check (amount > 0),
  currency       char(3) not null,
  state          text not null check (state in ('offered', 'created', 'submitted', 'unknown', 'succeeded', 'declined', 'action_required', 'withdrawn')),
  provider_ref   text,                           -- null until the provider's object exists
  page_url       text,                           -- where the payer acts; null off-session
  decline_code   text,
  collection_on  date,                           -- which collection and round it belongs to; null for an order
  round          integer,
  created_at     timestamptz not null,
  next_check_at  timestamptz,                    -- lease, then the schedule of asking; null when final
  checks         integer not null default 0,
  finished_at    timestamptz,
  primary key (customer_id, charge_id),
  check ((state in ('succeeded', 'declined', 'action_required', 'withdrawn')) = (finished_at is not null)),
  check ((state = 'declined') = (decline_code is not null)),
  foreign key (customer_id, method_id) references payment_methods (customer_id, method_id),
  foreign key (customer_id, order_id) references orders (customer_id, order_id)
);
create unique index one_open_charge on charges (customer_id) where state in ('created', 'submitted', 'unknown');
create index charges_to_drive on charges (next_check_at) where next_check_at is not null;

-- Where the collection of a customer's whole open debt stands (R23, R26).
create table collections (
  customer_id  bigint primary key references customers,
  started_on   date not null,
  round        integer not null default 0,
  due_on       date                              -- null: nothing to try until something changes
);
create index collections_due on collections (due_on, customer_id) where due_on is not null;

create table payments (
  customer_id   bigint not null references customers,
  payment_id    bigint not null default nextval('ids'),
  provider      text not null check (provider in ('sandbox', 'stripe', 'paypal', 'bank')),
  provider_ref  text not null,
  charge_id     bigint,                          -- null for a bank transfer
  order_id      bigint,
  amount        bigint not null check (amount > 0),
  currency      char(3) not null,
  received_at   timestamptz not null,
  received_on   date not null,
  recorded_by   text not null,
  note          text not null default '',
  primary key (customer_id, payment_id),
  unique (customer_id, provider, provider_ref),
  foreign key (customer_id, charge_id) references charges (customer_id, charge_id),
  foreign key (customer_id, order_id) references orders (customer_id, order_id)
);

create table refunds (
  customer_id    bigint not null,
  refund_id      bigint not null default nextval('ids'),
  payment_id     bigint not null,
  amount         bigint not null check (amount > 0),
  currency       char(3) not null,
  state          text not null check (state in ('created', 'succeeded', 'failed')),
  reason         text not null,
  requested_by   text not null,
  provider_ref   text,
  created_at     timestamptz not null,
  next_check_at  timestamptz,
  finished_at    timestamptz,
  primary key (customer_id, refund_id),
  check ((state = 'created') = (finished_at is null)),
  foreign key (customer_id, payment_id) references payments (customer_id, payment_id)
);
create index refunds_to_drive on refunds (next_check_at) where next_check_at is not null;

-- ── letters, events, what is set aside ─────────────────────────────────────────

create table letters (
  customer_id      bigint not null references customers,
  letter_id        bigint not null default nextval('ids'),
  kind             text not null,
  step             text not null,                -- what it is about; a customer gets it once (R34)
  invoice_id       bigint,                       -- the debt it speaks of: not sent once that is paid
  language         text not null,
  recipient        text not null,
  subject          text not null,
  html             text not null,
  body             text not null,                -- the plain text
  message_id       text not null,
  state            text not null check (state in ('written', 'sent', 'refused', 'withdrawn')),
  written_at       timestamptz not null,
  sent_at          timestamptz,
  send_after       timestamptz,                  -- lease and back-off; null when final
  attempts         integer not null default 0,
  failure          text not null default '',
  primary key (customer_id, letter_id),
  unique (customer_id, step, recipient),
  check ((state = 'written') = (send_after is not null)),
  foreign key (customer_id, invoice_id) references invoices (customer_id, invoice_id)
);
create index letters_to_send on letters (send_after) where send_after is not null;

create table events (
  customer_id  bigint not null references customers,
  event_id     bigint not null default nextval('ids'),
  type         text not null,
  at           timestamptz not null,
  actor        text not null,                    -- user:7, operator:3, system, provider:sandbox, token:9
  data         jsonb not null,
  primary key (customer_id, event_id)
);

-- The events that something must still follow; a row goes with its consequences.
create table reactions (
  customer_id  bigint not null,
  event_id     bigint not null,
  failures     integer not null default 0,
  primary key (customer_id, event_id),
  foreign key (customer_id, event_id) references events (customer_id, event_id)
);

create table parkings (
  customer_id   bigint not null references customers,
  parking_id    bigint not null default nextval('ids'),
  mailbox_id    bigint,                          -- null: the whole customer
  process       text not null,
  reason        text not null,
  parked_at     timestamptz not null,
  released_at   timestamptz,
  released_by   text,
  release_note  text,
  primary key (customer_id, parking_id),
  foreign key (customer_id, mailbox_id) references mailboxes (customer_id, mailbox_id)
);
create index parkings_open on parkings (parked_at) where released_at is null;

-- ── who may do what ────────────────────────────────────────────────────────────
-- rinnovo_system runs the business day and the operators' acts; rinnovo_api serves one
-- customer at a time and sees only the rows of app.customer. Neither owns a table.

grant usage on schema public to rinnovo_system, rinnovo_api;
grant usage on sequence ids to rinnovo_system, rinnovo_api;

-- never changed, by anybody
grant select, insert on movements, transfers, terms, invoices, credit_notes, settlements, payments, events, order_lines to rinnovo_system, rinnovo_api;
grant select, insert on seller_events to rinnovo_system;

-- changed by its acts, never deleted
grant select, insert, update on memberships, api_tokens, idempotency_keys, accounts, platforms, mailboxes, orders, debts, payment_methods, charges, collections, refunds, letters, parkings to rinnovo_system, rinnovo_api;
grant select, insert, update on customers to rinnovo_system;
grant select, update on customers to rinnovo_api;
grant select, insert, update on sellers, clock, products, plans, prices, vat_rates, counters, runs, users, sessions, password_resets to rinnovo_system;
grant select on sellers, clock, products, plans, prices, vat_rates to rinnovo_api;
grant select, insert, update on counters to rinnovo_api;

-- gone when done with
grant select, insert, update, delete on reactions to rinnovo_system, rinnovo_api;
grant delete on sessions, password_resets, memberships, idempotency_keys to rinnovo_system;

alter table customers enable row level security;
alter table customers force row level security;
create policy own_rows on customers to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on customers to rinnovo_system using (true);

alter table movements enable row level security;
alter table movements force row level security;
create policy own_rows on movements to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on movements to rinnovo_system using (true);

alter table transfers enable row level security;
alter table transfers force row level security;
create policy own_rows on transfers to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on transfers to rinnovo_system using (true);

alter table terms enable row level security;
alter table terms force row level security;
create policy own_rows on terms to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on terms to rinnovo_system using (true);

alter table invoices enable row level security;
alter table invoices force row level security;
create policy own_rows on invoices to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on invoices to rinnovo_system using (true);

alter table credit_notes enable row level security;
alter table credit_notes force row level security;
create policy own_rows on credit_notes to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on credit_notes to rinnovo_system using (true);

alter table settlements enable row level security;
alter table settlements force row level security;
create policy own_rows on settlements to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on settlements to rinnovo_system using (true);

alter table payments enable row level security;
alter table payments force row level security;
create policy own_rows on payments to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on payments to rinnovo_system using (true);

alter table events enable row level security;
alter table events force row level security;
create policy own_rows on events to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on events to rinnovo_system using (true);

alter table order_lines enable row level security;
alter table order_lines force row level security;
create policy own_rows on order_lines to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on order_lines to rinnovo_system using (true);

alter table memberships enable row level security;
alter table memberships force row level security;
create policy own_rows on memberships to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on memberships to rinnovo_system using (true);

alter table api_tokens enable row level security;
alter table api_tokens force row level security;
create policy own_rows on api_tokens to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on api_tokens to rinnovo_system using (true);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy own_rows on idempotency_keys to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on idempotency_keys to rinnovo_system using (true);

alter table accounts enable row level security;
alter table accounts force row level security;
create policy own_rows on accounts to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on accounts to rinnovo_system using (true);

alter table platforms enable row level security;
alter table platforms force row level security;
create policy own_rows on platforms to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on platforms to rinnovo_system using (true);

alter table mailboxes enable row level security;
alter table mailboxes force row level security;
create policy own_rows on mailboxes to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on mailboxes to rinnovo_system using (true);

alter table orders enable row level security;
alter table orders force row level security;
create policy own_rows on orders to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on orders to rinnovo_system using (true);

alter table debts enable row level security;
alter table debts force row level security;
create policy own_rows on debts to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on debts to rinnovo_system using (true);

alter table payment_methods enable row level security;
alter table payment_methods force row level security;
create policy own_rows on payment_methods to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on payment_methods to rinnovo_system using (true);

alter table charges enable row level security;
alter table charges force row level security;
create policy own_rows on charges to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on charges to rinnovo_system using (true);

alter table collections enable row level security;
alter table collections force row level security;
create policy own_rows on collections to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on collections to rinnovo_system using (true);

alter table refunds enable row level security;
alter table refunds force row level security;
create policy own_rows on refunds to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on refunds to rinnovo_system using (true);

alter table letters enable row level security;
alter table letters force row level security;
create policy own_rows on letters to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on letters to rinnovo_system using (true);

alter table parkings enable row level security;
alter table parkings force row level security;
create policy own_rows on parkings to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on parkings to rinnovo_system using (true);

alter table reactions enable row level security;
alter table reactions force row level security;
create policy own_rows on reactions to rinnovo_api using (customer_id = nullif(current_setting('app.customer', true), '')::bigint);
create policy every_row on reactions to rinnovo_system using (true);
