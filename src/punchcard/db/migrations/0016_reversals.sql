-- What was undone of events, and on which terms each event was judged.

-- Shares are millionths of the event: from the one that was reached to the one that is reached then. Two that begin at
-- the same place contradict each other.
create table event_reversals (
    tenant_id uuid not null,
    user_id uuid not null,
    event_id uuid not null,
    from_share integer not null check (from_share >= 0),
    to_share integer not null check (to_share > from_share and to_share <= 1000000),
    reversal_id uuid not null,
    primary key (tenant_id, user_id, event_id, from_share),
    unique (tenant_id, user_id, reversal_id),
    foreign key (tenant_id, user_id, event_id) references events,
    foreign key (tenant_id, user_id, reversal_id) references events,
    check (event_id <> reversal_id)
);
create trigger immutable before update or delete on event_reversals
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on event_reversals
    for each statement execute function refuse_change();

-- The points policies that are in force together, as [id, version], and the zone in which periods begin. A change of
-- either makes the next number.
create table points_terms (
    tenant_id uuid not null references tenants,
    number integer not null check (number >= 1),
    time_zone text not null,
    policies json not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, number)
);
create trigger immutable before update or delete on points_terms
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on points_terms
    for each statement execute function refuse_change();

create function note_points_terms(changed uuid) returns void language sql as $$
    with now_in_force as (
        select tenant.id, tenant.time_zone, coalesce((
            select json_agg(json_build_array(policy.id, policy.version) order by policy.id) from points_policies as policy
            where policy.tenant_id = tenant.id and policy.is_active and policy.deleted_at is null
        ), '[]'::json) as policies
        from tenants as tenant where tenant.id = changed
    ), last as (
        select * from points_terms where tenant_id = changed order by number desc limit 1
    )
    insert into points_terms (tenant_id, number, time_zone, policies)
    select now_in_force.id, coalesce(last.number, 0) + 1, now_in_force.time_zone, now_in_force.policies
    from now_in_force left join last on true
    where last.number is null or last.time_zone <> now_in_force.time_zone
        or last.policies::text <> now_in_force.policies::text
$$;
create function note_terms_of_policy() returns trigger language plpgsql as $$
begin
    perform note_points_terms(new.tenant_id);
    return null;
end $$;
create function note_terms_of_tenant() returns trigger language plpgsql as $$
begin
    perform note_points_terms(new.id);
    return null;
end $$;
-- After the trigger `catalogue`, whose row keeps two changes of one tenant apart.
create trigger terms after insert or update on points_policies
    for each row execute function note_terms_of_policy();
create trigger terms after insert or update of time_zone on tenants
    for each row execute function note_terms_of_tenant();
select note_points_terms(id) from tenants;

-- The number of the terms that an event was judged on; null: the first.
alter table events add column terms integer check (terms >= 1);

-- What the engine reports when an event is undone; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select id, gen_random_uuid(), 'EVENT_REVERSED', true, true from tenants
    on conflict do nothing
    returning tenant_id, id
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1, 'An event has been undone, in whole or by a share.', '{"type": "object"}' from added;
