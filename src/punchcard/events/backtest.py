"""Past events for a reactor to be tried on: a snapshot, read in chunks; and what came of it so far, as it is kept.

What is recorded stays as it is, so a snapshot is a border: an event belongs to it when its transaction had ended as the
border was drawn. It can be read in any number of transactions, by several processes, and holds nobody up.
"""

import asyncio
import base64
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct, structs

from punchcard import clock, wire
from punchcard.db.connection import Row, Tx
from punchcard.engine.backtest import ENTRIES_MAX, Fold, Past, Sum, TooMuch, take
from punchcard.engine.enhancement import seen_by_rules
from punchcard.engine.limits import Key, Window
from punchcard.engine.situation import Reactor
from punchcard.engine.verdicts import given_by
from punchcard.errors import Invalid

CHUNK_ROWS = 1_000
FRAME_ENTRIES = 2_000
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
        select id from events where tenant_id = $1 and event_type_id = $2 order by id desc limit 1
    ) as last, (
        select count(*) from (
            select from events where tenant_id = $1 and event_type_id = $2 and id >= $3 limit $4
        ) as looked_at
    ) as total
"""
LOOK = """
    select id, user_id, occurred_at, (occurred_at at time zone $6)::date as day, is_in,
           case when is_in then payload end as payload, case when is_in then enhanced end as enhanced,
           case when is_in and $7 then verdicts -> 'F' end as fired
    from (
        select *, occurred_at >= $8 and occurred_at < $9
                  and (id < $10 or pg_visible_in_snapshot(recorded_in, $11::text::pg_snapshot)) as is_in
        from events where tenant_id = $1 and event_type_id = $2 and id > $3 and id <= $4 order by id limit $5
    ) as event
    order by id
"""
# A wallet's entries are numbered in the order of their events.
BALANCES = """
    select asked.id, coalesce(entry.balance_after, 0) as balance
    from unnest($2::uuid[], $3::uuid[]) as asked (user_id, id)
    left join lateral (
        select balance_after from ledger_entries as entry
        where entry.tenant_id = $1 and entry.user_id = asked.user_id and entry.event_id < asked.id
        order by event_id desc, number desc limit 1
    ) as entry on true
"""


class Period(Struct, frozen=True):
    """Which events: of a type of a tenant, that happened from `start` on and before `end`, so many at most.

    ahead: how far ahead of its report an event may happen. time_zone: whose days are told.
    """

    tenant_id: UUID
    type_id: UUID
    start: datetime
    end: datetime
    events_max: int
    time_zone: str
    ahead: timedelta


class Course(Struct):
    """How far a backtest has come. after: the last event that was looked at, up to `until`.

    `snapshot` and `settled` are the border: what is older than `settled` lies behind it.
    """

    after: UUID
    until: UUID
    snapshot: str
    settled: UUID
    total: int
    looked_at: int = 0
    is_complete: bool = True
    fold: Fold = msgspec.field(default_factory=Fold)


_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_frames, _course = msgspec.msgpack.Decoder(list[bytes]), msgspec.msgpack.Decoder(Course)
_members = msgspec.msgpack.Decoder(dict[UUID, Sum])
_activations = msgspec.msgpack.Decoder(dict[tuple[UUID, UUID], int])
_windows = msgspec.msgpack.Decoder(dict[Key, Window])


def kept(course: Course) -> str:
    """Return a course as text, to go on from in another process. For a thread: no part of it takes long by itself."""
    fold = course.fold
    bare = structs.replace(fold, members={}, activations={}, windows={})
    frames = [_encoder.encode(structs.replace(course, fold=bare))]
    held: tuple[dict[Any, Any], ...] = (fold.members, fold.activations, fold.windows)
    for place, entries in enumerate(held):
        some = iter(entries.items())
        while part := dict(islice(some, FRAME_ENTRIES)):
            frames.append(bytes([place]) + _encoder.encode(part))
    return base64.b64encode(zlib.compress(_encoder.encode(frames), 1)).decode()


def resumed(text: str) -> Course:
    """Read a course that was kept; for a thread, as well."""
    first, *frames = _frames.decode(zlib.decompress(base64.b64decode(text)))
    course = _course.decode(first)
    fold = course.fold
    for frame in frames:
        match frame[0]:
            case 0:
                fold.members.update(_members.decode(frame[1:]))
            case 1:
                fold.activations.update(_activations.decode(frame[1:]))
            case _:
                fold.windows.update(_windows.decode(frame[1:]))
    return course


async def begin(tx: Tx, period: Period) -> Course:
    """Draw the border of a snapshot, and count what there is to look at."""
    first = clock.first_id_at(period.start - period.ahead)
    row = await tx.fetchrow(BORDER, period.tenant_id, period.type_id, first, LOOKED_MAX)
    assert row is not None
    before = UUID(int=first.int - 1)
    settled = clock.first_id_at(row["now"] - SETTLED_AFTER)
    return Course(before, row["last"] or before, row["snapshot"], settled, row["total"])


class Reading:
    """The events of a period, read on one connection from where a course has come to.

    versions: of the reactor, to compare with what they gave.
    """

    def __init__(self, tx: Tx, period: Period, course: Course, versions: Collection[int]) -> None:
        self.period, self.course, self.versions = period, course, versions
        self._tx = tx
        self._one_at_a_time = asyncio.Lock()

    async def chunk(self, after: UUID) -> list[Row]:
        """Return the next events after one; of those that do not belong to the period hardly more than the id."""
        period, course = self.period, self.course
        async with self._one_at_a_time:
            return await self._tx.fetch(
                LOOK, period.tenant_id, period.type_id, after, course.until, CHUNK_ROWS, period.time_zone,
                bool(self.versions), period.start, period.end, course.settled, course.snapshot,
            )  # fmt: skip

    async def balances(self, rows: Sequence[Row]) -> dict[UUID, int]:
        """Return the balance of each event's member before it, by the event's id."""
        asked = [row["user_id"] for row in rows], [row["id"] for row in rows]
        async with self._one_at_a_time:
            found = await self._tx.fetch(BALANCES, self.period.tenant_id, *asked)
        return {row["id"]: row["balance"] for row in found}


async def go_on(reading: Reading, reactor: Reactor, rows_max: int) -> bool:
    """Run the reactor over so many more events; tell whether there may be more.

    Others of the event loop come in between. Raises: Invalid when too much would have to be held in memory.
    """
    course = reading.course
    until = course.looked_at + rows_max
    rows = await reading.chunk(course.after)
    while rows:
        is_last = len(rows) < CHUNK_ROWS
        following = None
        if not is_last and course.looked_at + len(rows) < until:  # the next are on their way while these are judged
            following = asyncio.create_task(reading.chunk(rows[-1]["id"]))
        try:
            await _judge(reading, reactor, rows)
        except TooMuch:
            raise Invalid(TOO_MUCH) from None
        finally:
            if following is not None:
                await asyncio.wait([following])
        if is_last or not course.is_complete:
            return False
        rows = [] if following is None else following.result()
    return course.looked_at >= until


async def _judge(reading: Reading, reactor: Reactor, rows: Sequence[Row]) -> None:
    course, balances = reading.course, None
    breath = clock.monotonic_seconds() + BREATH_SECONDS
    for row in rows:
        if row["is_in"]:
            if course.fold.total.events == reading.period.events_max:
                course.is_complete = False
                return
            event = _past(row, reading.versions)
            if not take(reactor, course.fold, event):
                balances = await reading.balances(rows) if balances is None else balances
                take(reactor, course.fold, event, balances[row["id"]])
        course.after = row["id"]
        course.looked_at += 1
        if clock.monotonic_seconds() > breath:
            await asyncio.sleep(0)
            breath = clock.monotonic_seconds() + BREATH_SECONDS


def _past(row: Row, versions: Collection[int]) -> Past:
    payload = wire.read_stored(row["payload"])
    if row["enhanced"] is not None:
        payload = seen_by_rules(payload, wire.read_stored(row["enhanced"]))
    then = None if row["fired"] is None else given_by(msgspec.json.decode(row["fired"]), versions)
    return Past(row["user_id"], payload, row["occurred_at"], row["day"], then)
