-- Users in full: what a tenant says of its members, whose e-mail addresses and telephone numbers are taken, and consents.

alter table tenants
    add column configuration json not null default '{}',
    add column profile_schema json;

alter table users add column flags json;

-- An address or number that belongs to one user alone, in tenants that allow no duplicates; in no others are there rows.
create table user_contacts (
    tenant_id uuid not null,
    kind text not null check (kind in ('EMAIL_ADDRESS', 'TELEPHONE_NUMBER')),
    value text not null check (length(value) between 1 and 512),
    user_id uuid not null,
    primary key (tenant_id, kind, value),
    foreign key (tenant_id, user_id) references users
);
create index user_contacts_of_user on user_contacts (tenant_id, user_id);
create index user_keys_of_user on user_keys (tenant_id, user_id);
create index users_telephone_number on users (tenant_id, (profile->>'telephoneNumber') text_pattern_ops);

-- A type that was deleted is asked for no more; consents that were given to it stay on record.
create table consent_types (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (length(name) between 1 and 128),
    required boolean not null,
    priority bigint not null default 0 check (priority >= 0),
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create unique index consent_types_name on consent_types (tenant_id, name) where deleted_at is null;
create trigger catalogue after insert or update or delete on consent_types
    for each row execute function bump_catalogue();

-- Given once at a time: what was revoked stays, as the proof that there was consent until then.
create table consents (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    consent_type_id uuid not null,
    given_at timestamptz not null,
    given_by text not null,
    revoked_at timestamptz,
    revoked_by text,
    primary key (tenant_id, id),
    foreign key (tenant_id, user_id) references wallets,
    foreign key (tenant_id, consent_type_id) references consent_types,
    check ((revoked_at is null) = (revoked_by is null))
);
create unique index consents_given on consents (tenant_id, user_id, consent_type_id) where revoked_at is null;
create index consents_of_user on consents (tenant_id, user_id, id);
create index consents_of_type on consents (tenant_id, consent_type_id, id);

-- What the engine reports when a consent is given or revoked; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('CONSENT_GIVEN'), ('CONSENT_REVOKED')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'CONSENT_GIVEN' then 'A user has given a consent.' else 'A user has revoked a consent.' end,
       '{"type": "object", "required": ["consentId", "consentTypeId", "name"]}'::json
from added;
