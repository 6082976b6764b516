-- What was done to a tenant's configuration, by whom, for ever; and a tenant's settings: names and texts of its own.

-- object_kind: the collection that the object stands in, as in the path. before, after: as the API shows the object,
-- without secrets; none where it did not exist, or where it holds what must be forgotten one day.
create table audit_log (
    tenant_id uuid not null references tenants,
    id uuid not null,
    operation text not null,
    request text not null,
    object_kind text not null,
    object_id text,
    principal text not null,
    session text,
    role text,
    request_id text,
    before json,
    after json,
    recorded_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
);
create index audit_log_of_kind on audit_log (tenant_id, object_kind, id);
create index audit_log_of_object on audit_log (tenant_id, object_id, id);
create index audit_log_of_principal on audit_log (tenant_id, principal, id);
create trigger immutable before update or delete on audit_log
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on audit_log
    for each statement execute function refuse_change();

create table settings (
    tenant_id uuid not null references tenants,
    name text not null check (length(name) between 2 and 64 and name ~ '^[a-zA-Z./]+$'),
    value text not null check (length(value) between 1 and 8192),
    serial_id uuid not null,
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, name)
);
create unique index settings_serial on settings (tenant_id, serial_id);
