"""Following what is recorded: every event once, in one order, whichever process recorded it.

The order is that of transactions: (recorded_in, id). Transactions end in another order than they begin, so a reader
goes only as far as the oldest that still runs: behind that border nothing can appear any more. One loop a tenant looks
for all of its readers, while there are any. What is older than an hour is read from the list of events instead.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row
from punchcard.errors import PunchcardError, Unavailable
from punchcard.events.event import view
from punchcard.events.reader import LAST_ID, Place, Reader, Told, Wanted
from punchcard.events.stream import READ, of_row

POLL_SECONDS = 0.25
TROUBLE_SECONDS = 1.0
ROWS_MAX = 200  # in one look; a full one is followed by the next at once
RESUME_HOURS_MAX = 1

# Only what this transaction can no longer see changed: everything before the oldest one that still runs.
BORDER = """
    select pg_snapshot_xmin(pg_current_snapshot())::text as horizon, clock_timestamp() as now
"""
# Old ids are left out because numbers of transactions mean nothing in a database that was restored from a dump.
AFTER = READ.replace("select event.*", "select event.*, event.recorded_in::text as xid") + """
    and (event.recorded_in, event.id) > ($2::text::xid8, $3) and (event.recorded_in, event.id) <= ($4::text::xid8, $5)
    and event.id >= $6
    order by event.recorded_in, event.id limit $7
"""  # fmt: skip

log = structlog.get_logger()


class Border(Struct, frozen=True):
    """The first transaction that may still add something, and the database's time."""

    horizon: int
    now: datetime

    @property
    def place(self) -> Place:
        """The place of somebody who has seen everything before the border."""
        return Place(self.horizon - 1, LAST_ID, self.now)


async def border(db: Db) -> Border:
    """Ask how far the stream can be read now."""
    row = await db.fetchrow(BORDER)
    assert row is not None
    return Border(int(row["horizon"]), row["now"])


async def between(db: Db, tenant_id: UUID, after: Place, until: Place) -> list[Told]:
    """Return the first events after a place and up to another, which lies behind the border."""
    oldest = clock.first_id_at(until.at - timedelta(hours=2 * RESUME_HOURS_MAX))
    rows = await db.fetch(AFTER, tenant_id, str(after.xid), after.id, str(until.xid), until.id, oldest, ROWS_MAX)
    return [_told(row) for row in rows]


def _told(row: Row) -> Told:
    event = of_row(row)
    place = Place(int(row["xid"]), event.id, event.reported_at)
    return Told(place, event.type_id, event.type_name, event.user_id, wire.encode(view(event)))


class Tail:
    """One tenant's stream, as far as this process has read it, and those who read along."""

    def __init__(self, db: Db, tenant_id: UUID, start: Place) -> None:
        self.db, self.tenant_id = db, tenant_id
        self.place = start
        self.readers: set[Reader] = set()

    async def follow(self) -> None:
        """Tell the readers what is new, until there is none."""
        while self.readers:
            try:
                is_full = await self._look()
            except PunchcardError as error:
                log.warning("the stream has to wait", reason=error.detail)
                await asyncio.sleep(TROUBLE_SECONDS)
                continue
            await asyncio.sleep(0 if is_full else POLL_SECONDS)

    async def _look(self) -> bool:
        """Read on; tell whether there may be more already."""
        until = (await border(self.db)).place
        told: Sequence[Told] = ()
        if self.place.is_before(until):
            told = await between(self.db, self.tenant_id, self.place, until)
        is_full = len(told) == ROWS_MAX
        # Place and readers change together: who joins between two looks misses nothing and gets nothing twice.
        self.place = told[-1].place if is_full else until
        for reader in self.readers:
            reader.tell(told)
        return is_full

    async def catch_up(self, reader: Reader) -> AsyncIterator[list[Told]]:
        """Yield what the reader wants of what was recorded since its place; from then on it is told."""
        while True:
            until = self.place
            if not reader.place.is_before(until):
                break
            told = await between(self.db, self.tenant_id, reader.place, until)
            is_full = len(told) == ROWS_MAX
            reader.place = told[-1].place if is_full else until
            is_there = not is_full and self.place is until
            if is_there:
                reader.is_live = True
            yield [one for one in told if reader.wanted.takes(one)]
            if is_there:
                return
        reader.is_live = True


class Tails:
    """The streams of one process."""

    def __init__(self, db: Db, readers_max: int) -> None:
        self._db, self._readers_max = db, readers_max
        self._tails: dict[UUID, Tail] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._is_closed = False

    @property
    def readers(self) -> int:
        """How many read now."""
        return sum(len(tail.readers) for tail in self._tails.values())

    @asynccontextmanager
    async def reading(self, tenant_id: UUID, wanted: Wanted, after: Place | None) -> AsyncIterator[tuple[Tail, Reader]]:
        """Read a tenant's stream from after a place on, or from now on.

        `reader.was_reset` tells that the place cannot be resumed from: too old, or not of this database. Raises:
        Unavailable when too many read already, or the server stops.
        """
        if self._is_closed or self.readers >= self._readers_max:
            raise Unavailable("No more readers of the stream are taken now; try again.", headers={"Retry-After": "5"})
        found = await border(self._db)
        tail = self._tails.get(tenant_id)
        if tail is None:
            tail = self._tails[tenant_id] = Tail(self._db, tenant_id, found.place)
            self._follow(tail)
        is_known = after is None or (
            after.xid < found.horizon and found.now - after.at <= timedelta(hours=RESUME_HOURS_MAX)
        )
        reader = Reader(wanted, after if after is not None and is_known else tail.place, was_reset=not is_known)
        tail.readers.add(reader)
        try:
            yield tail, reader
        finally:
            tail.readers.discard(reader)

    def _follow(self, tail: Tail) -> None:
        async def follow() -> None:
            try:
                await tail.follow()
            except Exception:
                log.exception("the stream broke")
            finally:
                del self._tails[tail.tenant_id]
                for reader in tail.readers:
                    reader.end()

        task = asyncio.create_task(follow())
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    def end(self) -> None:
        """Send every reader away, and take no more: the server stops."""
        self._is_closed = True
        for tail in self._tails.values():
            for reader in tail.readers:
                reader.end()
