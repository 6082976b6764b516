-- The spine: who may call, what may be reported, what was reported, and what followed from it.
-- Every table carries tenant_id and leads its key with it; hot tables lead with (tenant_id, user_id),
-- so that they can be distributed by user. Ids in the stream are version 7 UUIDs made from the
-- database's clock: their order is the order of reporting.

create table installation (
    singleton boolean primary key default true check (singleton),
    secret_key text,
    secret_key_check bytea not null
);

create table tenants (
    id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    api_key uuid not null unique,
    time_zone text not null default 'UTC',
    created_at timestamptz not null default clock_timestamp()
);

-- One number a tenant that every change of its configuration moves; processes cache what stands under it.
create table catalogue_versions (
    tenant_id uuid primary key references tenants,
    version bigint not null default 1
);

create function bump_catalogue() returns trigger language plpgsql as $$
declare
    changed uuid := coalesce(new.tenant_id, old.tenant_id);
begin
    insert into catalogue_versions as current (tenant_id) values (changed)
    on conflict (tenant_id) do update set version = current.version + 1;
    perform pg_notify('punchcard_catalogue', changed::text);
    return null;
end $$;

create function bump_catalogue_of_tenant() returns trigger language plpgsql as $$
begin
    insert into catalogue_versions as current (tenant_id) values (new.id)
    on conflict (tenant_id) do update set version = current.version + 1;
    perform pg_notify('punchcard_catalogue', new.id::text);
    return null;
end $$;

create trigger catalogue after insert or update on tenants
    for each row execute function bump_catalogue_of_tenant();

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: counter it with a new row', tg_table_name using errcode = 'restrict_violation';
end $$;

-- access ------------------------------------------------------------------------------------------

create table clients (
    tenant_id uuid not null references tenants,
    id text not null,
    name text not null,
    role text not null default 'ADMIN' check (role in ('ADMIN')),
    secret_digest bytea not null check (length(secret_digest) = 32),
    created_at timestamptz not null default clock_timestamp(),
    revoked_at timestamptz,
    primary key (tenant_id, id)
);
create unique index clients_id on clients (id);
create trigger catalogue after insert or update or delete on clients
    for each row execute function bump_catalogue();

create table token_issuers (
    tenant_id uuid not null references tenants,
    id uuid not null,
    issuer text not null check (length(issuer) between 1 and 512),
    audience text not null check (length(audience) between 1 and 512),
    algorithm text not null check (algorithm in ('RS256', 'ES256', 'EdDSA', 'HS256')),
    jwks json,
    sealed_secret bytea,
    subject_claim text not null default 'sub' check (length(subject_claim) between 1 and 128),
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, issuer),
    check ((algorithm = 'HS256') = (sealed_secret is not null) and (algorithm <> 'HS256') = (jwks is not null))
);
create trigger catalogue after insert or update or delete on token_issuers
    for each row execute function bump_catalogue();

-- events: what may be reported --------------------------------------------------------------------

create table event_types (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (length(name) between 2 and 64 and name ~ '^[A-Z]+(_[A-Z]+)*$'),
    is_private boolean not null,
    is_intrinsic boolean not null default false,
    is_active boolean not null default true,
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, name)
);
create trigger catalogue after insert or update or delete on event_types
    for each row execute function bump_catalogue();

create table event_type_versions (
    tenant_id uuid not null,
    event_type_id uuid not null,
    version integer not null check (version >= 1),
    description text not null,
    schema json,
    omit_from_user_activity boolean not null default false,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, event_type_id, version),
    foreign key (tenant_id, event_type_id) references event_types
);
create trigger immutable before update or delete on event_type_versions
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on event_type_versions
    for each statement execute function refuse_change();

create table event_type_secrets (
    tenant_id uuid not null,
    id uuid not null,
    event_type_id uuid not null,
    digest bytea not null check (length(digest) = 32),
    sealed bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, digest),
    foreign key (tenant_id, event_type_id) references event_types
);
create trigger catalogue after insert or update or delete on event_type_secrets
    for each row execute function bump_catalogue();

-- users -------------------------------------------------------------------------------------------

create table users (
    tenant_id uuid not null references tenants,
    id uuid not null,
    account_number text not null,
    auth_identifier text check (length(auth_identifier) between 1 and 512),
    external_identifier text check (length(external_identifier) between 1 and 512),
    profile json not null,
    status text not null default 'ACTIVE' check (status in ('ACTIVE', 'RESTRICTED', 'CLOSED')),
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id)
);
create unique index users_external_identifier on users (tenant_id, external_identifier);
create index users_email on users (tenant_id, lower(profile->>'emailAddress'));

-- Every name that a subject may go by: its id, its account number, its authIdentifier. One key, one user.
-- A token's subject may be an id or an authIdentifier, and never an account number, which others may know.
create table user_keys (
    tenant_id uuid not null,
    key text not null,
    user_id uuid not null,
    proves_identity boolean not null,
    primary key (tenant_id, key),
    foreign key (tenant_id, user_id) references users
);

-- points ------------------------------------------------------------------------------------------

-- A wallet's row is also its member's lock and gate: whatever touches a member's points holds it first, and its
-- status says whether anything may be reported for, or by, the member.
create table wallets (
    tenant_id uuid not null,
    user_id uuid not null,
    status text not null default 'OPEN' check (status in ('OPEN', 'RESTRICTED', 'CLOSED')),
    balance bigint not null default 0 check (balance >= 0),
    earned bigint not null default 0 check (earned >= 0),
    spent bigint not null default 0 check (spent >= 0),
    entries bigint not null default 0 check (entries >= 0),
    primary key (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users
) with (fillfactor = 70);

-- reactors ----------------------------------------------------------------------------------------

create table reactors (
    tenant_id uuid not null references tenants,
    id uuid not null,
    event_type_id uuid not null,
    version integer not null default 1 check (version >= 1),
    ended_at timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, event_type_id) references event_types
);
create trigger catalogue after insert or update or delete on reactors
    for each row execute function bump_catalogue();

create table reactor_versions (
    id bigint generated always as identity primary key,
    tenant_id uuid not null,
    reactor_id uuid not null,
    version integer not null check (version >= 1),
    name text not null check (length(name) between 2 and 64),
    description text,
    "constraint" json,
    reactions json not null,
    max_activations integer check (max_activations >= 1),
    activation_context text not null default 'SUBJECT' check (activation_context in ('GLOBAL', 'TENANT', 'SUBJECT')),
    effective_from timestamptz,
    effective_until timestamptz,
    created_at timestamptz not null default clock_timestamp(),
    unique (tenant_id, reactor_id, version),
    unique (tenant_id, id),
    foreign key (tenant_id, reactor_id) references reactors
);
create trigger immutable before update or delete on reactor_versions
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on reactor_versions
    for each statement execute function refuse_change();

-- How often a reactor has fired: for one user, or (the nil UUID) for all of the tenant's users together.
create table activations (
    tenant_id uuid not null,
    user_id uuid not null,
    reactor_id uuid not null,
    count integer not null check (count >= 0),
    primary key (tenant_id, user_id, reactor_id),
    foreign key (tenant_id, reactor_id) references reactors
) with (fillfactor = 70);

-- events: what was reported -----------------------------------------------------------------------

-- recorded_in is the transaction: a reader who follows the stream by it, up to the oldest one that still runs, meets
-- every event once, whatever the order of commits.

create table events (
    tenant_id uuid not null,
    user_id uuid not null,
    id uuid not null,
    event_type_id uuid not null,
    event_type_version integer not null,
    reporter text not null,
    executor text,
    payload json not null,
    occurred_at timestamptz not null,
    reported_at timestamptz not null,
    reacted_at timestamptz not null,
    points bigint not null,
    verdicts json not null,
    recorded_in xid8 not null default pg_current_xact_id(),
    primary key (tenant_id, user_id, id),
    foreign key (tenant_id, user_id) references wallets
);
create index events_stream on events (tenant_id, id);
create index events_by_type on events (tenant_id, event_type_id, id);
create index events_occurred on events using brin (occurred_at);
create trigger immutable before update or delete on events
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on events
    for each statement execute function refuse_change();

-- The last event under each fingerprint: who may be reported again, and when.
create table claims (
    tenant_id uuid not null,
    user_id uuid not null,
    fingerprint bytea not null check (length(fingerprint) = 16),
    event_id uuid not null,
    reported_at timestamptz not null,
    primary key (tenant_id, user_id, fingerprint)
) with (fillfactor = 80);
create index claims_reported on claims using brin (reported_at);

create table idempotency_keys (
    tenant_id uuid not null references tenants,
    principal text not null,
    key text not null check (length(key) between 1 and 255),
    request_digest bytea not null,
    status smallint not null,
    body bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, principal, key)
);
create index idempotency_keys_created on idempotency_keys using brin (created_at);

-- A row is one movement between a member and one of the programme's own accounts, so what the member gains
-- the account gives: every posting sums to zero by its form. Numbers count up without a gap within a wallet.
create table ledger_entries (
    tenant_id uuid not null,
    user_id uuid not null,
    number bigint not null check (number >= 1),
    event_id uuid not null,
    reactor_version_id bigint,
    reaction smallint,
    account text not null check (account in ('ISSUE', 'REDEMPTION')),
    points bigint not null check (points <> 0),
    balance_after bigint not null check (balance_after >= 0),
    recorded_at timestamptz not null,
    primary key (tenant_id, user_id, number),
    unique nulls not distinct (tenant_id, user_id, event_id, reactor_version_id, reaction),
    foreign key (tenant_id, user_id, event_id) references events,
    check ((reactor_version_id is null) = (reaction is null))
);
create trigger immutable before update or delete on ledger_entries
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on ledger_entries
    for each statement execute function refuse_change();

-- rewards -----------------------------------------------------------------------------------------

create table rewards (
    tenant_id uuid not null references tenants,
    id uuid not null,
    type text not null check (type in ('VOUCHER')),
    name text not null check (length(name) between 2 and 200),
    price bigint not null check (price between 0 and 10000000),
    purchasable boolean not null,
    available_from timestamptz not null,
    available_until timestamptz,
    stock_capacity integer check (stock_capacity >= 0),
    stock_consumed integer not null default 0 check (stock_consumed >= 0),
    attributes json not null,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    check (stock_capacity is null or stock_consumed <= stock_capacity)
);

create table vouchers (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    reward_id uuid not null,
    event_id uuid not null,
    price bigint not null check (price >= 0),
    status text not null default 'PURCHASED' check (status in ('PURCHASED')),
    purchased_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, reward_id) references rewards,
    foreign key (tenant_id, user_id, event_id) references events
);
create index vouchers_of_user on vouchers (tenant_id, user_id, id);
