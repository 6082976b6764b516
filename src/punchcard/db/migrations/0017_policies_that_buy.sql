-- Points policies that buy a reward by themselves, and what a check of the books says of the programme's accounts.

alter table points_policy_versions
    drop constraint points_policy_versions_type_check,
    add constraint points_policy_versions_type_check
        check (type in ('SIMPLE_EXPIRY', 'MAXIMUM_POINTS_EARN_CAP', 'MAXIMUM_POINTS_SPEND_CAP',
                        'MAXIMUM_POINTS_BALANCE_CAP', 'PURCHASE_REWARDS'));

-- accounts: what each account has come to, by the entries that were looked at; they sum to zero. state_hash: of wallets,
-- lots, entries and counts as they were looked at, the same that a replay of the events comes to.
alter table integrity_checks
    add column accounts json not null default '{}',
    add column state_hash text check (state_hash ~ '^[0-9a-f]{64}$');
