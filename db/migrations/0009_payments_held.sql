-- Which account at a provider this installation charges with: keys of another one must never make a charge anew (P2).

create table provider_accounts (
  provider  text primary key check (provider in ('sandbox', 'stripe', 'paypal')),
  mark      text not null                                 -- by which the account is known again, whatever its keys
);
grant select, insert, update on provider_accounts to rinnovo_system;

-- A provider's message names what it is about: a night of collections brings as many messages as there are charges.
create index charges_by_ref on charges (provider_ref) where provider_ref is not null;
create index payments_by_ref on payments (provider_ref);
create index refunds_by_ref on refunds (provider_ref) where provider_ref is not null;
create index methods_by_ref on payment_methods (provider_ref);
create index methods_by_token on payment_methods (token) where token <> '';

-- A message whose following breaks is set aside with its reason, until an operator releases it (R16).
alter table webhooks
  add column message_id  bigint not null default nextval('ids'),
  add column failures    integer not null default 0,             -- how often following it broke since it came or was released
  add column problem     text;                                   -- why; null while nothing is wrong with it
create index webhooks_in_trouble on webhooks (message_id) where problem is not null;

-- A nightly comparison that fails is tried again ever more seldom, and says since when it fails.
create table reconciliation_attempts (
  provider       text primary key check (provider in ('sandbox', 'stripe', 'paypal')),
  failures       integer not null,                               -- in a row; 0 while it works
  failing_since  timestamptz,
  next_at        timestamptz not null,
  problem        text not null default '',
  check ((failures = 0) = (failing_since is null))
);
grant select, insert, update on reconciliation_attempts to rinnovo_system;

-- What we put into the balance at a provider, from our bank.
alter table statement_lines
  drop constraint statement_lines_kind_check,
  add constraint statement_lines_kind_check check (kind in ('charge', 'refund', 'dispute', 'fee', 'payout', 'deposit'));

-- Whose coming renewals are still to be looked at today: a look finds those by an index, and nobody twice (P14).
alter table accounts
  add column notices_looked_on  date not null default '0001-01-01',  -- the last day somebody looked for notices to be given
  add column methods_looked_on  date not null default '0001-01-01';  -- the last day somebody looked at the methods; the first day ever: again
create index accounts_to_notice on accounts (notices_looked_on, customer_id);
create index accounts_to_judge on accounts (methods_looked_on, customer_id);
