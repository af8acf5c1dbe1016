-- What a held run would renew is added up once a minute, not at every look of the worker (R16).
alter table runs add column weighed_at timestamptz;       -- when `amount` was; null without a set amount
