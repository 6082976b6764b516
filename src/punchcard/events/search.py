"""Events that are looked for: by what an index knows at once, by anything else in steps of a bounded length.

A filter that no index knows (`scanned`) would have one statement read a programme's whole history for a single row. So
the events that the other filters leave are looked through in steps, a statement each, and after a few seconds the page
ends where it has come to: it may have fewer rows than asked for, or none, and its cursor goes on from there.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from punchcard import clock
from punchcard.db.connection import Db, Row
from punchcard.db.listing import Filter, Listing, Order, select, write_cursor
from punchcard.errors import Fault, Unavailable
from punchcard.wire import invalid

STEP_FIRST, STEP_MAX = 500, 4_000
QUICK_SECONDS = 0.2
SECONDS_MAX = 2.0
ROWS = "select event.*, type.name as type_name"
ORDER: Order = "DESC"
TOO_LONG = "Looking through the events took too long: name a type, a subject or a shorter time."


class Found(Struct, frozen=True):
    """Rows of events, and the id after which the rest is looked for; None where there is no rest."""

    rows: Sequence[Row]
    rest: UUID | None


class Search(Struct, frozen=True):
    """A list that is searched: `head` begins with ROWS and ends in its WHERE, with `fixed` as $1, $2, …."""

    head: str
    fixed: Sequence[Any]
    filters: Mapping[str, Filter]

    def select(self, listing: Listing, *, ids: bool = False) -> tuple[str, list[Any]]:
        """Return SQL and arguments for a page and one row more. Raises: Invalid."""
        head = self.head.replace(ROWS, "select event.id") if ids else self.head
        return select(listing, head, self.fixed, self.filters, id_column="event.id", order=ORDER)


async def find(db: Db, listing: Listing, search: Search) -> Found:
    """Return a page of events. Raises: Invalid for a filter that cannot be read, Unavailable when it took too long."""
    sql, arguments = search.select(listing)
    scanned = [name for name in listing.filters if search.filters[name].is_scanned]
    if not scanned:
        rows = await db.fetch(sql, *arguments)
        return Found(rows[: listing.limit], rows[listing.limit - 1]["id"] if len(rows) > listing.limit else None)
    if listing.skip:
        raise invalid([Fault("/skip", "out_of_range", f"With {scanned[0]}, go on by cursor instead of skip.")])
    try:
        return await _look_through(db, listing, search)
    except Unavailable as fault:
        if isinstance(fault.__cause__, TimeoutError | asyncpg.QueryCanceledError):
            raise Unavailable(TOO_LONG) from fault
        raise


async def _look_through(db: Db, listing: Listing, search: Search) -> Found:
    began = clock.monotonic_seconds()
    rows: list[Row] = []
    step = STEP_FIRST
    while True:
        begun = clock.monotonic_seconds()
        border = await _border(db, listing, search, step)
        sql, arguments = search.select(structs.replace(listing, limit=listing.limit - len(rows)))
        rows += await db.fetch(*_until(sql, arguments, listing, border))
        if len(rows) > listing.limit:
            return Found(rows[: listing.limit], rows[listing.limit - 1]["id"])
        now = clock.monotonic_seconds()
        if border is None or now - began >= SECONDS_MAX:
            return Found(rows, border)
        step = min(STEP_MAX, step * 2) if now - begun < QUICK_SECONDS else max(STEP_FIRST, step // 2)
        listing = structs.replace(listing, after=border)


async def _border(db: Db, listing: Listing, search: Search, step: int) -> UUID | None:
    """Return the id of the last event that a step looks at; None where it comes to the end."""
    known = {name: value for name, value in listing.filters.items() if not search.filters[name].is_scanned}
    sql, arguments = search.select(structs.replace(listing, limit=0, skip=step - 1, filters=known), ids=True)
    found: UUID | None = await db.fetchval(sql, *arguments)
    return found


def _until(sql: str, arguments: Sequence[Any], listing: Listing, border: UUID | None) -> tuple[Any, ...]:
    if border is None:
        return sql, *arguments
    side = "<=" if (listing.order or ORDER) == "ASC" else ">="
    where, _, tail = sql.rpartition(" order by ")
    return f"{where} and event.id {side} ${len(arguments) + 1} order by {tail}", *arguments, border


def cursor_of(listing: Listing, found: Found) -> str | None:
    """Return the cursor of what comes after."""
    return None if found.rest is None else write_cursor(listing.cursor_key, found.rest)
