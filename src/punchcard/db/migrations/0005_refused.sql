-- What was reported and not recorded: refused duplicates, and what waits in quarantine. And what is known of an event
-- apart from its payload.

-- enhanced: what each enhancer added, by the enhancer's name. context: an object; where an event comes from, and what
-- it resembles.
alter table events add column enhanced json, add column context json;

-- The window of the event type when the claim was made: until when the claim must be kept.
alter table claims add column window_seconds integer not null default 60;

-- The first event in some days with each value of the field by which its type finds near-duplicates.
create table near_values (
    tenant_id uuid not null,
    user_id uuid not null,
    digest bytea not null check (length(digest) = 16),
    event_id uuid not null,
    reported_at timestamptz not null,
    primary key (tenant_id, user_id, digest)
);
create index near_values_reported on near_values using brin (reported_at);

-- A payload is kept where it may differ from the original's, or where the original may go; else it is the original's.
create table duplicates (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    event_type_id uuid not null,
    original_id uuid not null,
    original_reported_at timestamptz not null,
    reporter text not null,
    executor text,
    payload json,
    context json,
    occurred_at timestamptz not null,
    reported_at timestamptz not null,
    released_at timestamptz,
    released_by text,
    event_id uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, user_id, event_id) references events,
    check (num_nulls(released_at, released_by, event_id) in (0, 3))
);

create table quarantine (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    event_type_id uuid not null,
    event_type_version integer not null,
    reporter text not null,
    executor text,
    payload json not null,
    context json,
    occurred_at timestamptz not null,
    reported_at timestamptz not null,
    reason text not null check (reason in ('INVALID', 'LATE')),
    faults json not null,
    status text not null default 'OPEN' check (status in ('OPEN', 'RESUBMITTED', 'DISCARDED')),
    resolved_at timestamptz,
    resolved_by text,
    discard_reason text check (length(discard_reason) between 1 and 1024),
    event_id uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, user_id, event_id) references events,
    check ((status = 'OPEN') = (resolved_at is null) and (status = 'OPEN') = (resolved_by is null)),
    check ((status = 'RESUBMITTED') = (event_id is not null)),
    check ((status = 'DISCARDED') = (discard_reason is not null))
);
create index quarantine_open on quarantine (tenant_id, id) where status = 'OPEN';
create index quarantine_discarded on quarantine (resolved_at) where status = 'DISCARDED';

-- What a member earned and spent in a calendar month, up to the entry of that number.
create table period_points (
    tenant_id uuid not null,
    user_id uuid not null,
    period_start timestamptz not null,
    through_number bigint not null check (through_number >= 0),
    earned bigint not null check (earned >= 0),
    spent bigint not null check (spent >= 0),
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references wallets
);
