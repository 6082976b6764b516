"""A file of events, one a line, cut into batches: always in the same places, and in constant memory."""

import contextlib
import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from msgspec import Struct

from punchcard import wire
from punchcard.errors import Malformed

LINE_BYTES_MAX = 262_144
BATCH_BYTES_MAX = 4_194_304  # below what a server takes by default


class Row(Struct, frozen=True):
    """One line that can be read: its number from 1 on, its bytes, whom it is about, and when it is said to occur."""

    number: int
    content: bytes
    subject: str | None
    occurred_at: datetime | None = None


class Unreadable(Struct, frozen=True):
    """One line that cannot be read, and why."""

    number: int
    reason: str


class Batch(Struct, frozen=True):
    """Rows that are sent together. `read_bytes` is how far the file has been read."""

    key: str
    rows: list[Row]
    unreadable: list[Unreadable]
    read_bytes: int

    @property
    def content(self) -> bytes:
        """The rows as a request's body."""
        return body_of(self.rows)


def body_of(rows: list[Row]) -> bytes:
    """Return rows as NDJSON."""
    return b"\n".join(row.content for row in rows)


def batches(file: BinaryIO, rows_max: int, label: str = "") -> Iterator[Batch]:
    """Cut a file into batches of up to `rows_max` rows.

    A batch's key is made from the label, from all rows before it and from its own first row. So the same file has the
    same keys whenever it is read; and where a changed file, or one cut otherwise, would send rows a second time, a key
    meets another body than before, which the server refuses.
    """
    before = hashlib.blake2b(label.encode(), digest_size=16)
    for rows, unreadable, read_bytes in _cut(file, rows_max):
        named = before.copy()
        for row in rows[:1]:
            named.update(row.content)
        yield Batch(f"import-{named.hexdigest()}", rows, unreadable, read_bytes)
        for row in rows:
            before.update(row.content + b"\n")


def _cut(file: BinaryIO, rows_max: int) -> Iterator[tuple[list[Row], list[Unreadable], int]]:
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    size = read_bytes = 0
    for number, line, length in _lines(file):
        found = _read(number, line)
        if isinstance(found, Row) and rows and size + len(found.content) + 1 > BATCH_BYTES_MAX:
            yield rows, unreadable, read_bytes
            rows, unreadable, size = [], [], 0
        read_bytes += length
        if isinstance(found, Row):
            rows.append(found)
            size += len(found.content) + 1
        elif found is not None:
            unreadable.append(found)
        if len(rows) + len(unreadable) == rows_max:
            yield rows, unreadable, read_bytes
            rows, unreadable, size = [], [], 0
    if rows or unreadable:
        yield rows, unreadable, read_bytes


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes, int]]:
    """Yield number, content and length of each line; one that is too long is cut, not kept."""
    number = 0
    while line := file.readline(LINE_BYTES_MAX + 2):
        number += 1
        length = len(line)
        rest = line
        while not rest.endswith(b"\n") and (rest := file.readline(LINE_BYTES_MAX)):
            length += len(rest)
        yield number, line, length


def _read(number: int, line: bytes) -> Row | Unreadable | None:
    content = line.strip()
    if not content:
        return None
    if len(content) > LINE_BYTES_MAX:
        return Unreadable(number, f"The line is longer than {LINE_BYTES_MAX} bytes.")
    try:
        event: Any = wire.decode(content)
    except Malformed as fault:
        return Unreadable(number, fault.detail)
    if not isinstance(event, dict):
        return Row(number, content, None)
    subject, told = event.get("subject"), event.get("occurredAt")
    occurred_at = None
    if isinstance(told, str):
        with contextlib.suppress(ValueError):  # for the server to refuse
            occurred_at = wire.parse_instant(told)
    return Row(number, content, subject if isinstance(subject, str) else None, occurred_at)
