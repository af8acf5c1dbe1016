-- Each provider's charges and messages are driven apart from the others', so that one that is slow delays only its own.

drop index charges_to_drive;
create index charges_to_drive on charges (provider, next_check_at) where next_check_at is not null;

drop index webhooks_to_follow;
create index webhooks_to_follow on webhooks (provider, look_after) where look_after is not null;

-- Before a renewal its methods are looked at, with a question to their provider, so that one that will not work is told of.

alter table accounts add column methods_judged_on date;         -- the last day the methods of coming renewals were judged; null: again from the start
alter table payment_methods
  add column checked_at       timestamptz,                      -- when the provider last said how it is
  add column check_after      timestamptz,                      -- lease and back-off of asking; null: nobody wants to know
  add column told_renewal_on  date;                             -- the last renewal whose payer was told that this will not work

create index methods_to_check on payment_methods (provider, check_after) where check_after is not null;
