"""What breaks on our side: what the caller is told, and what the log is not."""

import sys

import asyncpg
import pytest

from punchcard.http import problems, server


def raised(cause: Exception | None) -> Exception:
    """Return an error of the driver that quotes a payload, as it is raised for a cause."""
    try:
        raise asyncpg.DataError('invalid input: [\'{"mother": "Ada"}\']') from cause
    except asyncpg.DataError as fault:
        return fault


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (MemoryError(), (503, b'"code":"outcome_unknown"')),
        (raised(MemoryError()), (503, b'"code":"outcome_unknown"')),
        (raised(None), (500, b'"code":"broken"')),
    ],
)
def test_who_lacks_memory_may_ask_again(fault: Exception, expected: tuple[int, bytes]) -> None:
    """F35: lack of memory, whatever error it was made, is 503 of unknown outcome; a fault of ours is 500."""
    status, body, headers = problems.failed(fault, "an id", "/v1/events")
    assert (status, expected[1] in body) == (expected[0], True)
    assert ("Retry-After" in headers) is (status == 503)


def test_the_log_quotes_no_values() -> None:
    """An error of the driver that quotes what it could not write stands in the log without its words; others with."""
    try:
        raise ValueError("as it is") from raised(None)
    except ValueError:
        told = server._described(sys.exc_info())  # type: ignore[arg-type]
    assert [(one["exc_type"], one["exc_value"]) for one in told] == [
        ("ValueError", "as it is"),
        ("DataError", "not shown"),
    ]
