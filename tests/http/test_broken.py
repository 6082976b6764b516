"""What breaks on our side: what the caller is told, and what the log is not."""

import json
import subprocess
import sys

import asyncpg
import pytest

from punchcard import logs
from punchcard.http import problems


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
    refused = asyncpg.CheckViolationError("a row was refused")
    refused.detail = "Failing row contains (Ada)."
    try:
        try:
            raise ValueError("as it is") from raised(UnicodeError("Ada"))
        except ValueError as fault:
            raise refused from fault
    except asyncpg.CheckViolationError:
        told = logs.described(sys.exc_info())  # type: ignore[arg-type]
    assert [(one["exc_type"], one["exc_value"]) for one in told] == [
        ("CheckViolationError", "a row was refused"),
        ("ValueError", "as it is"),
        ("DataError", logs.NOT_SHOWN),
    ]


OTHERS = """
import asyncio, logging, threading, uvloop, warnings
from asyncpg import DataError
from punchcard import logs
from punchcard.config import Settings

logs.configure(Settings())
logs.tell("PostgreSQL is recovering")

def broken(*_):
    raise DataError("invalid input: Ada")

async def awaited_by_nobody():
    broken()

async def main():
    asyncio.get_running_loop().call_soon(broken, "Ada")
    asyncio.ensure_future(awaited_by_nobody())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

uvloop.run(main())
try:
    broken()
except DataError:
    logging.getLogger("asyncpg.pool").warning("retrying", exc_info=True)
logging.getLogger("asyncpg.pool").info("of no interest")
logging.getLogger("asyncpg.pool").warning("%d", "of no number")
logging.getLogger("asyncpg.pool").error("no error", exc_info=True)
warnings.warn_explicit("old", UserWarning, "some.py", 1)
thread = threading.Thread(target=broken)
thread.start()
thread.join()
type("Never", (), {"__del__": broken})()
broken()
"""


def test_what_others_say_is_a_line_of_the_log() -> None:
    """What libraries and Python say is a JSON line each, without the values that are in it: errors with a traceback."""
    done = subprocess.run([sys.executable, "-c", OTHERS], capture_output=True, text=True, timeout=60, check=False)
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["level"], line.get("logger"), line["event"], "exception" in line) for line in said] == [
        ("warning", None, "PostgreSQL is recovering", False),
        ("error", "asyncio", "Exception in callback ...", True),
        ("error", "asyncio", "Task exception was never retrieved", True),
        ("warning", "asyncpg.pool", "retrying", False),
        ("error", "asyncpg.pool", "no error", False),
        ("warning", "py.warnings", "some.py:1: UserWarning: old", False),
        ("critical", "python", "a thread broke", True),
        ("error", "python", "an error has nobody to be told", True),
        ("critical", "python", "the program broke", True),
    ]
    assert said[3]["reason"] == "DataError: not shown"
    assert "Ada" not in done.stderr
