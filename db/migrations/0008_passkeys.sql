-- Passkeys of people, beside their passwords and authenticators. Small and without a customer, like the logins they belong to.

create table passkeys (
  passkey_id     bigint primary key default nextval('ids'),
  user_id        bigint not null references users,
  credential_id  text not null unique,           -- as browsers write it, base64url
  public_key     bytea not null,                 -- COSE; the private half never leaves its device
  counter        bigint not null check (counter >= 0),  -- 0 for ever where the device keeps none
  transports     text[] not null,                -- how a browser reaches the device
  name           text not null,
  created_at     timestamptz not null,
  used_at        timestamptz                     -- null until first used
);
create index passkeys_of_user on passkeys (user_id);

-- A challenge proves itself by our seal and leaves a row only when it was answered, so that it is answered once.
create table used_challenges (
  challenge_hash  text primary key,
  expires_at      timestamptz not null
);
create index used_challenges_by_age on used_challenges (expires_at);

grant select, insert, update, delete on passkeys to rinnovo_system;
grant select, insert, delete on used_challenges to rinnovo_system;
