-- Adjustments of points by administrators, those that a second one has to approve, and what checks of the books found.

-- Up to this many points one administrator adjusts alone; null: any number.
alter table tenants add column adjustment_limit bigint check (adjustment_limit >= 0);

-- adjusted: what corrections came to that nobody has earned or spent; their entries have the account ADJUSTMENT.
alter table wallets
    add column adjusted bigint not null default 0,
    drop constraint wallets_check1,
    add constraint wallets_sums check (earned - spent - expired + adjusted = balance + pending);

-- points is signed: what the balance is to change by. requested_by and resolved_by name principals; for somebody at the
-- console the session too, since two pairs of eyes are asked for.
create table adjustments (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    points bigint not null check (points <> 0),
    impact text not null check (impact in ('EARN', 'SPEND', 'NONE')),
    liability_handling text not null check (liability_handling in ('BYPASS', 'REJECT_EVENT')),
    reason text not null check (length(reason) between 1 and 1024),
    status text not null default 'PENDING' check (status in ('PENDING', 'APPROVED', 'REJECTED')),
    requested_by text not null,
    requested_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > requested_at),
    resolved_by text,
    resolved_at timestamptz,
    event_id uuid,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, user_id, event_id) references events,
    check (case impact when 'EARN' then points > 0 when 'SPEND' then points < 0 else true end),
    check ((status = 'PENDING') = (resolved_at is null) and (status = 'PENDING') = (resolved_by is null)),
    check ((status = 'APPROVED') = (event_id is not null)),
    check (status <> 'APPROVED' or (resolved_by <> requested_by and resolved_at < expires_at))
);
create index adjustments_waiting on adjustments (tenant_id, id) where status = 'PENDING';

-- The last check of a tenant's books that came to its end: how much was looked at, and the first differences.
create table integrity_checks (
    tenant_id uuid primary key references tenants,
    started_at timestamptz not null,
    ended_at timestamptz not null check (ended_at >= started_at),
    wallets bigint not null check (wallets >= 0),
    entries bigint not null check (entries >= 0),
    events bigint not null check (events >= 0),
    difference_count bigint not null check (difference_count >= 0),
    differences json not null
);

-- What the engine reports when an administrator has adjusted points; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select id, gen_random_uuid(), 'POINTS_ADJUSTED', true, true from tenants
    returning tenant_id, id
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1, 'An administrator has adjusted a user''s points.',
       '{"type": "object", "required": ["points", "kind", "reason", "requestedBy"]}'
from added;
