"""The books, checked: whether balances, entries, lots, events and verdicts say the same. Owns `integrity_checks`.

A slice is some wallets of a tenant, in the order of their users. Each check is one statement, and so sees one instant;
nothing is locked and nobody waits. What differs is named, and left as it is: to mend it is for people, by a new entry.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Tx
from punchcard.engine.situation import EVERYBODY
from punchcard.points.state import BEGIN, chain, digest_of_everybody, digests

SLICE_WALLETS = 500
SLICE_ENTRIES = 20_000
KEPT_MAX = 100
FRESH = timedelta(minutes=5)
"""So long a process may go by an older catalogue, at the very most: younger reactors are not missed."""

SLICE = """
    select user_id, entries from wallets where tenant_id = $1 and user_id > $2 order by user_id limit $3
"""
# What wallets say of themselves, beside what their entries and lots come to.
WALLETS = """
    with posted as (
        select user_id, count(*) as entries,
               sum(points - owed) filter (where not is_pending) as balance, -sum(owed) as debt,
               sum(case when is_pending then points when account = 'PENDING' then -points end) as pending,
               sum(points) filter (where (points > 0) <> is_undo and account in ('ISSUE', 'REDEMPTION')) as earned,
               -sum(points) filter (where (points > 0) = is_undo and account in ('ISSUE', 'REDEMPTION')) as spent,
               -sum(points) filter (where account = 'BREAKAGE') as expired,
               sum(points) filter (where account = 'ADJUSTMENT') as adjusted
        from ledger_entries where tenant_id = $1 and user_id = any($2::uuid[]) group by user_id
    ), carried as (
        select user_id, sum(earned) as earned, sum(spent) as spent, sum(expired) as expired, sum(adjusted) as adjusted
        from (
            select user_id, earned, spent, expired, adjusted from merges
            where tenant_id = $1 and user_id = any($2::uuid[])
            union all
            select merged_user_id, -earned, -spent, -expired, -adjusted from merges
            where tenant_id = $1 and merged_user_id = any($2::uuid[])
        ) as merged group by user_id
    ), held as (
        select user_id, sum(remaining) filter (where not is_pending) as usable,
               sum(remaining) filter (where is_pending) as pending
        from lots where tenant_id = $1 and user_id = any($2::uuid[]) group by user_id
    )
    select user_id, what, expected::bigint, found, null as place
    from wallets as wallet left join posted using (user_id) left join held using (user_id)
    left join carried using (user_id)
    cross join lateral (values
        ('balance', coalesce(posted.balance, 0), wallet.balance),
        ('pending', coalesce(posted.pending, 0), wallet.pending),
        ('debt', coalesce(posted.debt, 0), wallet.debt),
        ('earned', coalesce(posted.earned, 0) + coalesce(carried.earned, 0), wallet.earned),
        ('spent', coalesce(posted.spent, 0) + coalesce(carried.spent, 0), wallet.spent),
        ('expired', coalesce(posted.expired, 0) + coalesce(carried.expired, 0), wallet.expired),
        ('adjusted', coalesce(posted.adjusted, 0) + coalesce(carried.adjusted, 0), wallet.adjusted),
        ('entries', coalesce(posted.entries, 0), wallet.entries),
        ('in_lots', coalesce(held.usable, 0), wallet.in_lots),
        ('pending_lots', coalesce(held.pending, 0), wallet.pending)
    ) as said (what, expected, found)
    where wallet.tenant_id = $1 and wallet.user_id = any($2::uuid[]) and expected <> found
"""
# Each entry beside the one before it: numbers without a gap, and the balance carried on.
CHAINS = """
    with linked as (
        select user_id, number, balance_after, case when is_pending then 0 else points - owed end as moved,
               coalesce(lag(number) over wallet, 0) as number_before,
               coalesce(lag(balance_after) over wallet, 0) as balance_before
        from ledger_entries where tenant_id = $1 and user_id = any($2::uuid[])
        window wallet as (partition by user_id order by number)
    ), said as (
        select user_id, what, expected, found, number
        from linked cross join lateral (values
            ('entry_number', number_before + 1, number), ('balance_after', balance_before + moved, balance_after)
        ) as said (what, expected, found)
        where expected <> found
    )
    select distinct on (user_id, what) user_id, what, expected, found, number::text as place
    from said order by user_id, what, number
"""
# Each lot beside the entry that earned it and what was moved out of it, each entry beside what it took out of lots.
LOTS = """
    with lot as (
        select * from lots where tenant_id = $1 and user_id = any($2::uuid[])
    ), moved as (
        select * from lot_moves where tenant_id = $1 and user_id = any($2::uuid[])
    ), gone as (
        select user_id, lot as number,
               sum(case when source not in ('USABLE', 'PENDING') then -points when target = 'USABLE' then 0
                        else points end) as points
        from moved group by user_id, lot
    ), taken as (
        select user_id, entry as number, sum(points) as points
        from moved where target not in ('USABLE', 'DEBT') and source in ('USABLE', 'PENDING') group by user_id, entry
    )
    select user_id, 'lot_points' as what, entry.points as expected, lot.points as found, number::text as place
    from lot join ledger_entries as entry using (tenant_id, user_id, number) where entry.points <> lot.points
    union all
    select user_id, 'lot_remaining', (lot.points - coalesce(gone.points, 0))::bigint, remaining, number::text
    from lot left join gone using (user_id, number) where lot.points - coalesce(gone.points, 0) <> remaining
    union all
    select user_id, 'entry_lots', -entry.points, taken.points::bigint, number::text
    from taken join ledger_entries as entry using (user_id, number)
    where entry.tenant_id = $1 and taken.points > -entry.points
"""
EVENTS = """
    with event as materialized (
        select user_id, id, event_type_id, points, reported_at, verdicts::text = '{}' as without_verdicts
        from events where tenant_id = $1 and user_id = any($2::uuid[])
    ), posted as (
        select user_id, event_id as id, sum(points - owed) filter (where not is_pending) as points
        from ledger_entries where tenant_id = $1 and user_id = any($2::uuid[]) group by user_id, event_id
    ), live as (
        select event_type_id, count(*) as reactors, max(updated_at) as since
        from reactors where tenant_id = $1 and state = 'LIVE' group by event_type_id
    )
    select user_id, 'event_points' as what, coalesce(posted.points, 0)::bigint as expected, event.points as found,
           id::text as place
    from event left join posted using (user_id, id) where coalesce(posted.points, 0) <> event.points
    union all
    select user_id, 'verdicts', live.reactors, 0, id::text
    from event join live using (event_type_id)
    where without_verdicts and reported_at > live.since + $3::interval
        and not exists (select from merges where tenant_id = $1 and merged_user_id = user_id and merged_event_id = id)
    union all
    select user_id, 'merge', 0, sum(points)::bigint, event_id::text
    from (
        select merge.user_id, merge.event_id, entry.points from merges as merge
        join ledger_entries as entry on entry.tenant_id = $1 and entry.account = 'MERGE'
            and (entry.user_id, entry.event_id) in ((merge.user_id, merge.event_id),
                                                    (merge.merged_user_id, merge.merged_event_id))
        where merge.tenant_id = $1 and merge.user_id = any($2::uuid[])
    ) as moved group by user_id, event_id having sum(points) <> 0
"""
COUNT_EVENTS = "select count(*) from events where tenant_id = $1 and user_id = any($2::uuid[])"
KEEP = """
    insert into integrity_checks (tenant_id, started_at, ended_at, wallets, entries, events, difference_count,
                                  differences, accounts, state_hash)
    values ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9)
    on conflict (tenant_id) do update
        set started_at = excluded.started_at, ended_at = excluded.ended_at, wallets = excluded.wallets,
            entries = excluded.entries, events = excluded.events, difference_count = excluded.difference_count,
            differences = excluded.differences, accounts = excluded.accounts, state_hash = excluded.state_hash
"""
# Both sides of each entry: the member's usable, pending and owed points, and the programme's account.
ACCOUNTS = """
    select side.account, sum(side.points)::bigint as points from ledger_entries as entry
    cross join lateral (values
        ('USABLE', case when is_pending then 0 else entry.points - owed end),
        ('PENDING', case when is_pending then entry.points
                         when entry.account = 'PENDING' then -entry.points else 0 end),
        ('DEBT', owed),
        (entry.account, case when entry.account = 'PENDING' then 0 else -entry.points end)
    ) as side (account, points)
    where tenant_id = $1 and user_id = any($2::uuid[])
    group by side.account
"""
READ = "select * from integrity_checks where tenant_id = $1"
TOTAL = "select coalesce(sum(difference_count), 0)::bigint from integrity_checks"


class Difference(wire.View, frozen=True):
    """Two records that should agree. `expected` is worked out from the entries, `found` is what is recorded.

    what: see the reference. place: the number of the entry or lot, or the id of the event, where it is one.
    """

    user_id: UUID
    what: str
    expected: int
    found: int
    place: str | None = None


class Looked(Struct, frozen=True):
    """What was looked at, and what was found. `through`: the last user of the slice; None: there is none after it.

    accounts: what each account has come to. state_hash: of the wallets so far, in the order of their users.
    """

    through: UUID | None
    wallets: int
    entries: int
    events: int
    differences: list[Difference]
    accounts: dict[str, int] = {}
    state_hash: str = BEGIN


class IntegrityView(wire.View, frozen=True):
    """The last check of the tenant's books that came to its end.

    `status` is AGREED, DIFFERENT, or UNKNOWN when none has come to its end yet. Of the differences the first 100 are
    kept. `accounts` are what members have (USABLE, PENDING, DEBT) and what the programme's accounts gave or took; they
    sum to zero. `stateHash` is of wallets, entries, lots and counts as they were looked at: `punchcard replay` comes to
    the same while nobody writes.
    """

    tenant_id: UUID
    status: str
    wallets: int
    entries: int
    events: int
    difference_count: int
    differences: msgspec.Raw
    started_at: str | None = None
    ended_at: str | None = None
    accounts: msgspec.Raw | None = None
    state_hash: str | None = None


async def get_integrity(db: Db, tenant_id: UUID) -> IntegrityView:
    """Say whether the tenant's books agree: balances, entries, lots, events and verdicts, as last checked."""
    row = await db.fetchrow(READ, tenant_id)
    if row is None:
        return IntegrityView(tenant_id, "UNKNOWN", 0, 0, 0, 0, wire.raw("[]"))
    return IntegrityView(
        tenant_id, "DIFFERENT" if row["difference_count"] else "AGREED", row["wallets"], row["entries"], row["events"],
        row["difference_count"], wire.raw(row["differences"]), wire.rfc3339(row["started_at"]),
        wire.rfc3339(row["ended_at"]), wire.raw(row["accounts"]), row["state_hash"],
    )  # fmt: skip


async def check_slice(
    db: Db | Tx, tenant_id: UUID, after: UUID, wallets_max: int = SLICE_WALLETS, *, before: str = BEGIN
) -> Looked:
    """Check the next wallets after a user: as many as have some 20,000 entries together, or one.

    before: the hash of the wallets before them.
    """
    users: list[UUID] = []
    entries = 0
    rows = await db.fetch(SLICE, tenant_id, after, wallets_max)
    for row in rows:
        if users and entries + row["entries"] > SLICE_ENTRIES:
            break
        users.append(row["user_id"])
        entries += row["entries"]
    differences = [
        Difference(**row)
        for sql, *more in ((WALLETS,), (CHAINS,), (LOTS,), (EVENTS, FRESH))
        for row in await db.fetch(str(sql), tenant_id, users, *more)
    ]
    events = await db.fetchval(COUNT_EVENTS, tenant_id, users)
    is_last = len(users) == len(rows) < wallets_max
    accounts = {row["account"]: row["points"] for row in await db.fetch(ACCOUNTS, tenant_id, users)}
    for user_id, digest in (await digests(db, tenant_id, users)).items():
        before = chain(before, user_id, digest)
    if is_last:
        before = chain(before, EVERYBODY, await digest_of_everybody(db, tenant_id))
    return Looked(None if is_last else users[-1], len(users), entries, events, differences, accounts, before)


async def keep(tx: Tx, tenant_id: UUID, started_at: datetime, looked: Looked, difference_count: int) -> None:
    """Keep what a check that has come to its end has found, in place of the one before."""
    told = wire.text(looked.differences[:KEPT_MAX])
    await tx.execute(
        KEEP, tenant_id, started_at, looked.wallets, looked.entries, looked.events, difference_count, told,
        wire.text(looked.accounts), looked.state_hash,
    )  # fmt: skip


async def count_differences(db: Db) -> int:
    """Count the differences that the last checks of all tenants have found."""
    return int(await db.fetchval(TOTAL))


def together(before: Looked, now: Looked) -> Looked:
    """Add a slice to what was looked at before; of the differences the first are kept."""
    differences: Sequence[Difference] = [*before.differences, *now.differences]
    return Looked(
        now.through, before.wallets + now.wallets, before.entries + now.entries, before.events + now.events,
        list(differences[:KEPT_MAX]),
        {
            name: before.accounts.get(name, 0) + now.accounts.get(name, 0)
            for name in sorted(before.accounts.keys() | now.accounts.keys())
        },
        now.state_hash,
    )  # fmt: skip
