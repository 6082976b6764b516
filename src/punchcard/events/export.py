"""The whole of a filtered list of events, as CSV or as JSON Lines: read and sent in parts, however many there are.

What is recorded while it is sent is left out or not, by the order: the newest first ends with what there was.
"""

import csv
import io
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import ClassVar
from uuid import UUID

from msgspec import structs

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.db.listing import Listing
from punchcard.events.event import EventView, view
from punchcard.events.search import Found, Search, find
from punchcard.events.stream import READ, filters_for, of_row

ROWS_AT_ONCE = 500
COLUMNS = (
    "id", "type", "typeVersion", "subject", "reporter", "executor", "occurredAt", "reportedAt", "reactedAt", "points",
    "payload", "enhanced", "context",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class CsvFlow(wire.Flow, frozen=True):
    """Comma-separated values (RFC 4180), with a line of names."""

    MEDIA_TYPE: ClassVar[str] = "text/csv; charset=utf-8; header=present"


class JsonLinesFlow(wire.Flow, frozen=True):
    """A JSON object a line."""

    MEDIA_TYPE: ClassVar[str] = "application/x-ndjson"


async def export_events_as_csv(db: Db, tenant_id: UUID, listing: Listing) -> CsvFlow:
    """Return all events that a filter lets through, as CSV. A text that a spreadsheet would run begins with `'`.

    All of them: `limit` and `skip` are not looked at. They are read page by page, so that no transaction stays open.
    """
    search = await _search(db, tenant_id, listing)
    first = await _read(db, listing, search)
    return CsvFlow(_parts(db, listing, search, first, _csv, _csv_rows([COLUMNS])), "events.csv")


async def export_events_as_json_lines(db: Db, tenant_id: UUID, listing: Listing) -> JsonLinesFlow:
    """Return all events that a filter lets through, as JSON Lines; `limit` and `skip` are not looked at."""
    search = await _search(db, tenant_id, listing)
    first = await _read(db, listing, search)
    return JsonLinesFlow(_parts(db, listing, search, first, _json_lines, b""), "events.jsonl")


async def _search(db: Db, tenant_id: UUID, listing: Listing) -> Search:
    return Search(READ, [tenant_id], await filters_for(db, tenant_id, listing))


async def _read(db: Db, listing: Listing, search: Search) -> Found:
    return await find(db, structs.replace(listing, limit=ROWS_AT_ONCE, skip=0), search)


async def _parts(
    db: Db, listing: Listing, search: Search, found: Found, write: Callable[[Sequence[EventView]], bytes], head: bytes
) -> AsyncGenerator[bytes, None]:
    yield head + write([view(of_row(row)) for row in found.rows])
    while found.rest is not None:
        found = await _read(db, structs.replace(listing, after=found.rest), search)
        if found.rows:
            yield write([view(of_row(row)) for row in found.rows])


def _json_lines(events: Sequence[EventView]) -> bytes:
    return b"".join(wire.encode(event) + b"\n" for event in events)


def _csv(events: Sequence[EventView]) -> bytes:
    return _csv_rows([_cells(event) for event in events])


def _cells(event: EventView) -> list[str | int]:
    texts = (event.type, event.type_version, event.subject, event.reporter, event.executor or "")
    times = (event.occurred_at, event.reported_at, event.reacted_at)
    documents = (event.payload, event.enhanced, event.context)
    return [
        event.id, *map(defused, map(str, texts)), *times, event.points,
        *("" if document is None else defused(bytes(document).decode()) for document in documents),
    ]  # fmt: skip


def _csv_rows(rows: Sequence[Sequence[str | int]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def defused(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: one that begins like it gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text
