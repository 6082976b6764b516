-- Rewards in full: their categories, the places where they are honoured, discounts, and codes.

create table reward_categories (
    tenant_id uuid not null references tenants,
    id uuid not null,
    parent_id uuid,
    name text not null check (length(name) between 2 and 64),
    priority numeric not null,
    picture_url text,
    description text,
    default_locale text,
    details json not null default '{}',
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, parent_id) references reward_categories,
    check (parent_id <> id)
);
create index reward_categories_below on reward_categories (tenant_id, parent_id) where parent_id is not null;

alter table rewards
    add column category_id uuid,
    add foreign key (tenant_id, category_id) references reward_categories;
create index rewards_of_category on rewards (tenant_id, category_id, id) where category_id is not null;

create table venues (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (length(name) between 1 and 64),
    address text not null check (length(address) between 1 and 512),
    longitude numeric not null check (longitude between -180 and 180),
    latitude numeric not null check (latitude between -90 and 90),
    available_from timestamptz not null,
    available_until timestamptz,
    external_identifier text check (length(external_identifier) between 1 and 512),
    attributes json not null,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create unique index venues_external_identifier on venues (tenant_id, external_identifier) where deleted_at is null;

create table reward_discounts (
    tenant_id uuid not null,
    id uuid not null,
    reward_id uuid not null,
    type text not null check (type in ('ABSOLUTE', 'FIXED', 'PERCENTAGE')),
    value numeric not null check (value >= 0 and (type <> 'PERCENTAGE' or value <= 100)),
    sku text,
    product_sku text,
    venue_ids uuid[] not null default '{}',
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, reward_id) references rewards
);
create index reward_discounts_of_reward on reward_discounts (tenant_id, reward_id, id);

-- A pool has a name, and any reward may draw on it; or it belongs to one reward, as the codes that were written for it.
create table code_pools (
    tenant_id uuid not null references tenants,
    id uuid not null,
    reward_id uuid,
    name text check (length(name) between 1 and 128),
    description text,
    is_active boolean not null default true,
    version integer not null default 1,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, reward_id) references rewards,
    check ((name is null) = (reward_id is not null))
);
create unique index code_pools_name on code_pools (tenant_id, name);
create unique index code_pools_of_reward on code_pools (tenant_id, reward_id);

-- A code stands once in a tenant, whatever its case, spaces and hyphens: digest is a keyed hash of it without them, and
-- sealed is its text. pool_id: where it waits, or waited, to be taken; null: it was drawn for one voucher, or is one text
-- for all the vouchers of a reward (is_shared).
create table codes (
    tenant_id uuid not null references tenants,
    id uuid not null,
    pool_id uuid,
    digest bytea not null check (length(digest) = 16),
    sealed bytea not null,
    is_shared boolean not null default false,
    taken_at timestamptz,
    created_at timestamptz not null default statement_timestamp(),
    primary key (tenant_id, id),
    foreign key (tenant_id, pool_id) references code_pools,
    check (pool_id is null or not is_shared)
) with (fillfactor = 90);
create unique index codes_digest on codes (tenant_id, digest);
create index codes_waiting on codes (tenant_id, pool_id, id) where taken_at is null and pool_id is not null;
create index codes_of_pool on codes (tenant_id, pool_id, id) where pool_id is not null;
