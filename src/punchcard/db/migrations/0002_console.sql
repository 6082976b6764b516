-- The console: who has signed in to it, the stream that it follows, and the members that it looks for.

-- A link that was used is gone; what is kept of it, and of a session, is a digest.
create table sign_in_links (
    tenant_id uuid not null references tenants,
    digest bytea not null check (length(digest) = 32),
    expires_at timestamptz not null,
    primary key (tenant_id, digest)
);
create unique index sign_in_links_digest on sign_in_links (digest);

create table console_sessions (
    tenant_id uuid not null references tenants,
    digest bytea not null check (length(digest) = 32),
    created_at timestamptz not null default clock_timestamp(),
    idle_expires_at timestamptz not null,
    expires_at timestamptz not null check (idle_expires_at <= expires_at),
    primary key (tenant_id, digest)
);
create unique index console_sessions_digest on console_sessions (digest);

-- The order in which the stream is followed: see the comment on recorded_in.
create index events_recorded on events (tenant_id, recorded_in, id);

-- Byte order serves prefixes in every collation.
create index users_name_prefix on users
    (tenant_id, lower((profile->>'givenName') || ' ' || (profile->>'familyName')) text_pattern_ops);
create index users_family_name_prefix on users (tenant_id, lower(profile->>'familyName') text_pattern_ops);
create index users_email_prefix on users (tenant_id, lower(profile->>'emailAddress') text_pattern_ops);
