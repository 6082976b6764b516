-- Two accounts of one person made one. The account that is given up keeps its events and entries, which are for ever;
-- its names lead to the survivor, and what is left in its wallet goes over by postings of the account MERGE.

alter table users
    add column merged_into uuid,
    add column erased_at timestamptz,
    drop constraint users_status_check,
    add constraint users_status_check check (status in ('ACTIVE', 'RESTRICTED', 'CLOSED', 'MERGED')),
    add foreign key (tenant_id, merged_into) references users,
    add check ((status = 'MERGED') = (merged_into is not null));
create index users_merged_into on users (tenant_id, merged_into) where merged_into is not null;

alter table wallets
    drop constraint wallets_status_check,
    add constraint wallets_status_check check (status in ('OPEN', 'RESTRICTED', 'CLOSED', 'MERGED')),
    add check (status <> 'MERGED' or (balance = 0 and pending = 0 and debt = 0));

-- Whatever lists of accounts say, MERGE is in them from now on. What a merge brings over lot by lot is several entries
-- of one event: `reaction` counts them, though no reactor is concerned.
do $$
declare
    found record;
begin
    for found in
        select conrelid::regclass as "table", conname, pg_get_constraintdef(oid) as definition from pg_constraint
        where conrelid in ('ledger_entries'::regclass, 'lot_moves'::regclass) and contype = 'c'
            and pg_get_constraintdef(oid) like '%''ADJUSTMENT''%'
    loop
        execute format('alter table %s drop constraint %I', found."table", found.conname);
        execute format('alter table %s add constraint %I %s', found."table", found.conname,
                       replace(found.definition, '''ADJUSTMENT''::text', '''ADJUSTMENT''::text, ''MERGE''::text'));
    end loop;
    for found in
        select conname from pg_constraint
        where conrelid = 'ledger_entries'::regclass and contype = 'c'
            and pg_get_constraintdef(oid) like '%((reactor_version_id IS NULL) = (reaction IS NULL))%'
    loop
        execute format('alter table ledger_entries drop constraint %I', found.conname);
    end loop;
end $$;
alter table ledger_entries add constraint ledger_entries_reaction_check check (
    (reactor_version_id is null) = (reaction is null)
    or (reactor_version_id is null and account = 'MERGE'));

-- What the account that was given up had earned, spent and so on counts as the survivor's from then on.
create table merges (
    tenant_id uuid not null,
    merged_user_id uuid not null,
    user_id uuid not null,
    merged_event_id uuid not null,
    event_id uuid not null,
    earned bigint not null check (earned >= 0),
    spent bigint not null check (spent >= 0),
    expired bigint not null check (expired >= 0),
    adjusted bigint not null,
    merged_at timestamptz not null,
    primary key (tenant_id, merged_user_id),
    foreign key (tenant_id, user_id, event_id) references events,
    foreign key (tenant_id, merged_user_id, merged_event_id) references events,
    check (merged_user_id <> user_id)
);
create index merges_of_user on merges (tenant_id, user_id);
create trigger immutable before update or delete on merges
    for each row execute function refuse_change();
create trigger immutable_whole before truncate on merges
    for each statement execute function refuse_change();

-- Badges go over as one row each, however often they were earned.
alter table earned_badges
    drop constraint earned_badges_change_check,
    add constraint earned_badges_change_check check (change <> 0);

-- A voucher goes over to the survivor; the event that it was bought by stays where it happened.
alter table vouchers add column event_user_id uuid;
update vouchers set event_user_id = user_id;
alter table vouchers
    alter column event_user_id set not null,
    drop constraint vouchers_tenant_id_user_id_event_id_fkey,
    add foreign key (tenant_id, event_user_id, event_id) references events;
create function note_event_user() returns trigger language plpgsql as $$
begin
    new.event_user_id := coalesce(new.event_user_id, new.user_id);
    return new;
end $$;
create trigger event_user before insert on vouchers for each row execute function note_event_user();

-- What the engine reports when two accounts have become one; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select id, gen_random_uuid(), 'ACCOUNTS_MERGED', true, true from tenants
    returning tenant_id, id
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1, 'Two accounts of one person have become one.',
       '{"type": "object", "required": ["survivorId", "mergedId", "points", "pending"]}'
from added;
