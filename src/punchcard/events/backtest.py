"""Past events for a reactor to be tried on: a snapshot, read in chunks; and what came of it so far, as it is kept.

What is recorded stays as it is, so a snapshot is a border: an event belongs to it when its transaction had ended as the
border was drawn. It can be read in any number of transactions, by several processes, and holds nobody up.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.backtest import ENTRIES_MAX, Candidate, Past, TooMuch, follow, take
from punchcard.engine.counters import Number
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.facts import Member, as_then, of_event, of_member
from punchcard.engine.verdicts import given_by, given_instead
from punchcard.errors import Invalid
from punchcard.events.backtest_course import Course
from punchcard.events.catalogue import Following
from punchcard.events.known import read_now
from punchcard.events.recorded import channel_of
from punchcard.points.before import Turn, read_balances, read_pending

CHUNK_ROWS = 1_000
LOOKED_MAX = 10_000_000  # counted beforehand, at most
BREATH_SECONDS = 0.002  # after which others of the event loop come first
# Numbers of transactions mean nothing in a database that was restored from a dump; no transaction lasts that long.
SETTLED_AFTER = timedelta(hours=1)

TOO_MUCH = (
    f"Members and counts of limits would come to more than {ENTRIES_MAX:,}, which are held in memory at most: try a "
    "shorter time, or fewer events."
)

BORDER = """
    select pg_current_snapshot()::text as snapshot, clock_timestamp() as now, (
        select event.id from unnest($2::uuid[]) as asked (type_id) cross join lateral (
            select id from events where tenant_id = $1 and event_type_id = asked.type_id order by id desc limit 1
        ) as event order by event.id desc limit 1
    ) as last, (
        select count(*) from unnest($2::uuid[]) as asked (type_id) cross join lateral (
            select from events where tenant_id = $1 and event_type_id = asked.type_id and id >= $3 limit $4
        ) as looked_at
    ) as total
"""
LOOK = """
    select id, user_id, event_type_id, occurred_at, reporter, (occurred_at at time zone $6)::date as day, is_in, feeds,
           case when is_in or feeds then payload end as payload, case when is_in or feeds then enhanced end as enhanced,
           case when is_in and $7 then verdicts -> 'F' end as fired,
           case when is_in and $7 then verdicts -> 'X' end as failed,
           case when is_in and $12 then context -> 'facts' end as facts
    from (
        select *, event_type_id = $2 and occurred_at >= $8 and occurred_at < $9 and {is_behind} as is_in,
                  {feeds} as feeds
        from {events} order by id limit $5
    ) as event
    order by id
"""
IS_BEHIND = "(id < $10 or pg_visible_in_snapshot(recorded_in, $11::text::pg_snapshot))"
LOOK_AT_ONE = LOOK.format(
    is_behind=IS_BEHIND,
    feeds="false",
    events="events where tenant_id = $1 and event_type_id = $2 and id > $3 and id <= $4",
)
# Where counters are counted anew, by events of these types.
LOOK_AT_MANY = LOOK.format(
    is_behind=IS_BEHIND,
    feeds=f"event_type_id = any($13::uuid[]) and {IS_BEHIND}",
    events="""
        (select distinct unnest(array_append($13::uuid[], $2::uuid)) as type_id) as asked cross join lateral (
            select * from events
            where tenant_id = $1 and event_type_id = asked.type_id and id > $3 and id <= $4 order by id limit $5
        ) as event
    """,
)


class Period(Struct, frozen=True):
    """Which events: of a type of a tenant, that happened from `start` on and before `end`, so many at most.

    ahead: how far ahead of its report an event may happen. time_zone: whose days are told. type_names, following: the
    tenant's, the latter for its tiers.
    """

    tenant_id: UUID
    type_id: UUID
    start: datetime
    end: datetime
    events_max: int
    time_zone: str
    ahead: timedelta
    type_names: Mapping[UUID, str] = {}
    following: Following | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the tenant."""
        return clock.zone(self.time_zone)


async def begin(tx: Tx, period: Period, candidate: Candidate) -> Course:
    """Draw the border of a snapshot, and count what there is to look at; for counters that is all that is recorded."""
    feeding = [counter.type_id for counter in candidate.counters]
    first = UUID(int=1) if feeding else clock.first_id_at(period.start - period.ahead)
    types = sorted({period.type_id, *feeding})
    row = await tx.fetchrow(BORDER, period.tenant_id, types, first, LOOKED_MAX)
    assert row is not None
    before = UUID(int=first.int - 1)
    settled = clock.first_id_at(row["now"] - SETTLED_AFTER)
    series = [counter.series_id for counter in candidate.counters]
    return Course(before, row["last"] or before, row["snapshot"], settled, row["total"], series=series)


class Reading:
    """The events of a period, read on one connection from where a course has come to.

    versions: of the reactor, to compare with what they gave. turn: when it reacts, among the others.
    """

    def __init__(
        self, tx: Tx, period: Period, course: Course, versions: Collection[int], candidate: Candidate, turn: Turn
    ) -> None:
        self.period, self.course, self.versions, self.candidate = period, course, versions, candidate
        self.turn = turn
        self.user_paths = sorted(path for path in candidate.reactor.paths if path[0] == "user")
        self._tx = tx
        self._one_at_a_time = asyncio.Lock()
        self._zone = period.zone

    async def chunk(self, after: UUID) -> list[Row]:
        """Return the next events after one; of those that do not belong to the period hardly more than the id."""
        period, course = self.period, self.course
        feeding = sorted({counter.type_id for counter in self.candidate.counters})
        async with self._one_at_a_time:
            return await self._tx.fetch(
                LOOK_AT_MANY if feeding else LOOK_AT_ONE, period.tenant_id, period.type_id, after, course.until,
                CHUNK_ROWS, self._zone.key, bool(self.versions), period.start, period.end, course.settled,
                course.snapshot, bool(self.user_paths), *([feeding] if feeding else []),
            )  # fmt: skip

    async def balances(self, rows: Sequence[Row]) -> dict[UUID, tuple[int, int]]:
        """Return the balance of each event's member before it, and at the reactor's turn, by the event's id."""
        async with self._one_at_a_time:
            return await read_balances(self._tx, self.period.tenant_id, _asked(rows), self.turn)

    async def pending(self, rows: Sequence[Row]) -> dict[UUID, int]:
        """Return the pending points of each event's member before it, by the event's id, if somebody asks."""
        if not self.candidate.sees_pending:
            return {}
        async with self._one_at_a_time:
            return await read_pending(self._tx, self.period.tenant_id, _asked(rows))

    async def members(self, rows: Sequence[Row]) -> dict[UUID, Member]:
        """Return the members of events as they are now, if somebody asks."""
        if not self.user_paths:
            return {}
        asked = {(self.period.tenant_id, row["user_id"]) for row in rows if row["is_in"]}
        async with self._one_at_a_time:
            return await read_now(self._tx, asked, self.user_paths, self.period.following)

    def past(self, row: Row, members: Mapping[UUID, Member], pending: Mapping[UUID, int]) -> tuple[Past, bool]:
        """Return an event as it is tried; and whether something is taken to have been as it is now."""
        payload = wire.read_stored(row["payload"])
        if row["enhanced"] is not None:
            payload = seen_by_rules(payload, wire.read_stored(row["enhanced"]))
        fired, facts, is_assumed = row["fired"], None, False
        added: tuple[Number | None, ...] = ()
        then = None if fired is None else given_by(msgspec.json.decode(fired), self.versions)
        instead = None if row["failed"] is None else given_instead(msgspec.json.decode(row["failed"]), self.versions)
        if self.candidate.reactor.paths or self.candidate.counters:
            name = self.period.type_names.get(row["event_type_id"], "")
            facts = of_event(name, row["occurred_at"], channel_of(row["reporter"]), self._zone) | {"payload": payload}
            added = self.candidate.added_by(row["event_type_id"], facts)
            if self.user_paths and row["is_in"]:
                facts["user"], is_assumed = self._user(row, members.get(row["user_id"]))
        event = Past(
            row["user_id"],
            payload,
            row["occurred_at"],
            row["day"],
            then,
            facts,
            added,
            pending.get(row["id"], 0),
            instead or 0,
        )
        return event, is_assumed

    def _user(self, row: Row, member: Member | None) -> tuple[dict[str, Any], bool]:
        """Return what rules see of a member: what was kept with the event, else what is so now; and whether it is."""
        now = {} if member is None else of_member(member, row["occurred_at"])
        kept = {} if row["facts"] is None else wire.read_stored(row["facts"])
        return as_then(now, kept.get("user") or {}, [path[1:] for path in self.user_paths])


def _asked(rows: Sequence[Row]) -> list[tuple[UUID, UUID]]:
    return [(row["user_id"], row["id"]) for row in rows if row["is_in"]]


async def go_on(reading: Reading, rows_max: int) -> bool:
    """Run the reactor over so many more events; tell whether there may be more.

    Others of the event loop come in between. Raises: Invalid when too much would have to be held in memory, or a
    counter was changed meanwhile.
    """
    course = reading.course
    if course.series != [counter.series_id for counter in reading.candidate.counters]:
        raise Invalid("A counter that the reactor names was changed meanwhile; ask for the backtest again.")
    until = course.looked_at + rows_max
    rows = await reading.chunk(course.after)
    while rows:
        is_last = len(rows) < CHUNK_ROWS
        following = None
        if not is_last and course.looked_at + len(rows) < until:  # the next are on their way while these are judged
            following = asyncio.create_task(reading.chunk(rows[-1]["id"]))
        try:
            await _judge(reading, rows)
        except TooMuch:
            raise Invalid(TOO_MUCH) from None
        finally:
            if following is not None:
                await asyncio.wait([following])
        if is_last or not course.is_complete:
            return False
        rows = [] if following is None else following.result()
    return course.looked_at >= until


async def _judge(reading: Reading, rows: Sequence[Row]) -> None:
    course, candidate, balances = reading.course, reading.candidate, None
    members, pending = await reading.members(rows), await reading.pending(rows)
    breath = clock.monotonic_seconds() + BREATH_SECONDS
    for row in rows:
        if row["is_in"] or row["feeds"]:
            event, is_assumed = reading.past(row, members, pending)
        if row["is_in"]:
            if course.fold.total.events == reading.period.events_max:
                course.is_complete = False
                return
            course.fold.assumed += is_assumed
            if not take(candidate, course.fold, event):
                balances = await reading.balances(rows) if balances is None else balances
                take(candidate, course.fold, event, balances[row["id"]])
        if row["feeds"]:
            follow(candidate, course.fold, event)
        course.after = row["id"]
        course.looked_at += 1
        if clock.monotonic_seconds() > breath:
            await asyncio.sleep(0)
            breath = clock.monotonic_seconds() + BREATH_SECONDS
