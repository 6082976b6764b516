"""How a programme does: events and points over a day, a week, a month or a quarter, what is owed, what was refused.

Counted by when things occurred, or by when they were reported: points go with the event that moved them. Events are
found by their ids, which are in the order of reporting, and entries by an index that is in it too. What came before the
period costs nothing: nothing occurs later than it is reported, but for the little that the settings let it lie ahead.
Points are classified as a wallet's own sums are; what was taken back lessens what it undid.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.config import Settings
from punchcard.db.connection import Db, Row, Tx
from punchcard.events import sums
from punchcard.reactors.versions import read_names

DAYS = {"24h": 1, "7d": 7, "30d": 30, "90d": 90}
REACTORS_SHOWN = 10

Period = Literal["24h", "7d", "30d", "90d"]

Time = Literal["occurred", "reported"]

TENANT = "select time_zone, clock_timestamp() as now from tenants where id = $1"
STARTS = """
    select start from generate_series(date_trunc($1, $2::timestamptz, $4), $3::timestamptz, $5::interval, $4) as start
"""
# $2 is the least id of which something is counted, $3 and $4 are the times between which it lies. `offset 0` keeps
# apart what is within: events from an id on are found by that, few as they may be, and not by all that occurred since.
EVENTS = """
    (select user_id, id, occurred_at, reported_at from events where tenant_id = $1 and id >= $2 offset 0) as event
"""
COUNTED = """
    select date_trunc($5, {at}, $6) as start, 0 as version, count(*) as events from {events}
    where {at} >= $3 and {at} < $4
    group by 1
"""
# An entry is recorded when its event is reported, so $5 is the time of the id $2. By versions of reactors: 0 is none.
POSTED = """
    select date_trunc($6, {at}, $7) as start, coalesce(reactor_version_id, 0) as version, {amounts}
    from {entries}
    cross join lateral ({kind}) as kind
    where entry.event_id >= $2 and {at} >= $3 and {at} < $4 and recorded_at >= $5
    group by 1, 2
"""
ENTRIES = "(select * from ledger_entries where tenant_id = $1 and recorded_at >= $5 offset 0) as entry"
# One look for each event: a join of both tables might read all that the tenant has.
ENTRIES_OF_EVENTS = """
    {events} cross join lateral (
        select * from ledger_entries as entry
        where entry.tenant_id = $1 and entry.user_id = event.user_id and entry.event_id = event.id offset 0
    ) as entry
"""
# All wallets of a tenant are looked at. By the index that is a page for each, and the planner may see whether it is not
# better to read the table; as it is now, and not as it was for a plan that was kept.
AS_A_WHOLE = "set local enable_seqscan = on; set local plan_cache_mode = force_custom_plan"
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


_KINDS = {"amounts": sums.AMOUNTS, "kind": sums.KIND}
COUNTED_BY = {time: COUNTED.format(at=f"{time}_at", events=EVENTS) for time in ("occurred", "reported")}
POSTED_BY = {
    "occurred": POSTED.format(at="occurred_at", entries=ENTRIES_OF_EVENTS.format(events=EVENTS), **_KINDS),
    "reported": POSTED.format(at="recorded_at", entries=ENTRIES, **_KINDS),
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


class PeriodView(wire.View, frozen=True):
    """What every answer says of its period; see `Stretch.told`."""

    period: str
    unit: str
    time_zone: str
    since: str
    until: str


class StatisticsView(PeriodView, frozen=True):
    """A programme over a period, to the moment of the answer. `unit` is HOUR for a day, and DAY for what is longer.

    `time` says by which time buckets and reactors are counted; refused reports go by when they came, and as far as they
    are kept. The first bucket is a whole one, so it may begin before the period does, and the last one is not over.
    """

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
        stretch = await read_stretch(tx, tenant_id, period)
        parts = await _count(tx, tenant_id, stretch, time, ahead_of(stretch, time, settings))
        top = await _top(tx, tenant_id, parts)
        refused = await tx.fetch(REFUSED, tenant_id, stretch.starts[0])
        await tx.execute(AS_A_WHOLE)
        liability = await tx.fetchrow(LIABILITY, tenant_id)
        assert liability is not None, "sums of nothing are nothing"
    return StatisticsView(
        *stretch.told(period), _buckets(stretch.starts, parts),
        LiabilityView(**dict(liability)), [RefusedView(**dict(row)) for row in refused], top, time,
    )  # fmt: skip


def ahead_of(stretch: Stretch, time: Time, settings: Settings) -> datetime:
    """Return from when on it was reported what counts in a stretch: little earlier where it may occur later."""
    ahead = settings.occurred_future_seconds_max if time == "occurred" else 0
    return stretch.starts[0] - timedelta(seconds=ahead)


async def _count(tx: Tx, tenant_id: UUID, stretch: Stretch, time: Time, begin: datetime) -> list[Row]:
    """Return what was added up, and what is counted from there on, by `start` and `version` (of a reactor; 0: none)."""
    since, end, unit, zone = stretch.starts[0], stretch.end, stretch.unit, stretch.zone
    first = clock.first_id_at(begin)
    place = await sums.find_place(tx, tenant_id, stretch.until)
    parts: list[Row] = []
    if place is not None:
        parts += await sums.read_sums(tx, tenant_id, time, since, end, unit, zone)
        first = max(first, place)
    parts += await tx.fetch(COUNTED_BY[time], tenant_id, first, since, end, unit, zone)
    parts += await tx.fetch(POSTED_BY[time], tenant_id, first, since, end, clock.time_of(first), unit, zone)
    return parts


async def _top(tx: Tx, tenant_id: UUID, parts: Sequence[Row]) -> list[TopReactorView]:
    """Return the reactors that posted most often."""
    versions = {part["version"] for part in parts if part.get("entries")}
    known = await read_names(tx, tenant_id, versions)
    found: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for part in parts:
        if part.get("entries"):
            sum_of = found[known[part["version"]]["reactor_id"]]
            sum_of[0] += part["entries"]
            sum_of[1] += part["points"]
    names = {row["reactor_id"]: row["name"] for row in known.values()}
    top = sorted(found, key=lambda reactor_id: (-found[reactor_id][0], reactor_id))[:REACTORS_SHOWN]
    return [TopReactorView(reactor_id, names[reactor_id], *found[reactor_id]) for reactor_id in top]


COUNTS = ("events", "earned", "spent", "expired", "adjusted")


def _buckets(starts: Sequence[datetime], parts: Sequence[Row]) -> list[BucketView]:
    found = {start: dict.fromkeys(COUNTS, 0) for start in starts}
    for part in parts:
        bucket = found[part["start"]]
        for name in COUNTS:
            bucket[name] += part.get(name, 0)
    return [BucketView(wire.rfc3339(start), **bucket) for start, bucket in found.items()]
