"""How a programme does: events and points over a day, a week, a month or a quarter, what is owed, what was refused.

Counted by when things occurred, or by when they were reported: points go with the event that moved them. Events are
found by their ids, which are in the order of reporting, and entries by an index that is in it too. What came before the
period costs nothing: nothing occurs later than it is reported, but for the little that the settings let it lie ahead.
Points are classified as a wallet's own sums are; what was taken back lessens what it undid.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.config import Settings
from punchcard.db.connection import Db, Row, Tx

DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
REACTORS_SHOWN = 10

Period = Literal["24h", "7d", "30d", "90d"]

Time = Literal["occurred", "reported"]

TENANT = "select time_zone, clock_timestamp() as now from tenants where id = $1"
STARTS = """
    select start from generate_series(date_trunc($1, $2::timestamptz, $4), $3::timestamptz, $5::interval, $4) as start
"""
# $2 is the least id of which something is counted, $3 and $4 are the times between which it lies.
COUNTED = """
    select date_trunc($5, {at}, $6) as start, count(*) as events from events as event
    where tenant_id = $1 and id >= $2 and {at} >= $3 and {at} < $4
    group by 1
"""
# An entry is recorded when its event is reported, so $5 is the time of the id $2.
POSTED = """
    select date_trunc($6, {at}, $7) as start,
           coalesce(sum(entry.points) filter (where is_earned_or_spent and is_earning), 0)::bigint as earned,
           coalesce(-sum(entry.points) filter (where is_earned_or_spent and not is_earning), 0)::bigint as spent,
           coalesce(-sum(entry.points) filter (where account = 'BREAKAGE'), 0)::bigint as expired,
           coalesce(sum(entry.points) filter (where account = 'ADJUSTMENT'), 0)::bigint as adjusted
    from {entries}
    cross join lateral (
        select account in ('ISSUE', 'REDEMPTION') as is_earned_or_spent, (entry.points > 0) <> is_undo as is_earning
    ) as kind
    where entry.tenant_id = $1 and entry.event_id >= $2 and {at} >= $3 and {at} < $4 and entry.recorded_at >= $5
    group by 1
"""
TOP = """
    select version.reactor_id, reactor.name, sum(posted.entries)::bigint as activations,
           sum(posted.points)::bigint as points
    from (
        select entry.reactor_version_id, count(*) as entries, sum(entry.points) as points from {entries}
        where entry.tenant_id = $1 and entry.event_id >= $2 and {at} >= $3 and {at} < $4 and entry.recorded_at >= $5
            and entry.reactor_version_id is not null and not entry.is_undo
        group by entry.reactor_version_id
    ) as posted
    join reactor_versions as version on version.id = posted.reactor_version_id and version.tenant_id = $1
    cross join lateral (
        select name from reactor_versions as newest
        where newest.tenant_id = $1 and newest.reactor_id = version.reactor_id order by newest.version desc limit 1
    ) as reactor
    group by version.reactor_id, reactor.name order by activations desc, version.reactor_id limit $6
"""
LIABILITY = """
    select coalesce(sum(balance), 0)::bigint as balance, coalesce(sum(pending), 0)::bigint as pending,
           coalesce(sum(debt), 0)::bigint as debt, count(*) filter (where status <> 'CLOSED') as members
    from wallets where tenant_id = $1
"""
REFUSED = """
    select 'DUPLICATE' as reason, count(*) as count from duplicates where tenant_id = $1 and reported_at >= $2
    union all
    select reason, count(*) from quarantine where tenant_id = $1 and reported_at >= $2 group by reason
"""


ENTRIES = "ledger_entries as entry"
ENTRIES_OF_EVENTS = """
    events as event join ledger_entries as entry on entry.tenant_id = event.tenant_id
        and entry.user_id = event.user_id and entry.event_id = event.id and event.tenant_id = $1 and event.id >= $2
"""


class Way(Struct, frozen=True):
    """How something is counted: the statements for one of both times."""

    counted: str
    posted: str
    top: str


def _way(event_at: str, entry_at: str, entries: str) -> Way:
    posted = {"at": entry_at, "entries": entries}
    return Way(COUNTED.format(at=event_at), POSTED.format(**posted), TOP.format(**posted))


WAYS = {
    "occurred": _way("event.occurred_at", "event.occurred_at", ENTRIES_OF_EVENTS),
    "reported": _way("event.reported_at", "entry.recorded_at", ENTRIES),
}


class BucketView(wire.View, frozen=True, omit_defaults=False):
    """An hour, or a day of the tenant's zone, from `start` on: events, and the points that they moved."""

    start: str
    events: int
    earned: int
    spent: int
    expired: int
    adjusted: int


class LiabilityView(wire.View, frozen=True, omit_defaults=False):
    """What the members have, now: usable points, points that wait, and what is owed to the programme."""

    balance: int
    pending: int
    debt: int
    members: int


class RefusedView(wire.View, frozen=True):
    """Reports that were not taken: DUPLICATE, or INVALID and LATE where they were kept in quarantine."""

    reason: str
    count: int


class TopReactorView(wire.View, frozen=True):
    """A reactor and what its firing posted: how many entries, and how many points in all."""

    reactor_id: UUID
    name: str
    activations: int
    points: int


class StatisticsView(wire.View, frozen=True):
    """A programme over a period, to the moment of the answer. `unit` is HOUR for a day, and DAY for what is longer.

    `time` says by which time buckets and reactors are counted; refused reports go by when they came, and as far as they
    are kept. The first bucket is a whole one, so it may begin before the period does, and the last one is not over.
    """

    period: str
    unit: str
    time_zone: str
    since: str
    until: str
    buckets: list[BucketView]
    liability: LiabilityView
    refused: list[RefusedView]
    reactors: list[TopReactorView]
    time: str


class Stretch(Struct, frozen=True):
    """A period as it is counted: `starts` are those of its hours or days of the tenant's zone, the oldest first.

    until: now. end: when the last of them is over.
    """

    unit: str
    zone: str
    starts: Sequence[datetime]
    until: datetime
    end: datetime

    def told(self, period: str) -> tuple[str, str, str, str, str]:
        """Return what every answer says of it: period, unit, zone, since, until."""
        return period, self.unit.upper(), self.zone, wire.rfc3339(self.starts[0]), wire.rfc3339(self.until)


async def read_stretch(db: Db | Tx, tenant_id: UUID, period: Period) -> Stretch:
    """Return the hours of the last day, or the days of what is longer, to this moment."""
    tenant = await db.fetchrow(TENANT, tenant_id)
    assert tenant is not None, "whoever calls has been admitted to it"
    unit = "hour" if period == "24h" else "day"
    zone, now = tenant["time_zone"], tenant["now"]
    step = timedelta(hours=1) if unit == "hour" else timedelta(days=1)
    rows = await db.fetch(STARTS, unit, now - timedelta(days=DAYS[period]), now + step, zone, step)
    *starts, end = (row["start"] for row in rows)
    return Stretch(unit, zone, starts, now, end)


async def get_statistics(
    db: Db, tenant_id: UUID, settings: Settings, *, period: Period = "24h", time: Time = "occurred"
) -> StatisticsView:
    """Say how the programme does: events and points over time, liability, refusals, and the reactors that fire most.

    time: whether an event, and the points that it moved, count where it occurred or where it was reported.
    """
    async with db.transaction(snapshot=True) as tx:
        stretch, way = await read_stretch(tx, tenant_id, period), WAYS[time]
        since = stretch.starts[0]
        ahead = timedelta(seconds=settings.occurred_future_seconds_max if time == "occurred" else 0)
        found = tenant_id, clock.first_id_at(since - ahead), since, stretch.end
        events = await tx.fetch(way.counted, *found, stretch.unit, stretch.zone)
        posted = await tx.fetch(way.posted, *found, since - ahead, stretch.unit, stretch.zone)
        top = await tx.fetch(way.top, *found, since - ahead, REACTORS_SHOWN)
        liability = await tx.fetchrow(LIABILITY, tenant_id)
        assert liability is not None, "sums of nothing are nothing"
        refused = await tx.fetch(REFUSED, tenant_id, since)
    return StatisticsView(
        *stretch.told(period), _buckets(stretch.starts, events, posted),
        LiabilityView(**dict(liability)), [RefusedView(**dict(row)) for row in refused],
        [TopReactorView(**dict(row)) for row in top], time,
    )  # fmt: skip


POINTS = ("earned", "spent", "expired", "adjusted")


def _buckets(starts: Sequence[datetime], events: list[Row], posted: list[Row]) -> list[BucketView]:
    counts = {row["start"]: row["events"] for row in events}
    sums = {row["start"]: row for row in posted}
    return [
        BucketView(
            wire.rfc3339(start),
            counts.get(start, 0),
            **{name: sums[start][name] if start in sums else 0 for name in POINTS},
        )
        for start in starts
    ]
