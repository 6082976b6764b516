"""How fast events come, counted behind the stream: by the minute, once each. Owns `velocity_places`, `velocity_counts`.

Reporting does nothing for it. A job reads the stream in the order of transactions, as far as the oldest one that still
runs, and writes counts and its place in one transaction: no event is left out or counted twice, whatever is killed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from punchcard import clock, wire
from punchcard.access.velocity import WINDOW_MINUTES_MAX, VelocityLimitView
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.events.alerts import VELOCITY, Found

ANY = UUID(int=0)
"""Stands for all event types that are reported, or all users."""

SOURCES_TOLD_MAX = 10
KEPT = timedelta(minutes=2 * WINDOW_MINUTES_MAX)
LAST_ID = UUID(int=(1 << 128) - 1)

BORDER = "select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, clock_timestamp() as now"
# Held first: whoever reads on behind somebody else begins where that one has ended.
PLACE = "select recorded_in::text as xid, event_id from velocity_places where tenant_id = $1 for update"
MOVE = """
    insert into velocity_places (tenant_id, recorded_in, event_id) values ($1, $2::text::xid8, $3)
    on conflict (tenant_id) do update set recorded_in = excluded.recorded_in, event_id = excluded.event_id
"""
# Old ids are left out because numbers of transactions mean nothing in a database that was restored from a dump.
SLICE = """
    select event.id, event.user_id, event.reporter, event.points, event.reported_at, event.event_type_id,
           event.recorded_in::text as xid, type.name as type_name, type.is_intrinsic
    from events as event
    join event_types as type on type.tenant_id = event.tenant_id and type.id = event.event_type_id
    where event.tenant_id = $1 and (event.recorded_in, event.id) > ($2::text::xid8, $3)
        and event.recorded_in < $4::text::xid8 and event.id >= $5
    order by event.recorded_in, event.id limit $6
"""
COUNT = """
    insert into velocity_counts as known (tenant_id, event_type_id, user_id, reporter, minute, events, points)
    select $1, * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[])
    on conflict (tenant_id, event_type_id, user_id, reporter, minute)
        do update set events = known.events + excluded.events, points = known.points + excluded.points
"""
# Windows that end with each minute in which something came. What came up to the minute of an acknowledgement was seen.
WINDOWS = """
    select asked.number, asked.minute, counted.events, counted.points, counted.first
    from unnest($2::integer[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::interval[], $8::text[],
                $9::uuid[], $10::text[]) as asked (number, type_id, user_id, reporter, minute, length, name, about, by)
    cross join lateral (
        select coalesce(max(acknowledged_at), '-infinity') as at from alerts
        where alerts.tenant_id = $1 and alerts.kind = 'VELOCITY' and alerts.name = asked.name
            and alerts.user_id is not distinct from asked.about and alerts.reporter is not distinct from asked.by
            and alerts.status = 'ACKNOWLEDGED'
    ) as seen
    cross join lateral (
        select sum(events)::bigint as events, sum(points)::bigint as points, min(count.minute) as first
        from velocity_counts as count
        where count.tenant_id = $1 and count.event_type_id = asked.type_id and count.user_id = asked.user_id
            and count.reporter = asked.reporter and count.minute > asked.minute - asked.length
            and count.minute <= asked.minute and count.minute > seen.at
    ) as counted
    where counted.events is not null
    order by asked.number, asked.minute
"""
# The last events of one window: which ones, by whose hands, and from which machines, where they say so.
SEEN_OF = """
    select event.id, event.executor, event.context -> 'cloudEvent' ->> 'source' as source from events as event
    where event.tenant_id = $1 and event.id >= $2 and event.id < $3
        and ($4::uuid is null or event.user_id = $4) and ($5::text is null or event.reporter = $5)
        and ($6::uuid is null or event.event_type_id = $6)
    order by event.id desc limit 100
"""
FORGET = "delete from velocity_counts where minute < clock_timestamp() - $1::interval"
WATCHED = """
    select id, velocity_limits from tenants where id > $1 and velocity_limits::text <> '[]' order by id limit 1
"""
TYPE_ID = "select id from event_types where tenant_id = $1 and name = $2"

Key = tuple[UUID, UUID, str]
"""Whose events are counted together: event type's id or ANY, user id or ANY, reporter or ''."""


class Sliced(Struct, frozen=True):
    """Events that were counted; is_full: there may be more already."""

    rows: Sequence[Row]
    is_full: bool


async def next_watched(tx: Tx, after: UUID) -> Row | None:
    """Return the next tenant (`id`, `velocity_limits`) that has limits; None after the last one."""
    return await tx.fetchrow(WATCHED, after)


async def count_slice(tx: Tx, tenant_id: UUID, limits: Sequence[VelocityLimitView], most: int) -> Sliced:
    """Count up to `most` events that nobody has counted; of a tenant that is new here, from now on."""
    place = await tx.fetchrow(PLACE, tenant_id)
    border = await tx.fetchrow(BORDER)
    assert border is not None
    if place is None or int(place["xid"]) > int(border["horizon"]):
        await tx.execute(MOVE, tenant_id, str(int(border["horizon"]) - 1), LAST_ID)
        return Sliced((), is_full=False)
    oldest = clock.first_id_at(border["now"] - KEPT)
    rows = await tx.fetch(SLICE, tenant_id, place["xid"], place["event_id"], border["horizon"], oldest, most)
    if rows:
        counts = _counted(rows, limits)
        if counts:
            await tx.execute(COUNT, tenant_id, *columns(counts, 6))
        await tx.execute(MOVE, tenant_id, rows[-1]["xid"], rows[-1]["id"])
    return Sliced(rows, is_full=len(rows) == most)


def _counted(rows: Iterable[Row], limits: Iterable[VelocityLimitView]) -> list[tuple[Any, ...]]:
    events: Counter[tuple[Key, datetime]] = Counter()
    points: Counter[tuple[Key, datetime]] = Counter()
    for row in rows:
        for key in {_key(row, limit) for limit in limits if _counts(row, limit)}:
            bucket = key, _minute(row["reported_at"])
            events[bucket] += 1
            points[bucket] += max(0, row["points"])
    return sorted((*key, minute, count, points[key, minute]) for (key, minute), count in events.items())


def _counts(row: Row, limit: VelocityLimitView) -> bool:
    return not row["is_intrinsic"] if limit.event_type is None else row["type_name"] == limit.event_type


def _key(row: Row, limit: VelocityLimitView) -> Key:
    return (
        ANY if limit.event_type is None else row["event_type_id"],
        row["user_id"] if limit.by_subject else ANY,
        row["reporter"] if limit.by_source else "",
    )


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


async def find_exceeded(
    tx: Tx, tenant_id: UUID, limits: Sequence[VelocityLimitView], rows: Sequence[Row]
) -> list[Found]:
    """Return the limits that events just counted have gone beyond, each with the fullest of its windows."""
    touched: Mapping[tuple[int, Key], set[datetime]] = defaultdict(set)
    for row in rows:
        for number, limit in enumerate(limits):
            if _counts(row, limit):
                touched[number, _key(row, limit)].add(_minute(row["reported_at"]))
    whose = list(touched)
    asked = [
        (
            place, *key, minute, timedelta(minutes=limits[number].window_minutes), limits[number].name,
            None if key[1] == ANY else key[1], key[2] or None,
        )
        for place, (number, key) in enumerate(whose)
        for minute in sorted(touched[number, key])
    ]  # fmt: skip
    fullest: dict[int, Row] = {}
    for row in await tx.fetch(WINDOWS, tenant_id, *columns(asked, 9)) if asked else ():
        limit = limits[whose[row["number"]][0]]
        known = fullest.get(row["number"])
        if limit.is_exceeded(row["events"], row["points"]) and (known is None or row["events"] >= known["events"]):
            fullest[row["number"]] = row
    found = []
    for place, row in fullest.items():
        number, key = whose[place]
        found.append(await _found(tx, tenant_id, limits[number], key, row))
    return found


async def _found(tx: Tx, tenant_id: UUID, limit: VelocityLimitView, key: Key, window: Row) -> Found:
    user_id, reporter = None if key[1] == ANY else key[1], key[2] or None
    first, until = window["first"], window["minute"] + timedelta(minutes=1)
    rows = await tx.fetch(
        SEEN_OF, tenant_id, clock.first_id_at(first), clock.first_id_at(until), user_id, reporter,
        None if key[0] == ANY else key[0],
    )  # fmt: skip
    details = {
        "events": window["events"],
        "points": window["points"],
        "from": wire.rfc3339(first),
        "until": wire.rfc3339(until),
        "lastEventId": str(rows[0]["id"]) if rows else None,
        "executors": _first({row["executor"] for row in rows}),
        "sources": _first({row["source"] for row in rows}),
        "limit": msgspec.to_builtins(limit),
    }
    return Found(tenant_id, VELOCITY, limit.name, details, user_id, reporter)


def _first(names: set[str | None]) -> list[str]:
    return sorted(name for name in names if name)[:SOURCES_TOLD_MAX]


async def knows_type(tx: Tx, tenant_id: UUID, name: str) -> bool:
    """Tell whether there is an event type of this name."""
    return await tx.fetchval(TYPE_ID, tenant_id, name) is not None


async def forget(db: Db) -> None:
    """Drop counts that no window reaches any more."""
    await db.execute(FORGET, KEPT)
