-- CloudEvents, each recorded once for ever, and what a tenant has said of its keys' rate.

-- An event that was reported as a CloudEvent, under the digest of its source and id. `owner` keeps end users apart:
-- the user who reported it, or the nil UUID where a secret or an administrator of the tenant did. Attributes stand in
-- events.context.
create table cloud_events (
    tenant_id uuid not null,
    digest bytea not null check (length(digest) = 16),
    owner uuid not null,
    user_id uuid not null,
    event_id uuid not null,
    primary key (tenant_id, digest, owner),
    foreign key (tenant_id, user_id, event_id) references events
);
create trigger immutable before update or delete on cloud_events
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on cloud_events
    for each statement execute function refuse_change();

alter table tenants
    add column rate_limit integer check (rate_limit between 1 and 1000000),
    add column rate_burst integer check (rate_burst between 1 and 1000000);
