-- What statistics come to, added up behind the stream: for each quarter of an hour, by when things occurred and by when
-- they were reported, what no reactor did (0) and what each version of one did.

-- Events from next_id on are not in the sums yet. seen_at: the database's clock when that was last moved on.
create table statistics_places (
    tenant_id uuid primary key references tenants,
    next_id uuid not null,
    seen_at timestamptz not null
);

create table statistics_sums (
    tenant_id uuid not null references tenants,
    "time" text not null check ("time" in ('occurred', 'reported')),
    at timestamptz not null,
    reactor_version_id bigint not null,
    events bigint not null,
    earned bigint not null,
    spent bigint not null,
    expired bigint not null,
    adjusted bigint not null,
    entries bigint not null,
    points bigint not null,
    primary key (tenant_id, "time", at, reactor_version_id)
) with (fillfactor = 70);
