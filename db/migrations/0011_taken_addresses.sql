-- Every address that has a live mailbox, once in the world. Keys of mailboxes begin with their customer, so that none of
-- them sees what two customers have in common. Whose an address is stands in `mailboxes` alone.

create table taken_addresses (
  address  text primary key check (address = lower(address))
);

-- Where two customers have the same address `verify` names both: a person must say whose it is. An owner who is no superuser
-- is held by the policies too, unless for this moment they are not forced on it.
alter table mailboxes no force row level security;
insert into taken_addresses (address) select lower(address) from mailboxes where state <> 'ended'
    on conflict do nothing;
alter table mailboxes force row level security;

grant select, insert, delete on taken_addresses to rinnovo_system;
grant select, insert on taken_addresses to rinnovo_api;
