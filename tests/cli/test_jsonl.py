"""A file of events is cut always in the same places, whatever its size."""

import io
import tracemalloc
from pathlib import Path

from punchcard.cli import jsonl


def cut(content: bytes, rows_max: int = 2, label: str = "") -> list[jsonl.Batch]:
    """Cut a file's content."""
    return list(jsonl.batches(io.BytesIO(content), rows_max, label))


def test_keys_follow_from_what_came_before() -> None:
    """The same rows have the same keys; a change of a row changes the keys of all batches after its own."""
    rows = [b'{"n":%d}' % number for number in range(6)]
    one, same = cut(b"\n".join(rows)), cut(b"\r\n".join([*rows, b""]))
    assert [(batch.key, batch.content) for batch in one] == [(batch.key, batch.content) for batch in same]
    rows[1] = b'{"n":9}'
    other = cut(b"\n".join(rows))
    assert [a.key == b.key for a, b in zip(one, other, strict=True)] == [True, False, False]
    assert {batch.key for batch in one} & {batch.key for batch in cut(b"\n".join(rows), label="May")} == set()


def test_equal_rows_in_two_batches_have_two_keys() -> None:
    """Two batches with the same content are two batches."""
    assert len({batch.key for batch in cut(b'{"a":1}\n' * 8)}) == 4


def test_lines_that_cannot_be_read_are_told_by_number() -> None:
    """Lines that are no JSON, or too long, are set aside; blank ones are passed over."""
    long = b'{"text":"' + b"x" * jsonl.LINE_BYTES_MAX + b'"}'
    (batch,) = cut(b"\n".join([b'{"a":1}', b"", b"{", long, b'{"a":1,"a":2}', b'{"a":2}']), 10)
    assert [row.number for row in batch.rows] == [1, 6]
    assert [line.number for line in batch.unreadable] == [3, 4, 5]


def test_a_batch_stays_below_what_a_server_takes() -> None:
    """Large rows make batches end early."""
    row = b'{"text":"%s"}\n' % (b"x" * 200_000)
    found = cut(row * 50, 1_000)
    assert sum(len(batch.rows) for batch in found) == 50
    assert max(len(batch.content) for batch in found) <= jsonl.BATCH_BYTES_MAX


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file of 24 MB, one line of which has 12 MB, is cut within 4 MB."""
    file = tmp_path / "large.jsonl"
    with file.open("wb") as out:
        out.writelines(b'{"subject":"member-%d","payload":{"text":"%s"}}\n' % (n, b"x" * 1_000) for n in range(12_000))
        out.write(b"y" * 12_000_000)
    tracemalloc.start()
    with file.open("rb") as content:
        rows = sum(len(batch.rows) for batch in jsonl.batches(content, 500))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 12_000
    assert peak < 4_000_000
