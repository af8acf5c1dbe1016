-- What was told of a coming renewal is remembered with the mailbox, not with the day on which somebody looked: one that
-- comes into view late, beside others that were told long ago, is told as well (R33).

-- The owner sees its tables' rows without being superuser for as long as this takes.
alter table mailboxes no force row level security;
alter table accounts no force row level security;
alter table events no force row level security;
alter table payment_methods no force row level security;

alter table mailboxes
  add column noticed text check (noticed in ('far', 'near'));  -- the last notice of the present expiry: the one long before, or the one shortly before; null: none

update mailboxes m
   set noticed = case when e.days <= e.notice_days then 'near' else 'far' end
  from (select v.customer_id, (x->>'mailbox_id')::bigint as mailbox_id, (v.data->>'expires_on')::date as expires_on,
               min((v.data->>'days')::integer) as days,
               coalesce((select min((s.policy->>'notice_days')::integer) from sellers s), 15) as notice_days
          from events v cross join lateral jsonb_array_elements(v.data->'mailboxes') x
         where v.type = 'mailboxes.renewal_announced'
         group by 1, 2, 3) e
 where m.customer_id = e.customer_id and m.mailbox_id = e.mailbox_id and m.expires_on = e.expires_on and m.state <> 'ended';

-- Up to which day the methods of coming renewals were judged, instead of on which day: the policy may change in between.
alter table accounts
  add column methods_judged_to  date,                          -- null: again from the start
  add column no_method_told_on  date;                          -- the last renewal whose payer was told that no method is left; null: none

update accounts
   set methods_judged_to = methods_judged_on
       + coalesce((select min((s.policy->>'method_health_days')::integer) from sellers s), 15)
 where methods_judged_on is not null;

-- Who was told that no method is left is known by the fact.
update accounts a
   set no_method_told_on = e.told_on
  from (select v.customer_id, max((x->>'on')::date) as told_on
          from events v cross join lateral jsonb_array_elements(v.data->'renewals') x
         where v.type = 'methods.found_unfit' and v.data->'methods' = '[]'
         group by 1) e
 where a.customer_id = e.customer_id;

-- Registrations that nobody asks about: from now on they are followed to their end (R27).
update payment_methods set check_after = now() where state = 'pending' and check_after is null;

alter table accounts
  drop column noticed_on,
  drop column methods_judged_on;

alter table mailboxes force row level security;
alter table accounts force row level security;
alter table events force row level security;
alter table payment_methods force row level security;

-- A run that is not over at midnight is the next day's: what it held or left waits there, once.
alter table runs
  drop constraint runs_state_check,
  add constraint runs_state_check check (state in ('running', 'held', 'done', 'superseded'));
update runs set state = 'superseded' where state in ('running', 'held') and business_on < (select max(business_on) from runs);
