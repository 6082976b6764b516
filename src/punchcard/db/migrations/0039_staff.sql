-- Staff: people who sign in to the console by a password, or by the organisation's own sign-in (OpenID Connect).

-- Who was removed stays, without a way in: the audit log names them. user_id: the member that somebody is besides.
-- password_hash: Argon2id in the PHC form. oidc_*: whom the provider knows the person as, from the first sign-in on.
create table staff (
    tenant_id uuid not null references tenants,
    id uuid not null,
    email text not null check (length(email) between 3 and 254 and email = lower(email) and email ~ '^[^@[:space:]]+@[^@[:space:]]+$'),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('OWNER', 'MANAGER', 'SUPPORT', 'VIEWER')),
    user_id uuid,
    password_hash text check (password_hash like '$argon2id$%'),
    password_changed_at timestamptz,
    oidc_issuer text,
    oidc_subject text check (length(oidc_subject) between 1 and 255),
    signed_in_at timestamptz,
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    removed_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references users,
    check ((password_hash is null) = (password_changed_at is null)),
    check ((oidc_issuer is null) = (oidc_subject is null)),
    check (removed_at is null or password_hash is null)
);
create unique index staff_email on staff (tenant_id, email) where removed_at is null;
create unique index staff_oidc on staff (tenant_id, oidc_issuer, oidc_subject) where removed_at is null;
create index staff_signing_in on staff (email) where removed_at is null;
create index staff_user on staff (tenant_id, user_id) where user_id is not null;

-- A link with which somebody sets the own password, once.
create table password_links (
    tenant_id uuid not null references tenants,
    digest bytea not null check (length(digest) = 32),
    staff_id uuid not null,
    expires_at timestamptz not null,
    primary key (tenant_id, digest),
    foreign key (tenant_id, staff_id) references staff
);
create unique index password_links_digest on password_links (digest);
create index password_links_staff on password_links (tenant_id, staff_id);

-- How a session began, whose it is, and what it looked like then: for the list of one's own.
alter table console_sessions
    add staff_id uuid,
    add begun_by text not null default 'LINK' check (begun_by in ('LINK', 'PASSWORD', 'OIDC')),
    add user_agent text check (length(user_agent) <= 300),
    add network text check (length(network) <= 64),
    add foreign key (tenant_id, staff_id) references staff,
    add check ((begun_by = 'LINK') = (staff_id is null));
create index console_sessions_staff on console_sessions (tenant_id, staff_id) where staff_id is not null;

-- Attempts to sign in, by a digest of what is tried: an address of e-mail, whether anybody has it or not, or a network.
-- Of no tenant, since it is not known before whose they are. They are forgotten within the hour.
create table sign_in_attempts (
    key bytea primary key check (length(key) = 32),
    failures integer not null check (failures >= 0),
    last_at timestamptz not null,
    next_at timestamptz not null
);
create index sign_in_attempts_last on sign_in_attempts (last_at);
