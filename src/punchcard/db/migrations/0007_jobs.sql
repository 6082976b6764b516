-- Jobs: work that is done beside the requests, a step at a time. Schedules: which of it the clock asks for, and when.
-- The nil UUID as tenant_id stands for the installation: its jobs belong to no tenant, and no tenant sees them.

-- due_at: not before then; while a worker holds the job (lease), it may be taken over from then on. attempt: how often
-- the next step has been begun, counted before it is, so that a step which kills its process is not begun for ever.
create table jobs (
    tenant_id uuid not null,
    id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z_]{1,62}$'),
    key text check (length(key) between 1 and 255),
    input json not null,
    cursor json,
    state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    done bigint not null default 0 check (done >= 0),
    total bigint check (total >= 0),
    steps integer not null default 0 check (steps >= 0),
    attempt integer not null default 0 check (attempt >= 0),
    due_at timestamptz not null default clock_timestamp(),
    lease uuid,
    error text,
    result json,
    created_at timestamptz not null default clock_timestamp(),
    started_at timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, id),
    check ((state in ('DONE', 'FAILED', 'CANCELLED')) = (ended_at is not null)),
    check (lease is null or state = 'RUNNING'),
    check (state <> 'FAILED' or error is not null)
) with (fillfactor = 70);
create index jobs_due on jobs (due_at) where state in ('QUEUED', 'RUNNING');
create unique index jobs_one_at_a_time on jobs (tenant_id, kind, key) where state in ('QUEUED', 'RUNNING');
create index jobs_counted on jobs (state) where state in ('QUEUED', 'RUNNING', 'FAILED');
create index jobs_ended on jobs (ended_at) where ended_at is not null;

create table schedules (
    tenant_id uuid not null,
    kind text not null check (kind ~ '^[a-z][a-z_]{1,62}$'),
    cron text not null check (length(cron) between 9 and 200),
    next_at timestamptz not null,
    primary key (tenant_id, kind)
);
create index schedules_next on schedules (next_at);
