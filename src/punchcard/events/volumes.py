"""How much there is of each over a period: events by their types, and how often reactors fired.

Counted when it is asked for, from the stream by its indexes, and of the newest EVENTS_MAX events at most: a programme
that has more in the period is told from when on they were counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from punchcard import clock, wire
from punchcard.config import Settings
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.verdicts import versions_in
from punchcard.errors import NotFound
from punchcard.events.event_type_versions import find_type
from punchcard.events.statistics import Period, PeriodView, Stretch, Time, ahead_of, read_stretch
from punchcard.reactors.versions import read_names

EVENTS_MAX = 200_000

# $1 tenant, $2 the least id, and where one type is looked at, $3 that. The last event that is counted, and one more.
BORDER = "select id, reported_at from events where tenant_id = $1 and id >= $2 {0} order by id desc offset {1} limit 2"
# `offset 0` keeps apart what is found by ids, as in statistics. $6 and $7: between which times it lies.
EVENTS = """
    select event_type_id as id, date_trunc($4, at, $5) as start, count(*) as count
    from (select event_type_id, {at} as at from events where tenant_id = $1 and id >= $2 {of_type} offset 0) as event
    where at >= $6 and at < $7
    group by 1, 2
"""
# What fired, as the stored form names it: see engine/verdicts.py.
FIRED = """
    select date_trunc($4, at, $5) as start,
           case json_typeof(item) when 'array' then item ->> 0 else item #>> '{{}}' end as versions, count(*) as count
    from (select verdicts, {at} as at from events where tenant_id = $1 and id >= $2 {of_type} offset 0) as event
    cross join lateral json_array_elements(event.verdicts -> 'F') as item
    where at >= $6 and at < $7
    group by 1, 2
"""
TYPE_NAMES = "select id, name from event_types where tenant_id = $1 and id = any($2::uuid[])"
REACTOR = """
    select reactor.event_type_id, version.name from reactors as reactor
    join reactor_versions as version on version.tenant_id = $1 and version.reactor_id = reactor.id
    where reactor.tenant_id = $1 and reactor.id = $2 order by version.version desc limit 1
"""
OF_TYPE = "and event_type_id = $3"
ANY_TYPE = "and $3::uuid is null"


class CountView(wire.View, frozen=True, omit_defaults=False):
    """How many there were in an hour, or a day of the tenant's zone, from `start` on."""

    start: str
    count: int


class EventVolumeView(wire.View, frozen=True, omit_defaults=False):
    """An event type, and how many of its events were reported."""

    id: UUID
    name: str
    events: int
    buckets: list[CountView]


class ReactorVolumeView(wire.View, frozen=True, omit_defaults=False):
    """A reactor, and how often it fired. What was undone later is counted all the same."""

    id: UUID
    name: str
    activations: int
    buckets: list[CountView]


class EventVolumesView(PeriodView, frozen=True):
    """Events by their types over a period, those of which there were most first; types without any are left out.

    `unit` is HOUR for a day, and DAY for what is longer; `time` says by which time is counted. `countedSince` is there
    where there were more events than are counted: what was reported before it is left out.
    """

    event_types: list[EventVolumeView]
    time: str
    counted_since: str | None = None


class ReactorVolumesView(PeriodView, frozen=True):
    """How often reactors fired over a period, those that did most first; what never fired is left out.

    `unit`, `time` and `countedSince` as with event types.
    """

    reactors: list[ReactorVolumeView]
    time: str
    counted_since: str | None = None


async def get_event_volumes(
    db: Db,
    tenant_id: UUID,
    settings: Settings,
    *,
    period: Period = "30d",
    event_type: str | None = None,
    time: Time = "occurred",
) -> EventVolumesView:
    """Count events by their types over time; with `eventType` (an id or a name) that one alone, if there are none, too.

    time: whether they count where they occurred or where they were reported.
    Raises: NotFound.
    """
    async with db.transaction(snapshot=True) as tx:
        chosen = None if event_type is None else await find_type(tx, tenant_id, event_type)
        stretch = await read_stretch(tx, tenant_id, period)
        rows, counted_since = await _count(tx, EVENTS, tenant_id, chosen, time, stretch, settings)
        found = _sums((row["id"], row) for row in rows)
        names = await tx.fetch(TYPE_NAMES, tenant_id, [*found] if chosen is None else [chosen])
    views = [
        EventVolumeView(row["id"], row["name"], sum(found[row["id"]].values()), _buckets(stretch, found[row["id"]]))
        for row in names
    ]
    views.sort(key=lambda view: (-view.events, view.name))
    return EventVolumesView(*stretch.told(period), views, time, wire.rfc3339_or_none(counted_since))


async def get_reactor_volumes(
    db: Db,
    tenant_id: UUID,
    settings: Settings,
    *,
    period: Period = "30d",
    reactor: UUID | None = None,
    time: Time = "occurred",
) -> ReactorVolumesView:
    """Count how often each reactor fired over time; with `reactor` that one alone, if it did not, too.

    time: whether that counts where what it reacted to occurred, or where it was reported.
    Raises: NotFound.
    """
    async with db.transaction(snapshot=True) as tx:
        chosen = None if reactor is None else await tx.fetchrow(REACTOR, tenant_id, reactor)
        if reactor is not None and chosen is None:
            raise NotFound("There is no such reactor.")
        stretch = await read_stretch(tx, tenant_id, period)
        type_id: UUID | None = None if chosen is None else chosen["event_type_id"]
        rows, counted_since = await _count(tx, FIRED, tenant_id, type_id, time, stretch, settings)
        fired = [(version, row) for row in rows for version in versions_in(row["versions"])]
        known = await read_names(tx, tenant_id, {one for one, _ in fired})
    names: dict[UUID, str] = {row["reactor_id"]: row["name"] for row in known.values()}
    if reactor is not None and chosen is not None:
        names = {reactor: chosen["name"]}
    found = _sums((known[version]["reactor_id"], row) for version, row in fired)
    views = [
        ReactorVolumeView(one, name, sum(found[one].values()), _buckets(stretch, found[one]))
        for one, name in names.items()
    ]
    views.sort(key=lambda view: (-view.activations, view.name, view.id))
    return ReactorVolumesView(*stretch.told(period), views, time, wire.rfc3339_or_none(counted_since))


async def _count(
    tx: Tx, sql: str, tenant_id: UUID, type_id: UUID | None, time: Time, stretch: Stretch, settings: Settings
) -> tuple[list[Row], datetime | None]:
    """Return what `sql` counts in a stretch, of one type or of all, and since when where that is not from its begin."""
    of_type = ANY_TYPE if type_id is None else OF_TYPE
    first, counted_since = await _border(tx, tenant_id, ahead_of(stretch, time, settings), type_id)
    counted = sql.format(at=f"{time}_at", of_type=of_type)
    since, end = stretch.starts[0], stretch.end
    return await tx.fetch(counted, tenant_id, first, type_id, stretch.unit, stretch.zone, since, end), counted_since


async def _border(tx: Tx, tenant_id: UUID, begin: datetime, type_id: UUID | None) -> tuple[UUID, datetime | None]:
    """Return the least id that is counted, and when it was reported if there are events from `begin` on before it."""
    least = clock.first_id_at(begin)
    sql = BORDER.format(ANY_TYPE if type_id is None else OF_TYPE, EVENTS_MAX - 1)
    rows = await tx.fetch(sql, tenant_id, least, type_id)
    return (rows[0]["id"], rows[0]["reported_at"]) if len(rows) > 1 else (least, None)


def _sums(found: Iterable[tuple[UUID, Row]]) -> Mapping[UUID, dict[datetime, int]]:
    sums: dict[UUID, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for one, row in found:
        sums[one][row["start"]] += row["count"]
    return sums


def _buckets(stretch: Stretch, counts: Mapping[datetime, int]) -> list[CountView]:
    return [CountView(wire.rfc3339(start), counts.get(start, 0)) for start in stretch.starts]
