-- A tenant's settings have a version, as all that several people change: who saves second is refused instead of writing
-- over a list of limits that has grown meanwhile.
alter table tenants add column version integer not null default 1 check (version >= 1);
