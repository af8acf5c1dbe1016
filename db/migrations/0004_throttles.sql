-- Attempts at the doors without a session (sign-in, reset, order links), counted per account, address and over all.
-- Small and without a customer; in the database so that several processes and a restart count together.

create table throttles (
  key        text primary key,
  opened_at  timestamptz not null,
  attempts   integer not null check (attempts >= 0)
);
create index throttles_by_age on throttles (opened_at);

grant select, insert, update, delete on throttles to rinnovo_system;
