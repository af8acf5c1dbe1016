-- Which account at a provider this installation charges with: keys of another one must never make a charge anew (P2).

create table provider_accounts (
  provider  text primary key check (provider in ('sandbox', 'stripe', 'paypal')),
  mark      text not null                                 -- by which the account is known again, whatever its keys
);
grant select, insert, update on provider_accounts to rinnovo_system;
