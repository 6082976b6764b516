-- Tiers: what members are by the points that they earn, ever or in a period of the calendar.

-- keeps_next: who has attained it keeps it through the next period as well. opens_at: when it begins, until members were
-- judged by it.
create table tiers (
    tenant_id uuid not null references tenants,
    id uuid not null,
    points_requirement bigint not null check (points_requirement between 0 and 1000000000000000),
    calculation text not null check (calculation in ('LIFETIME_EARN', 'CALENDAR_PERIOD')),
    accumulation_period text check (accumulation_period in ('P1Y', 'P1M')),
    keeps_next boolean not null default false,
    priority integer not null check (priority >= 0),
    effective_from timestamptz,
    effective_until timestamptz,
    default_locale text not null check (default_locale in ('en', 'fr', 'de', 'it', 'es', 'nl', 'ar', 'tr')),
    details json not null,
    version integer not null default 1 check (version >= 1),
    opens_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    check ((calculation = 'CALENDAR_PERIOD') = (accumulation_period is not null)),
    check (not keeps_next or calculation = 'CALENDAR_PERIOD'),
    check (effective_until > effective_from)
);
create index tiers_opening on tiers (opens_at) where opens_at is not null;
create trigger catalogue after insert or update of points_requirement, calculation, accumulation_period, keeps_next,
    priority, effective_from, effective_until, default_locale, details, deleted_at or delete on tiers
    for each row execute function bump_catalogue();

-- Points earned: for all time ('EVER') and in each year ('2026') and month ('2026-11') of the tenant's zone. A member
-- without a row for all time has not been counted yet, and is so from the ledger once somebody asks.
create table tier_points (
    tenant_id uuid not null,
    user_id uuid not null,
    period text not null check (length(period) between 4 and 7),
    points bigint not null,
    primary key (tenant_id, user_id, period),
    foreign key (tenant_id, user_id) references wallets
) with (fillfactor = 70);

-- Who is, and was, in which tier. until: when the stay ends by itself.
create table tier_stays (
    tenant_id uuid not null,
    user_id uuid not null,
    tier_id uuid not null,
    reached_at timestamptz not null,
    until timestamptz,
    lost_at timestamptz check (lost_at >= reached_at),
    lost_why text check (lost_why in ('PERIOD_ENDED', 'POINTS', 'TIER_ENDED')),
    primary key (tenant_id, user_id, tier_id, reached_at),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, tier_id) references tiers,
    check ((lost_at is null) = (lost_why is null))
);
create unique index tier_stays_now on tier_stays (tenant_id, user_id, tier_id) where lost_at is null;
create index tier_stays_of_tier on tier_stays (tenant_id, tier_id, user_id) where lost_at is null;
create index tier_stays_ending on tier_stays (until) where lost_at is null and until is not null;

-- What the engine reports when a member comes into a tier, or out of it; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('TIER_REACHED'), ('TIER_LOST')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'TIER_REACHED' then 'A user has come into a tier.'
                 else 'A user is in a tier no longer.' end,
       '{"type": "object", "required": ["tierId", "tierName", "priority"]}'::json
from added;
