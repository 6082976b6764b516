"""A member's wallet, as its owner and support see it: the balance, and what changed it; now, or at a past instant."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Fault, NotFound
from punchcard.points import merges
from punchcard.points import outlook as outlooks
from punchcard.points.outlook import ExpiringView, PendingView

ENTRIES_SHOWN_MAX = 100
PLACE_MAX = 2**62

# A wallet's entries are numbered in the order of their time.
# Callers' clocks may go ahead of the database's by a little.
IS_AHEAD = "select $1::timestamptz > clock_timestamp() + interval '1 minute'"
BALANCE_AT = """
    with stood as materialized (
        select wallet.status, coalesce(last.balance_after, 0) as balance, coalesce(last.number, 0) as entries
        from wallets as wallet
        left join lateral (
            select number, balance_after from ledger_entries as entry
            where entry.tenant_id = wallet.tenant_id and entry.user_id = wallet.user_id and entry.recorded_at < $3
            order by number desc limit 1
        ) as last on true
        where wallet.tenant_id = $1 and wallet.user_id = $2
    )
    select stood.*, summed.earned + carried.earned as earned, summed.spent + carried.spent as spent,
           summed.expired + carried.expired as expired, summed.owed, summed.pending
    from stood cross join lateral (
        select coalesce(sum(earned), 0)::bigint as earned, coalesce(sum(spent), 0)::bigint as spent,
               coalesce(sum(expired), 0)::bigint as expired
        from merges where tenant_id = $1 and user_id = $2 and merged_at < $3
    ) as carried cross join lateral (
        select coalesce(sum(points) filter (where is_earning and is_earned_or_spent), 0)::bigint as earned,
               coalesce(-sum(points) filter (where not is_earning and is_earned_or_spent), 0)::bigint as spent,
               coalesce(-sum(owed), 0)::bigint as owed,
               coalesce(-sum(points) filter (where account = 'BREAKAGE'), 0)::bigint as expired,
               (coalesce(sum(points) filter (where is_pending), 0)
                - coalesce(sum(points) filter (where account = 'PENDING'), 0))::bigint as pending
        from ledger_entries as entry
        cross join lateral (
            select account in ('ISSUE', 'REDEMPTION') as is_earned_or_spent, (points > 0) <> is_undo as is_earning
        ) as kind
        where entry.tenant_id = $1 and entry.user_id = $2 and entry.number <= stood.entries
    ) as summed
"""
# By itself for each entry: a planner that is left to join reads all events of the member.
# Its type is looked up for each: a join might look for the event once for each type that the tenant has.
ITS_EVENT = """
    cross join lateral (
        select (
            select name from event_types where tenant_id = entry.tenant_id and id = events.event_type_id
        ) as type, occurred_at, payload
        from events where tenant_id = entry.tenant_id and user_id = entry.user_id and id = entry.event_id limit 1
    ) as event
"""
ENTRIES = f"""
    with entry as materialized (
        select * from ledger_entries where tenant_id = $1 and user_id = $2 and number < $3 order by number desc limit $4
    )
    select entry.*, reactor.reactor_id, reactor.version as reactor_version, reactor.name as reactor_name,
           event.type as event_type, event.occurred_at,
           case event.type when 'POINTS_ADJUSTED' then event.payload->>'reason'
                           when 'EVENT_REVERSED' then event.payload->>'comment' end as reason
    from entry
    {ITS_EVENT}
    left join reactor_versions as reactor on reactor.tenant_id = entry.tenant_id
        and reactor.id = entry.reactor_version_id
    order by entry.number desc
"""  # noqa: S608 - put together from constants
# With those of accounts that were made one with it, in the order of time; `place` counts them all.
ENTRIES_OF_FAMILY = f"""
    with placed as materialized (
        select user_id, number, row_number() over (order by recorded_at, user_id, number) as place from ledger_entries
        where tenant_id = $1 and user_id = any($2::uuid[]) and ($5::timestamptz is null or recorded_at < $5)
    ), shown as materialized (
        select * from placed where place < $3 order by place desc limit $4
    )
    select entry.*, shown.place, reactor.reactor_id, reactor.version as reactor_version, reactor.name as reactor_name,
           event.type as event_type, event.occurred_at,
           case event.type when 'POINTS_ADJUSTED' then event.payload->>'reason' end as reason
    from shown
    join ledger_entries as entry on entry.tenant_id = $1 and entry.user_id = shown.user_id
        and entry.number = shown.number
    {ITS_EVENT}
    left join reactor_versions as reactor on reactor.tenant_id = entry.tenant_id
        and reactor.id = entry.reactor_version_id
    order by shown.place desc
"""  # noqa: S608 - put together from constants


class CausingReactor(wire.View, frozen=True):
    """The version of a reactor that gave or took points."""

    id: UUID
    version: int
    name: str


class EntryView(wire.View, frozen=True):
    """One change of the wallet. `points` is signed; `account` is the programme's side of it.

    `recordedAt`: from then on the balance was `balanceAfter`. `occurredAt`: when that happened for which the points
    were given or taken, which may have been reported later.

    `reason` is what an administrator wrote who adjusted the points, or reversed an event. `pending`: the points are not
    usable yet, or were not when they ran out, and so the balance is as it was. `owed`: so many of the points pay what
    was owed (below zero: are owed), and the balance changed by the others. `undoes`: it takes back what was earned, or
    gives back what was spent. `userId`: it is of an account that was made one with this.
    """

    number: int
    points: int
    balance_after: int
    account: str
    event_id: UUID
    event_type: str
    recorded_at: str
    occurred_at: str
    reactor: CausingReactor | None = None
    reason: str | None = None
    pending: bool = False
    owed: int = 0
    undoes: bool = False
    user_id: UUID | None = None


class WalletView(wire.View, frozen=True):
    """Points in whole numbers; `entries` are the newest, `nextBefore` asks for those before them.

    `pending` points are outside the balance; `expired` is what has run out in all. `pendingLots` and `expiring` say
    when points become usable and run out. `debt` is what the member owes: what is given pays it before it can be spent.
    `at`: all is as it stood at that instant, after what was recorded before it.
    """

    user_id: UUID
    balance: int
    pending: int
    debt: int
    earned: int
    spent: int
    expired: int
    entries: list[EntryView]
    next_before: int | None = None
    at: str | None = None
    pending_lots: list[PendingView] | None = None
    expiring: list[ExpiringView] | None = None


class _Stand(Struct, frozen=True):
    """How a wallet stands, or stood."""

    balance: int
    pending: int
    debt: int
    earned: int
    spent: int
    expired: int
    entries: int
    pending_lots: list[PendingView] | None = None
    expiring: list[ExpiringView] | None = None


async def get_wallet(
    db: Db,
    tenant_id: UUID,
    user_id: UUID,
    *,
    before: int | None = None,
    limit: int = 20,
    at: datetime | None = None,
) -> WalletView:
    """Return the balance, and up to `limit` (1..100) entries from the newest on, or before number `before`.

    at: the wallet as it stood at that instant. Raises: NotFound, Invalid for one that has not come yet.
    """
    limit = max(1, min(limit, ENTRIES_SHOWN_MAX))
    async with db.transaction(snapshot=True) as tx:
        stand = await (_now(tx, tenant_id, user_id) if at is None else _at(tx, tenant_id, user_id, at))
        family = await merges.read_family(tx, tenant_id, user_id)
        if len(family) > 1:
            rows = await tx.fetch(ENTRIES_OF_FAMILY, tenant_id, family, before or PLACE_MAX, limit, at)
            last = rows[-1]["place"] if rows else 0
        else:
            newest = stand.entries + 1
            start = newest if before is None else min(before, newest)
            rows = await tx.fetch(ENTRIES, tenant_id, user_id, start, limit)
            last = rows[-1]["number"] if rows else 0
    entries = [_entry(row, user_id) for row in rows]
    more = last if last > 1 else None
    return WalletView(
        user_id, stand.balance, stand.pending, stand.debt, stand.earned, stand.spent, stand.expired, entries, more,
        wire.rfc3339_or_none(at), stand.pending_lots, stand.expiring,
    )  # fmt: skip


async def _now(tx: Tx, tenant_id: UUID, user_id: UUID) -> _Stand:
    outlook = await outlooks.read_outlook(tx, tenant_id, user_id)
    row, holdings = outlook.wallet, outlook.holdings
    return _Stand(
        max(holdings.balance, 0), holdings.pending, holdings.debt, row["earned"], row["spent"],
        row["expired"] + outlook.unrecorded,
        row["entries"], outlooks.pending(outlook), outlooks.expiring(outlook),
    )  # fmt: skip


async def _at(tx: Tx, tenant_id: UUID, user_id: UUID, at: datetime) -> _Stand:
    if await tx.fetchval(IS_AHEAD, at):
        detail = "This instant has not come yet: leave it out, or ask for the wallet's predictions."
        raise wire.invalid([Fault("/at", "instant_ahead", detail)])
    row = await tx.fetchrow(BALANCE_AT, tenant_id, user_id, at)
    if row is None:
        raise NotFound("There is no such user.")
    return _Stand(
        row["balance"], row["pending"], row["owed"], row["earned"], row["spent"], row["expired"], row["entries"]
    )


def _entry(row: Row, user_id: UUID) -> EntryView:
    reactor = None
    if row["reactor_id"] is not None:
        reactor = CausingReactor(row["reactor_id"], row["reactor_version"], row["reactor_name"])
    return EntryView(
        row["number"],
        row["points"],
        row["balance_after"],
        row["account"],
        row["event_id"],
        row["event_type"],
        wire.rfc3339(row["recorded_at"]),
        wire.rfc3339(row["occurred_at"]),
        reactor,
        row["reason"],
        row["is_pending"],
        row["owed"],
        row["is_undo"],
        None if row["user_id"] == user_id else row["user_id"],
    )
