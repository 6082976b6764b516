"""How a programme does: events and points over a day, a week, a month or a quarter, what is owed, what was refused.

Two statements walk what lies within the period: events by their ids, which are in the order of time, and entries by an
index that is in it too. What came before costs nothing. Points are classified as a wallet's own sums are; what was
taken back lessens what it undid.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx

DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
REACTORS_SHOWN = 10

Period = Literal["24h", "7d", "30d", "90d"]

TENANT = "select time_zone, clock_timestamp() as now from tenants where id = $1"
# Hours, or days of the tenant's zone; the first one begins before the period does, unless it begins with it.
BUCKETS = """
    select date_trunc($2, at, $3) as start, count(*) as events
    from (select reported_at as at from events where tenant_id = $1 and id >= $4) as event
    group by 1
"""
POSTED = """
    select date_trunc($2, recorded_at, $3) as start,
           coalesce(sum(points) filter (where is_earned_or_spent and is_earning), 0)::bigint as earned,
           coalesce(-sum(points) filter (where is_earned_or_spent and not is_earning), 0)::bigint as spent,
           coalesce(-sum(points) filter (where account = 'BREAKAGE'), 0)::bigint as expired,
           coalesce(sum(points) filter (where account = 'ADJUSTMENT'), 0)::bigint as adjusted
    from ledger_entries
    cross join lateral (
        select account in ('ISSUE', 'REDEMPTION') as is_earned_or_spent, (points > 0) <> is_undo as is_earning
    ) as kind
    where tenant_id = $1 and recorded_at >= $4
    group by 1
"""
STARTS = """
    select start from generate_series(date_trunc($1, $2::timestamptz, $4), $3::timestamptz, $5::interval, $4) as start
"""
TOP = """
    select version.reactor_id, reactor.name, sum(posted.entries)::bigint as activations,
           sum(posted.points)::bigint as points
    from (
        select reactor_version_id, count(*) as entries, sum(points) as points from ledger_entries
        where tenant_id = $1 and recorded_at >= $2 and reactor_version_id is not null and not is_undo
        group by reactor_version_id
    ) as posted
    join reactor_versions as version on version.id = posted.reactor_version_id and version.tenant_id = $1
    cross join lateral (
        select name from reactor_versions as newest
        where newest.tenant_id = $1 and newest.reactor_id = version.reactor_id order by newest.version desc limit 1
    ) as reactor
    group by version.reactor_id, reactor.name order by activations desc, version.reactor_id limit $3
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


class BucketView(wire.View, frozen=True, omit_defaults=False):
    """An hour, or a day of the tenant's zone, from `start` on: what was reported and posted in it."""

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

    The first bucket is a whole one, so it may begin before the period does. Refused reports are counted as far as they
    are kept.
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


class Stretch(Struct, frozen=True):
    """A period as it is counted: `starts` are those of its hours or days of the tenant's zone, the oldest first."""

    unit: str
    zone: str
    starts: Sequence[datetime]
    until: datetime

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
    rows = await db.fetch(STARTS, unit, now - timedelta(days=DAYS[period]), now, zone, step)
    return Stretch(unit, zone, [row["start"] for row in rows], now)


async def get_statistics(db: Db, tenant_id: UUID, *, period: Period = "24h") -> StatisticsView:
    """Say how the programme does: events and points over time, liability, refusals, and the reactors that fire most."""
    stretch = await read_stretch(db, tenant_id, period)
    unit, zone, starts = stretch.unit, stretch.zone, stretch.starts
    since = starts[0]
    events = await db.fetch(BUCKETS, tenant_id, unit, zone, clock.first_id_at(since))
    posted = await db.fetch(POSTED, tenant_id, unit, zone, since)
    liability = await db.fetchrow(LIABILITY, tenant_id)
    assert liability is not None, "sums of nothing are nothing"
    refused = await db.fetch(REFUSED, tenant_id, since)
    return StatisticsView(
        *stretch.told(period), _buckets(starts, events, posted),
        LiabilityView(**dict(liability)), [RefusedView(**dict(row)) for row in refused],
        [TopReactorView(**dict(row)) for row in await db.fetch(TOP, tenant_id, since, REACTORS_SHOWN)],
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
