-- Audiences: members whom criteria describe, and who was in which one when.

-- criteria: as JsonLogic, by which members are found; tree: the same as a query builder has it. next_at: when the clock
-- asks for the next refresh. refreshed_at, size: when the last one came to its end, and how many members it found.
create table audiences (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (length(name) between 2 and 200),
    description text not null check (length(description) between 2 and 10000),
    is_active boolean not null,
    criteria json not null,
    tree json not null,
    frequency text not null check (frequency in ('DAILY', 'HOURLY', 'REACTIVE', 'MANUAL', 'DAILY_REACTIVE',
                                                 'DAILY_POST_POINTS_LIABILITY')),
    tells_joined boolean not null,
    tells_left boolean not null,
    version integer not null default 1 check (version >= 1),
    next_at timestamptz,
    refreshed_at timestamptz,
    size bigint check (size >= 0),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create unique index audiences_name on audiences (tenant_id, name) where deleted_at is null;
create index audiences_next on audiences (next_at) where next_at is not null;
create trigger catalogue after insert or update of name, is_active, criteria, frequency, tells_joined, tells_left,
    deleted_at or delete on audiences
    for each row execute function bump_catalogue();

create table audience_stays (
    tenant_id uuid not null,
    user_id uuid not null,
    audience_id uuid not null,
    joined_at timestamptz not null,
    left_at timestamptz check (left_at >= joined_at),
    primary key (tenant_id, user_id, audience_id, joined_at),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, audience_id) references audiences
);
create unique index audience_stays_now on audience_stays (tenant_id, user_id, audience_id) where left_at is null;
create index audience_stays_of_audience on audience_stays (tenant_id, audience_id, user_id);

-- What the engine reports when a member joins an audience or leaves it; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('AUDIENCE_JOINED'), ('AUDIENCE_LEFT')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'AUDIENCE_JOINED' then 'A user has joined an audience.'
                 else 'A user has left an audience.' end,
       '{"type": "object", "required": ["audienceId", "audienceName"]}'::json
from added;
