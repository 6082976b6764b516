"""Mutants tried in a fraction of a second each: in children of one process that has read everything but the product.

`python -m tests.mutants.brood` reads a trial as a line of JSON, forks a child that puts the mutant in and runs the
tests named, and writes how it ended: the status of pytest, or null when it had to be ended. A trial without a mutant
and with `trace` writes which test runs which lines of the kernel instead (`lines.py`).
"""

import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from tests.mutants import lines
from tests.mutants.mutation import put_in

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "seeded" / "site"
# What tests and product take from others. Whatever is read here no child reads again; a mutant may be in none of it.
READ_BEFORE = (
    "pytest", "pytest_asyncio", "pytest_timeout", "hypothesis.strategies", "hypothesis.stateful", "asyncpg",
    "jsonschema_rs", "msgspec", "uuid_utils", "zoneinfo", "psutil", "httpx2", "cel_expr_python",
)  # fmt: skip
POLL_SECONDS = 0.005


def run(trial: dict[str, Any]) -> NoReturn:
    """Be one trial: put the mutant in, run the tests in the order told, and end with the status of pytest."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ |= {"PUNCHCARD_TIER": "P", "HYPOTHESIS_STORAGE_DIRECTORY": tempfile.gettempdir() + "/mutants-examples"}
    if trial.get("mutant"):
        # Servers that the tests start have the mutant as well.
        os.environ |= {"MUTANT": trial["mutant"], "PYTHONPATH": str(SITE)}
        put_in(trial["mutant"])
    import pytest  # noqa: PLC0415 - read before

    plugins = [lines.Ordered(trial["tests"])] if "tests" in trial else [lines.Tracer(Path(trial["trace"]))]
    status = 1
    try:
        options = ["-q", "-x", "--assert=plain", "-p", "no:cacheprovider"]
        status = int(pytest.main([*options, *trial["files"]], plugins=plugins))
    except BaseException:  # noqa: BLE001 - a mutant may do anything
        traceback.print_exc()
    os._exit(status)


def ended(pid: int, seconds: float) -> int | None:
    """Wait for a child; end it, and all that it has started, when it takes too long."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(POLL_SECONDS)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def attend(asked: Iterator[str]) -> None:
    """Carry out one trial after another."""
    for name in READ_BEFORE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in asked:
        trial = json.loads(line)
        pid = os.fork()
        if pid == 0:
            run(trial)
        print(json.dumps(ended(pid, trial["seconds"])), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    os.chdir(ROOT)
    attend(iter(sys.stdin.readline, ""))
