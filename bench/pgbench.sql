\set n random(0, :members - 1)
\set total random(10, 99)
\set chance random(1, 9000000000000000000)
begin;
select user_id from user_keys where tenant_id = :tenant::uuid and key = 'member-' || lpad(:n, 6, '0') \gset
select balance + :total as balance, entries + 1 as number, uuidv7() as event_id, clock_timestamp() as now
from wallets where tenant_id = :tenant::uuid and user_id = :user_id::uuid for no key update \gset
insert into claims as original (tenant_id, user_id, fingerprint, event_id, reported_at)
values (:tenant::uuid, :user_id::uuid, decode(lpad(to_hex(:chance::bigint), 32, '0'), 'hex'), :event_id::uuid, :now::timestamptz)
on conflict (tenant_id, user_id, fingerprint) do update
    set event_id = excluded.event_id, reported_at = excluded.reported_at
    where excluded.reported_at >= original.reported_at + interval '60 seconds'
returning event_id as claimed \gset
insert into events (tenant_id, user_id, id, event_type_id, event_type_version, reporter, payload, occurred_at,
                    reported_at, reacted_at, points, verdicts)
values (:tenant::uuid, :user_id::uuid, :event_id::uuid, :event_type::uuid, 1, 'pgbench',
        '{"total": 55.20,"currency":"EUR","store":"Harbour","items":[{"sku":"C-0417","price": 3.20,"quantity": 2},{"sku":"B-0033","price": 2.85,"quantity": 1}],"receipt":"0123456789abcdef"}',
        :now::timestamptz, :now::timestamptz, clock_timestamp(), :total::bigint, '{"F":[[1,[0,55]]]}');
insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                            balance_after, recorded_at)
values (:tenant::uuid, :user_id::uuid, :number::bigint, :event_id::uuid, :reactor_version::bigint, 0, 'ISSUE',
        :total::bigint, :balance::bigint, :now::timestamptz);
update wallets set balance = balance + :total::bigint, earned = earned + :total::bigint, entries = entries + 1
where tenant_id = :tenant::uuid and user_id = :user_id::uuid;
commit;
