-- What reactions do beside points: badges, attributes, vouchers that are given, and calls of webhooks that wait.

create table badges (
    tenant_id uuid not null references tenants,
    id uuid not null,
    internal_name text not null check (length(internal_name) between 1 and 200),
    internal_description text check (length(internal_description) <= 1000),
    details json not null default '[]',
    priority integer not null default 0 check (priority >= 0),
    status text not null default 'ACTIVE' check (status in ('ACTIVE', 'INACTIVE', 'ARCHIVED')),
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
);
create trigger catalogue after insert or update or delete on badges
    for each row execute function bump_catalogue();

-- change: 1 where a user earned a badge, -1 where an earning was taken back; how often a user has it is their sum. The
-- event is the one that a reactor reacted to, or a command's own.
create table earned_badges (
    tenant_id uuid not null,
    user_id uuid not null,
    id uuid not null,
    badge_id uuid not null,
    event_id uuid not null,
    reactor_version_id bigint,
    reaction smallint,
    change smallint not null default 1 check (change in (1, -1)),
    earned_at timestamptz not null,
    primary key (tenant_id, user_id, id),
    unique nulls not distinct (tenant_id, user_id, event_id, badge_id, reactor_version_id, reaction),
    foreign key (tenant_id, badge_id) references badges,
    foreign key (tenant_id, user_id, event_id) references events,
    check ((reactor_version_id is null) = (reaction is null))
);
create trigger immutable before update or delete on earned_badges
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on earned_badges
    for each statement execute function refuse_change();

-- What is known of a user, a reward or the tenant itself, by keys. One that another replaced stays, with what replaced
-- it: undoing an event brings back what stood before. The value is canonical JSON.
create table attributes (
    tenant_id uuid not null references tenants,
    id uuid not null,
    subject_type text not null check (subject_type in ('USER', 'REWARD', 'TENANT')),
    subject_id uuid not null,
    user_id uuid generated always as (case subject_type when 'USER' then subject_id end) stored,
    reward_id uuid generated always as (case subject_type when 'REWARD' then subject_id end) stored,
    key text not null check (length(key) between 1 and 512),
    value json not null,
    is_enabled boolean not null,
    event_id uuid,
    reactor_version_id bigint,
    reaction smallint,
    created_at timestamptz not null,
    replaced_at timestamptz,
    replaced_by uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references users,
    foreign key (tenant_id, reward_id) references rewards,
    foreign key (tenant_id, user_id, event_id) references events,
    foreign key (tenant_id, user_id, replaced_by) references events,
    check (subject_type <> 'TENANT' or subject_id = tenant_id),
    check (event_id is null or subject_type = 'USER'),
    check ((reactor_version_id is null) = (reaction is null)),
    check (replaced_by is null or replaced_at is not null)
);
create unique index attributes_standing on attributes (tenant_id, subject_type, subject_id, key, md5(value::text))
    where replaced_at is null;
create index attributes_of_event on attributes (tenant_id, user_id, event_id) where event_id is not null;

-- A voucher that a reaction gave costs nothing, and is given once.
alter table vouchers
    add column origin text not null default 'BOUGHT' check (origin in ('BOUGHT', 'GIVEN')),
    add column reactor_version_id bigint,
    add column reaction smallint,
    add check (origin = 'BOUGHT' or price = 0),
    add check ((reactor_version_id is null) = (reaction is null));
create unique index vouchers_of_reaction on vouchers (tenant_id, user_id, event_id, reactor_version_id, reaction)
    where reactor_version_id is not null;

-- Calls of webhooks that wait to be delivered, written with the event that asked for them. `headers` are what the
-- reaction adds; `body` is what is sent, to the byte.
create table outbox (
    tenant_id uuid not null,
    user_id uuid not null,
    id uuid not null,
    event_id uuid not null,
    reactor_version_id bigint not null,
    reaction smallint not null,
    url text not null check (length(url) between 1 and 2048),
    headers json not null,
    body text not null,
    state text not null default 'QUEUED' check (state in ('QUEUED')),
    created_at timestamptz not null,
    primary key (tenant_id, user_id, id),
    unique (tenant_id, user_id, event_id, reactor_version_id, reaction),
    foreign key (tenant_id, user_id, event_id) references events
);
create index outbox_queued on outbox (id) where state = 'QUEUED';

-- What the engine reports when a reaction has done so; new tenants get these types as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('BADGE_EARNED'), ('VOUCHER_GIVEN')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'BADGE_EARNED' then 'A user has earned a badge.'
                 else 'A user has been given a voucher.' end,
       case name when 'BADGE_EARNED' then '{"type": "object", "required": ["badgeId", "badgeName"]}'::json
                 else '{"type": "object", "required": ["rewardId", "rewardName", "voucherId"]}'::json end
from added;
