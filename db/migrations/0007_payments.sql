-- Each provider's charges and messages are driven apart from the others', so that one that is slow delays only its own.

drop index charges_to_drive;
create index charges_to_drive on charges (provider, next_check_at) where next_check_at is not null;

drop index webhooks_to_follow;
create index webhooks_to_follow on webhooks (provider, look_after) where look_after is not null;
