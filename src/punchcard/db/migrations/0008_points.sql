-- Points with terms: lots that run out or become usable, the policies that say so, and when time changes a wallet next.

-- in_lots: how much of the balance lies in lots; the rest is open-ended, never runs out, and is spent last. pending:
-- points that are not usable yet, outside the balance. due_at: not later than the first instant at which time alone
-- changes something; whoever holds the wallet from then on lets time do its work first. active_at: when the member did
-- something last, kept where a policy asks.
alter table wallets
    add column in_lots bigint not null default 0 check (in_lots >= 0),
    add column pending bigint not null default 0 check (pending >= 0),
    add column expired bigint not null default 0 check (expired >= 0),
    add column due_at timestamptz,
    add column active_at timestamptz,
    add check (in_lots <= balance),
    add check (earned - spent - expired = balance + pending);
create index wallets_due on wallets (due_at) where due_at is not null;

-- An entry is one movement on the member's usable side, or on the pending one; from the latter to the former it is one
-- with the account PENDING.
alter table ledger_entries
    add column is_pending boolean not null default false,
    drop constraint ledger_entries_account_check,
    add constraint ledger_entries_account_check
        check (account in ('ISSUE', 'REDEMPTION', 'BREAKAGE', 'ADJUSTMENT', 'PENDING'));

-- An earning with terms; its number is its entry's. What is neither remaining nor run out nor taken back was spent.
create table lots (
    tenant_id uuid not null,
    user_id uuid not null,
    number bigint not null check (number >= 1),
    points bigint not null check (points > 0),
    remaining bigint not null check (remaining >= 0),
    earned_at timestamptz not null,
    expires_at timestamptz,
    is_pending boolean not null,
    usable_at timestamptz,
    awaits text check (length(awaits) between 1 and 128),
    expired bigint not null default 0 check (expired >= 0),
    withdrawn bigint not null default 0 check (withdrawn >= 0),
    primary key (tenant_id, user_id, number),
    foreign key (tenant_id, user_id, number) references ledger_entries,
    check (remaining + expired + withdrawn <= points),
    check (not is_pending or remaining + expired + withdrawn = points),
    check (usable_at is null or awaits is null)
) with (fillfactor = 70);
create index lots_open on lots (tenant_id, user_id) where remaining > 0;

-- What an entry took out of a lot, or made usable. What an entry takes beyond that was open-ended.
create table lot_moves (
    tenant_id uuid not null,
    user_id uuid not null,
    entry bigint not null,
    lot bigint not null,
    source text not null check (source in ('USABLE', 'PENDING')),
    target text not null check (target in ('USABLE', 'ISSUE', 'REDEMPTION', 'BREAKAGE', 'ADJUSTMENT')),
    points bigint not null check (points > 0),
    primary key (tenant_id, user_id, entry, lot),
    foreign key (tenant_id, user_id, entry) references ledger_entries,
    foreign key (tenant_id, user_id, lot) references lots,
    check (source <> target)
);
create trigger immutable before update or delete on lot_moves
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on lot_moves
    for each statement execute function refuse_change();

create table points_policies (
    tenant_id uuid not null references tenants,
    id uuid not null,
    version integer not null default 1 check (version >= 1),
    is_active boolean not null default true,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default clock_timestamp(),
    deleted_at timestamptz,
    primary key (tenant_id, id)
);
create trigger catalogue after insert or update or delete on points_policies
    for each row execute function bump_catalogue();

create table points_policy_versions (
    tenant_id uuid not null,
    policy_id uuid not null,
    version integer not null check (version >= 1),
    name text not null check (length(name) between 1 and 255),
    type text not null check (type in ('SIMPLE_EXPIRY', 'MAXIMUM_POINTS_EARN_CAP', 'MAXIMUM_POINTS_SPEND_CAP',
                                       'MAXIMUM_POINTS_BALANCE_CAP')),
    config json not null,
    is_active boolean not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, policy_id, version),
    foreign key (tenant_id, policy_id) references points_policies
);
create trigger immutable before update or delete on points_policy_versions
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on points_policy_versions
    for each statement execute function refuse_change();

-- What the engine reports when time has done something, for the tenants that there are; new ones get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select tenants.id, gen_random_uuid(), new.name, true, true
    from tenants cross join (values ('POINTS_EXPIRED'), ('POINTS_ACTIVATED')) as new (name)
    returning tenant_id, id, name
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1,
       case name when 'POINTS_EXPIRED' then 'Points of a user have run out.'
                 else 'Points of a user have become usable.' end,
       '{"type": "object"}'::json
from added;
