-- The providers' own statements as we have read them, and what they say besides our customers' money.

create table statement_lines (
  provider  text not null check (provider in ('sandbox', 'stripe', 'paypal')),
  ref       text not null,
  kind      text not null check (kind in ('charge', 'refund', 'dispute', 'fee', 'payout')),
  amount    bigint not null check (amount <> 0),          -- > 0 came in to us
  currency  char(3) not null,
  at        timestamptz not null,
  primary key (provider, ref, kind, amount)
);
create index statement_lines_by_time on statement_lines (provider, at);

-- Fees and payouts move money between our own accounts and touch no customer.
create table provider_transfers (
  reference  text primary key,
  debit      text not null check (debit in ('fees', 'bank', 'clearing:sandbox', 'clearing:stripe', 'clearing:paypal')),
  credit     text not null check (credit in ('fees', 'bank', 'clearing:sandbox', 'clearing:stripe', 'clearing:paypal')),
  amount     bigint not null check (amount > 0),
  currency   char(3) not null,
  posted_at  timestamptz not null,
  check (debit <> credit)
);

-- One row per provider and period that was compared with our books.
create table reconciliations (
  provider   text not null check (provider in ('sandbox', 'stripe', 'paypal')),
  from_on    date not null,
  to_on      date not null check (to_on > from_on),
  matched    bigint not null,
  differing  bigint not null,
  ran_at     timestamptz not null,
  primary key (provider, from_on, to_on)
);

-- Webhooks are hints, stored once under the provider's own id (P12).
create table webhooks (
  provider     text not null check (provider in ('sandbox', 'stripe', 'paypal')),
  event_id     text not null,
  type         text not null,
  kind         text not null check (kind in ('charge', 'method', 'refund', 'dispute', 'other')),
  ref          text not null,                             -- what it speaks of, at the provider
  received_at  timestamptz not null,
  look_after   timestamptz,                               -- lease and back-off; null when followed
  attempts     integer not null default 0,
  primary key (provider, event_id)
);
create index webhooks_to_follow on webhooks (look_after) where look_after is not null;

grant select, insert on statement_lines, provider_transfers to rinnovo_system;
grant select, insert, update on reconciliations, webhooks to rinnovo_system;
