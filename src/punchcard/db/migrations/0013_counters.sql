-- Counters: what a member's events of one type come to, counted in the transaction that records them.

-- A name is free again once its counter is deleted. is_settled: every process knows the current version, so that what
-- is recorded without it is the past; until then no member's past is counted.
create table counters (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (name ~ '^[a-z][A-Za-z0-9_]{0,63}$'),
    description text check (length(description) between 1 and 1024),
    version integer not null default 1 check (version >= 1),
    is_settled boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create unique index counters_name on counters (tenant_id, name) where deleted_at is null;
create trigger catalogue after insert or update or delete on counters
    for each row execute function bump_catalogue();

-- Each version counts anew, under a series of its own. value is the expression over the events that a SUM adds.
create table counter_versions (
    tenant_id uuid not null,
    counter_id uuid not null,
    version integer not null check (version >= 1),
    series_id uuid not null,
    event_type_id uuid not null,
    "constraint" json,
    what text not null check (what in ('COUNT', 'SUM', 'STREAK')),
    value text,
    per text not null check (per in ('EVER', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'YEAR')),
    takes_past boolean not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, counter_id, version),
    unique (tenant_id, series_id),
    foreign key (tenant_id, counter_id) references counters,
    foreign key (tenant_id, event_type_id) references event_types,
    check ((what = 'SUM') = (value is not null)),
    check (what <> 'STREAK' or per in ('DAY', 'WEEK', 'MONTH', 'YEAR'))
);
create trigger immutable before update or delete on counter_versions
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on counter_versions
    for each statement execute function refuse_change();

-- What a member's events in one stretch of time come to: 'EVER', or a period such as 'MONTH 2026-03'. 'PAST' stands for
-- no time: there is one once the member's events from before the series are counted.
create table counter_values (
    tenant_id uuid not null,
    user_id uuid not null,
    series_id uuid not null,
    stretch text not null,
    count bigint not null check (count >= 0),
    total numeric not null,
    primary key (tenant_id, user_id, series_id, stretch),
    foreign key (tenant_id, user_id) references wallets
) with (fillfactor = 70);

-- Periods in a row with an event in each, by their numbers: days for all counters, and a streak's own periods.
create table counter_runs (
    tenant_id uuid not null,
    user_id uuid not null,
    series_id uuid not null,
    unit text not null check (unit in ('DAY', 'WEEK', 'MONTH', 'YEAR')),
    first integer not null,
    last integer not null check (last >= first),
    primary key (tenant_id, user_id, series_id, unit, first),
    foreign key (tenant_id, user_id) references wallets
) with (fillfactor = 70);
