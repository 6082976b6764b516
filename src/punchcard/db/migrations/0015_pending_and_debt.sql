-- Points that wait for something that happens, what is owed, and entries that undo others.

-- debt: what the member owes. Nobody owes and has: what becomes usable pays it first.
alter table wallets
    add column debt bigint not null default 0 check (debt >= 0),
    add constraint wallets_no_debt_beside_points check (debt = 0 or balance = 0),
    drop constraint wallets_sums,
    add constraint wallets_sums check (earned - spent - expired + adjusted = balance + pending - debt);

-- How much a member may owe; null: any amount. Debts come from reversals alone that say so.
alter table tenants add column debt_limit bigint check (debt_limit between 0 and 1000000000000000);

-- owed: the part of an entry that makes a debt (below zero) or pays it; the balance changes by points - owed. is_undo:
-- it takes back what was earned, or gives back what was spent: neither counts as earned or spent any more.
alter table ledger_entries
    add column owed bigint not null default 0,
    add column is_undo boolean not null default false,
    add constraint ledger_entries_owed_part check (
        owed = 0 or (not is_pending and sign(owed) = sign(points) and abs(owed) <= abs(points)));

-- A lot may wait for something, and become usable at an instant in any case.
alter table lots drop constraint lots_check2;

-- One entry may make a lot usable and take out of it what is owed; what was spent goes back into its lot.
alter table lot_moves
    drop constraint lot_moves_pkey,
    add primary key (tenant_id, user_id, entry, lot, target),
    drop constraint lot_moves_source_check,
    add constraint lot_moves_source_check
        check (source in ('USABLE', 'PENDING', 'ISSUE', 'REDEMPTION', 'ADJUSTMENT')),
    drop constraint lot_moves_target_check,
    add constraint lot_moves_target_check
        check (target in ('USABLE', 'DEBT', 'ISSUE', 'REDEMPTION', 'BREAKAGE', 'ADJUSTMENT'));
create index lots_waiting on lots (tenant_id, user_id, awaits) where is_pending and remaining > 0 and awaits is not null;

-- What the engine reports when pending points are taken back; new tenants get it as they begin.
with added as (
    insert into event_types (tenant_id, id, name, is_private, is_intrinsic)
    select id, gen_random_uuid(), 'POINTS_CANCELLED', true, true from tenants
    on conflict do nothing
    returning tenant_id, id
)
insert into event_type_versions (tenant_id, event_type_id, version, description, schema)
select tenant_id, id, 1, 'Pending points of a user have been taken back.', '{"type": "object"}' from added;
