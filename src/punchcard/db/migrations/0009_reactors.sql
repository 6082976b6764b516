-- Reactors in full: their order, groups and limits, and the states that they pass through.

-- What was counted stands under a counter's id, so that a version that is to count anew names another: nothing that is
-- being counted at the same moment can bring the old count back. A version that names none goes by the reactor's id.

alter table reactor_versions
    add column priority integer not null default 0 check (priority between -1000000 and 1000000),
    add column limits json not null default '[]',
    add column group_name text check (length(group_name) between 1 and 64),
    add column group_mode text check (group_mode in ('ALL', 'FIRST_MATCH', 'BEST')),
    add column counter_id uuid,
    add check ((group_name is null) = (group_mode is null));

alter table reactors add column state text not null default 'LIVE'
    check (state in ('DRAFT', 'LIVE', 'PAUSED', 'ENDED'));
update reactors set state = 'ENDED' where ended_at is not null;
alter table reactors add check ((state = 'ENDED') = (ended_at is not null));

alter table activations drop constraint activations_tenant_id_reactor_id_fkey;
alter table activations rename column reactor_id to counter_id;

-- What counts against a reactor's limits in one stretch of time: for one user, or (the nil UUID) for all together.
-- A stretch is a period of the calendar, such as 'DAY 2026-03-01', 'EVER', or a rolling window by its length, which
-- keeps the times of its firings.
create table activation_windows (
    tenant_id uuid not null,
    user_id uuid not null,
    counter_id uuid not null,
    stretch text not null,
    count integer not null check (count >= 0),
    points bigint not null check (points >= 0),
    fired_at timestamptz[] not null default '{}' check (cardinality(fired_at) <= 1000),
    primary key (tenant_id, user_id, counter_id, stretch)
) with (fillfactor = 70);
