-- A database restored from a backup does not know what was charged and mailed since: nothing leaves it until its
-- books were compared with the providers', or an operator says so (P13).

create table restorations (
  restoration_id  bigint primary key default nextval('ids'),
  backup_at       timestamptz not null,
  restored_at     timestamptz not null,
  released_at     timestamptz,
  released_by     text,
  release_note    text,
  check ((released_at is null) = (released_by is null))
);

grant select, insert, update on restorations to rinnovo_system;
-- A backup notes where the ids stood.
grant select on sequence ids to rinnovo_system;
