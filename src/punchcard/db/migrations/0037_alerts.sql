-- Alerts: what somebody should look at. A tenant's limits of how fast events may come, what was counted against them, and
-- when a pool of codes is low.

alter table tenants add column velocity_limits json not null default '[]';

-- low_mark: with fewer codes waiting than this, the pool is low; none: nobody is told.
alter table code_pools add column low_mark integer check (low_mark >= 1);

-- How far the stream has been counted, in the order of transactions.
create table velocity_places (
    tenant_id uuid primary key references tenants,
    recorded_in xid8 not null,
    event_id uuid not null
);

-- Events, and points given by them, in a minute: of one event type or (the nil UUID) of all that are reported, about one
-- user or all, by one reporter or ('') all.
create table velocity_counts (
    tenant_id uuid not null references tenants,
    event_type_id uuid not null,
    user_id uuid not null,
    reporter text not null,
    minute timestamptz not null,
    events bigint not null check (events >= 0),
    points bigint not null check (points >= 0),
    primary key (tenant_id, event_type_id, user_id, reporter, minute)
);
create index velocity_counts_minute on velocity_counts using brin (minute);

-- details: what was found, by the kind of alert. Of the same thing one alert is open at most.
create table alerts (
    tenant_id uuid not null references tenants,
    id uuid not null,
    kind text not null check (kind in ('VELOCITY', 'CODE_POOL_LOW')),
    name text not null,
    user_id uuid,
    reporter text,
    code_pool_id uuid,
    details json not null,
    status text not null default 'OPEN' check (status in ('OPEN', 'ACKNOWLEDGED')),
    acknowledged_at timestamptz,
    acknowledged_by text,
    comment text check (length(comment) between 1 and 1024),
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references users,
    foreign key (tenant_id, code_pool_id) references code_pools,
    check ((status = 'OPEN') = (acknowledged_at is null) and (status = 'OPEN') = (acknowledged_by is null))
);
create unique index alerts_open on alerts (tenant_id, kind, name, user_id, reporter, code_pool_id)
    nulls not distinct where status = 'OPEN';
create index alerts_acknowledged on alerts (tenant_id, kind, name, user_id, reporter, acknowledged_at)
    where status = 'ACKNOWLEDGED';
