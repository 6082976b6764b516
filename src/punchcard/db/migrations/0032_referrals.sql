-- Referrals: campaigns in which members invite others, the codes by which they do, who came by whose code, and what
-- both sides get for it.

create table campaigns (
    tenant_id uuid not null references tenants,
    id uuid not null,
    name text not null check (length(name) between 2 and 1024),
    link_config json not null,
    is_active boolean not null,
    eligible_audiences uuid[] not null default '{}',
    hourly_max integer not null check (hourly_max >= 1),
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);

-- One code a member and campaign; no two of a tenant read alike, deleted ones included: an old link leads nowhere else.
create table referral_codes (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    user_id uuid not null,
    invite_code text not null check (length(invite_code) between 1 and 1024),
    invite_link text not null check (length(invite_link) between 3 and 8192),
    click_count bigint not null default 0 check (click_count >= 0),
    register_count bigint not null default 0 check (register_count >= 0),
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, campaign_id) references campaigns,
    foreign key (tenant_id, user_id) references users
);
create unique index referral_codes_code on referral_codes (tenant_id, md5(lower(invite_code)));
create unique index referral_codes_of_user on referral_codes (tenant_id, campaign_id, user_id)
    where deleted_at is null;
create index referral_codes_user on referral_codes (tenant_id, user_id);
create index referral_codes_of_campaign on referral_codes (tenant_id, campaign_id, id);

-- Who came by whose code: a member is brought by one other, once for ever, and never by himself. device: a keyed digest
-- of the address and the kind of device. Only COUNTED ones count for tranches; FLAGGED ones wait to be looked at.
create table referrals (
    tenant_id uuid not null,
    id uuid not null,
    user_id uuid not null,
    campaign_id uuid not null,
    code_id uuid not null,
    referrer_id uuid not null,
    source text,
    device bytea,
    status text not null check (status in ('COUNTED', 'FLAGGED', 'REJECTED')),
    flag text check (flag in ('CODE_VELOCITY', 'DEVICE_VELOCITY', 'SAME_PERSON')),
    decided_by text,
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users,
    foreign key (tenant_id, referrer_id) references users,
    foreign key (tenant_id, campaign_id) references campaigns,
    foreign key (tenant_id, code_id) references referral_codes,
    check (user_id <> referrer_id or status = 'REJECTED'),
    check (status <> 'FLAGGED' or flag is not null)
);
create index referrals_of_referrer on referrals (tenant_id, referrer_id);
create index referrals_of_code on referrals (tenant_id, code_id, created_at);
create index referrals_of_device on referrals (tenant_id, device, created_at) where device is not null;

-- A reactor may belong to something that alone changes it. campaign_id: it reacts to members who came by that campaign.
alter table reactors
    add column owner_type text check (owner_type = 'TRANCHE'),
    add column owner_id uuid,
    add column campaign_id uuid,
    add foreign key (tenant_id, campaign_id) references campaigns,
    add check ((owner_type is null) = (owner_id is null)),
    add check (campaign_id is null or owner_id is not null);

create table tranches (
    tenant_id uuid not null,
    id uuid not null,
    campaign_id uuid not null,
    name text not null check (length(name) between 2 and 1024),
    event_type_id uuid not null,
    reactor_id uuid not null,
    referrer_reactor_id uuid,
    content json not null,
    version integer not null default 1 check (version >= 1),
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, campaign_id) references campaigns,
    foreign key (tenant_id, event_type_id) references event_types,
    foreign key (tenant_id, reactor_id) references reactors,
    foreign key (tenant_id, referrer_reactor_id) references reactors
);
create index tranches_of_campaign on tranches (tenant_id, campaign_id, id);

-- A tranche that a member has reached by an event, written with it; told once the referrer has the event of it.
create table tranche_activations (
    tenant_id uuid not null,
    id uuid not null,
    tranche_id uuid not null,
    user_id uuid not null,
    event_id uuid not null,
    reactor_version_id bigint not null,
    depth integer not null check (depth >= 1),
    told_at timestamptz,
    told_event_id uuid,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, id),
    unique (tenant_id, tranche_id, user_id, event_id),
    foreign key (tenant_id, tranche_id) references tranches,
    foreign key (tenant_id, user_id) references users,
    check (told_event_id is null or told_at is not null)
);
create index tranche_activations_of_user on tranche_activations (tenant_id, user_id, tranche_id);

-- What the engine reports of whoever has brought a member that reaches a tranche; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select id, gen_random_uuid(), 'REFERRAL_TRANCHE_ACTIVATION', true, true from tenants
    returning tenant_id, id
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1, 'A member whom the user has invited has reached a tranche of a campaign.',
       '{"type": "object", "required": ["trancheId", "campaignId", "refereeId", "eventId"]}'::json
from added;
