-- Rewards in full, and what becomes of a voucher.

-- code_id: the one text of a STATIC code. pool_id: where vouchers take their codes when they are bought. notified_at:
-- when administrators were warned that little is left. tier_id, audience_ids: who may buy.
alter table rewards
    add column code_type text not null default 'OTP' check (code_type in ('HUMAN', 'OTP', 'POOL', 'STATIC')),
    add column code_template text check (length(code_template) between 1 and 200),
    add column code_id uuid,
    add column pool_id uuid,
    add column hide_code boolean not null default false,
    add column expiration_days integer check (expiration_days between 1 and 36500),
    add column limit_count integer check (limit_count >= 1),
    add column limit_per text check (limit_per in ('DAY', 'WEEK', 'MONTH', 'YEAR', 'EVER')),
    add column tier_id uuid,
    add column audience_ids uuid[] not null default '{}',
    add column venue_ids uuid[] not null default '{}',
    add column criteria json,
    add column notify_quantity numeric check (notify_quantity >= 0),
    add column notify_emails text[] not null default '{}',
    add column notified_at timestamptz,
    add foreign key (tenant_id, code_id) references codes,
    add foreign key (tenant_id, pool_id) references code_pools,
    add check (code_type <> 'STATIC' or code_id is not null),
    add check ((limit_count is null) = (limit_per is null));
create index rewards_on_pool on rewards (tenant_id, pool_id) where pool_id is not null;

-- A voucher is PURCHASED or GIVEN, then REDEEMED (its member has seen the code), then BURNED at a till; or it is
-- EXPIRED or REFUNDED before. code_id is its code: from the start, where it was taken from a pool, else from the
-- redemption on; is_code_shared: others have the same one.
alter table vouchers
    drop constraint vouchers_status_check,
    add constraint vouchers_status_check
        check (status in ('PURCHASED', 'GIVEN', 'REDEEMED', 'BURNED', 'EXPIRED', 'REFUNDED')),
    add column code_id uuid,
    add column is_code_shared boolean not null default false,
    add column expires_at timestamptz,
    add column redeemed_at timestamptz,
    add column burned_at timestamptz,
    add column venue_id uuid,
    add column ended_at timestamptz,
    add foreign key (tenant_id, code_id) references codes,
    add foreign key (tenant_id, venue_id) references venues,
    add check ((status = 'BURNED') = (burned_at is not null)),
    add check (status not in ('REDEEMED', 'BURNED') or (redeemed_at is not null and code_id is not null)),
    add check ((status in ('EXPIRED', 'REFUNDED')) = (ended_at is not null));
update vouchers set status = 'GIVEN' where origin = 'GIVEN';
alter table vouchers add check (status not in ('PURCHASED', 'GIVEN') or (status = 'GIVEN') = (origin = 'GIVEN'));
create unique index vouchers_code on vouchers (tenant_id, code_id) where code_id is not null and not is_code_shared;
create index vouchers_shared_code on vouchers (tenant_id, code_id, user_id) where is_code_shared;
create index vouchers_of_reward on vouchers (tenant_id, reward_id, id);
create index vouchers_of_member on vouchers (tenant_id, user_id, reward_id, purchased_at);
create index vouchers_expiring on vouchers (expires_at)
    where expires_at is not null and status in ('PURCHASED', 'GIVEN', 'REDEEMED');

-- What the engine reports of vouchers; new tenants get these types as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('REDEEMED_VOUCHER'), ('BURNED_VOUCHER'), ('VOUCHER_REFUNDED')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'REDEEMED_VOUCHER' then 'A user has redeemed a voucher and seen its code.'
                 when 'BURNED_VOUCHER' then 'A voucher has been used at a till.'
                 else 'A voucher has been taken back, and its price given back.' end,
       '{"type": "object", "required": ["rewardId", "rewardName", "voucherId"]}'::json
from added;
