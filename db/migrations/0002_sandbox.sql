-- The world outside, for the sandbox: a payment provider, a mail server and a mail platform that keep their own books.
-- They stand for other companies' machines, so nothing here refers to our tables and nothing of ours refers to these;
-- only rinnovo_system may touch them. In production they stay empty. Small by nature, never spread over machines.

create schema sandbox;
grant usage on schema sandbox to rinnovo_system;

-- Payment provider ---------------------------------------------------------------------------------------------------

-- A card or PayPal account somebody registered on the provider's page. `card` names a test card, never a card number (R31).
create table sandbox.methods (
  ref         text primary key,
  token       text not null unique,
  owner       text not null,
  -- our registration number; null for a method made directly by a demo or a test
  method_id   bigint unique,
  kind        text not null check (kind in ('card', 'paypal')),
  -- null until the payer has chosen one
  card        text,
  state       text not null check (state in ('pending', 'valid', 'failed', 'removed')),
  -- null for PayPal and while pending
  expires_on  date,
  -- what may still be drawn; null means there is no limit
  credit_left bigint check (credit_left >= 0),
  return_url  text not null,
  created_at  timestamptz not null,
  check (state = 'pending' or card is not null)
);

create table sandbox.charges (
  ref          text primary key,
  key          text not null unique,
  amount       bigint not null check (amount > 0),
  currency     text not null,
  -- null when the payer chooses how to pay on the provider's page
  token        text references sandbox.methods (token),
  description  text not null,
  owner        text not null,
  -- null when nobody waits in front of a screen
  return_url   text,
  state        text not null check (state in ('created', 'action_required', 'pending', 'succeeded', 'declined')),
  -- the last refusal; with state action_required the payer may still try again
  decline_code text,
  attempts     integer not null default 0,
  refunded     bigint not null default 0,
  -- taken back by the payer's bank: all that was left, once
  disputed     bigint not null default 0,
  created_at   timestamptz not null,
  -- null until the provider has been asked to move the money
  confirmed_at timestamptz,
  check (refunded >= 0 and disputed >= 0 and refunded + disputed <= amount),
  check (refunded + disputed = 0 or state = 'succeeded'),
  check (state <> 'declined' or decline_code is not null)
);
-- the few that clear later by themselves
create index charges_clearing on sandbox.charges (confirmed_at) where state = 'pending';

create table sandbox.refunds (
  ref        text primary key,
  key        text not null unique,
  charge_ref text not null references sandbox.charges (ref),
  amount     bigint not null check (amount > 0),
  currency   text not null,
  state      text not null check (state in ('succeeded', 'failed')),
  created_at timestamptz not null
);
create index refunds_of_charge on sandbox.refunds (charge_ref);

-- The provider's book: money only ever goes from one account to another.
create table sandbox.movements (
  ref            text primary key,
  kind           text not null check (kind in ('charge', 'refund', 'dispute')),
  charge_ref     text not null references sandbox.charges (ref),
  debit_account  text not null,
  credit_account text not null,
  amount         bigint not null check (amount > 0),
  currency       text not null,
  at             timestamptz not null,
  check (debit_account <> credit_account)
);
create index movements_in_order on sandbox.movements (at, ref);
create unique index movements_one_charge on sandbox.movements (charge_ref) where kind = 'charge';

-- Mail server --------------------------------------------------------------------------------------------------------

-- Every copy that arrived, also a repeated one: the same message_id twice means that our answer was lost once (P9).
create table sandbox.caught_letters (
  id            bigint generated always as identity primary key,
  -- null when the letter came without one
  message_id    text,
  envelope_from text not null,
  envelope_to   text[] not null,
  raw           bytea not null,
  caught_at     timestamptz not null
);
create index caught_letters_by_message on sandbox.caught_letters (message_id);

-- Mail platform ------------------------------------------------------------------------------------------------------

create table sandbox.remote_mailboxes (
  mailbox_id bigint primary key,
  platform   text not null,
  address    text not null unique,
  plan       text not null,
  sign_in    text not null check (sign_in in ('on', 'off')),
  inbound    text not null check (inbound in ('accept', 'reject', 'defer')),
  -- messages kept in it: they survive a suspension and go with the mailbox
  messages   integer not null default 0,
  created_at timestamptz not null,
  changed_at timestamptz not null
);

grant select, insert, update, delete on sandbox.methods, sandbox.charges, sandbox.refunds, sandbox.caught_letters,
  sandbox.remote_mailboxes to rinnovo_system;
-- the book is never changed
grant select, insert on sandbox.movements to rinnovo_system;
