"""Lists: bounded pages, filters by name, and cursors that cannot be forged.

`limit`, `skip`, `order` and `filter` are the reference's; `cursor` continues after the last row seen, whatever is
added meanwhile. Every list is in the order of ids, which are version 7 UUIDs: the order of creation.
"""

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from msgspec import Struct

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.errors import Fault

LIMIT_MAX = 1_000
SKIP_MAX = 100_000
_MAC_BYTES = 16

V = TypeVar("V")
Order = Literal["ASC", "DESC"]


class Listing(Struct, frozen=True):
    """Which rows a caller wants. `after` is the id that the cursor named; `filters` are name and value."""

    cursor_key: bytes
    limit: int = 100
    skip: int = 0
    order: Order | None = None
    after: UUID | None = None
    filters: Mapping[str, str] = {}


class Page(Struct, Generic[V], frozen=True):
    """Some rows, and the cursor of the next ones where there are more."""

    items: Sequence[V]
    listing: Listing
    next_cursor: str | None = None


class Filter(Struct, frozen=True):
    """One thing that a list can be filtered by: SQL with `{}` for the value, if it has one, and how the value is read.

    is_scanned: no index knows it. told: what the document of the API says of it.
    """

    sql: str
    read: Callable[[str], Any] = str
    is_scanned: bool = False
    told: str = ""


def by_part_of(column: str) -> Filter:
    """Return the filter that finds by a part of what stands in a column: a name, for people who look for one."""
    told = "A part of the name, in capital or small letters."
    return Filter(f"strpos(lower({column}), lower({{}})) > 0", str.strip, told=told)


def read_flag(text: str) -> bool:
    """Read a filter's `true` or `false`. Raises: ValueError."""
    if text not in {"true", "false"}:
        raise ValueError("Write true or false.")
    return text == "true"


def select(
    listing: Listing, head: str, fixed: Sequence[Any], filters: Mapping[str, Filter], *, id_column: str, order: Order
) -> tuple[str, list[Any]]:
    """Return SQL and arguments for one page and one row more. `head` ends in its WHERE, with `fixed` as $1, $2, ….

    Raises: Invalid for a filter that the list does not have, or a value that cannot be read.
    """
    arguments = list(fixed)
    conditions = []
    faults = []
    for name, value in listing.filters.items():
        chosen = filters.get(name)
        if chosen is None:
            known = ", ".join(sorted(filters)) or "nothing"
            faults.append(Fault(f"/{name}", "unknown_filter", f"This list can be filtered by {known}."))
            continue
        try:
            read = chosen.read(value)
        except ValueError as fault:
            faults.append(Fault(f"/{name}", "unreadable_filter", f"{str(fault).rstrip('.')}."))
            continue
        if "{" in chosen.sql:
            arguments.append(read)
        conditions.append(chosen.sql.format(f"${len(arguments)}"))
    if faults:
        raise wire.invalid(faults)
    direction = listing.order or order
    if listing.after is not None:
        arguments.append(listing.after)
        conditions.append(f"{id_column} {'>' if direction == 'ASC' else '<'} ${len(arguments)}")
    where = "".join(f" and {condition}" for condition in conditions)
    arguments += [listing.limit + 1, listing.skip]
    tail = f" order by {id_column} {direction} limit ${len(arguments) - 1} offset ${len(arguments)}"
    return head + where + tail, arguments


def scoped(head: str, tenant_id: UUID, column: str, own_user_id: UUID | None) -> tuple[str, list[UUID]]:
    """Return `head` and its arguments, narrowed to one user's rows where an end user asks."""
    if own_user_id is None:
        return head, [tenant_id]
    return f"{head} and {column} = $2", [tenant_id, own_user_id]


def page(listing: Listing, rows: Sequence[Row], view: Callable[[Row], V]) -> Page[V]:
    """Turn the rows of a `select` into a page; the row too many says that there is a next one."""
    shown = rows[: listing.limit]
    more = len(rows) > listing.limit
    return Page(
        [view(row) for row in shown], listing, write_cursor(listing.cursor_key, shown[-1]["id"]) if more else None
    )


async def listed(
    source: Db | Tx, listing: Listing, head: str, fixed: Sequence[Any], filters: Mapping[str, Filter],
    view: Callable[[Row], V], *, id_column: str = "id", order: Order,
) -> Page[V]:  # fmt: skip
    """Read a page: what `select` finds, as `view` shows it. Raises: Invalid as `select` does."""
    sql, arguments = select(listing, head, fixed, filters, id_column=id_column, order=order)
    return page(listing, await source.fetch(sql, *arguments), view)


def write_cursor(key: bytes, last: UUID) -> str:
    """Return an opaque cursor that continues after `last`."""
    return base64.urlsafe_b64encode(_mac(key, last) + last.bytes).decode().rstrip("=")


def read_cursor(key: bytes, cursor: str) -> UUID:
    """Return the id that a cursor names. Raises: ValueError when this program did not write it for this tenant."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        last = UUID(bytes=packed[_MAC_BYTES:])
    except ValueError:
        raise ValueError("This is no cursor of this list; take page.next of an answer.") from None
    if not hmac.compare_digest(packed[:_MAC_BYTES], _mac(key, last)):
        raise ValueError("This is no cursor of this list; take page.next of an answer.")
    return last


def _mac(key: bytes, last: UUID) -> bytes:
    return hmac.digest(key, last.bytes, "sha256")[:_MAC_BYTES]
