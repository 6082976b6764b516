"""Mutants tried in a fraction of a second each: in children of a process that has read everything beforehand.

`python -m tests.mutants.brood warm` has read the product and the kernel's tests: a child exchanges the code of the
function that the mutant is in. `... cold` has read everything but the product: a child reads that with the mutant in
it, for what happens while modules are read, and for tests that come to the code through the API. Each trial is a line
of JSON, and is answered by one: `seen`, `passed`, or `unended` when the tests' time was over before all had run;
`broken` says that no test was run at all, which is no mutant's fault.
"""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutants import lines
from tests.mutants.mutation import SOURCES, exchange, put_in

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "seeded" / "site"
KERNEL = "tests/engine"
# What tests and product take from others. Whatever is read here no child reads again; a mutant may be in none of it.
READ_BEFORE = (
    "pytest_asyncio", "pytest_timeout", "hypothesis.strategies", "hypothesis.stateful", "asyncpg",
    "jsonschema_rs", "msgspec", "uuid_utils", "zoneinfo", "psutil", "httpx2", "cel_expr_python",
)  # fmt: skip
OPTIONS = ("-q", "-x", "--assert=plain", "-p", "no:cacheprovider")
EXAMPLES_TRACED = 60
POLL_SECONDS = 0.002
PASSED, SEEN, UNENDED, BROKEN = 0, 1, 3, 4
WORDS = {PASSED: "passed", UNENDED: "unended", BROKEN: "broken"}
NO_TESTS = 5
"""What pytest answers when it finds none."""

Trial = dict[str, Any]
Run = Callable[[Trial], int]


def quick() -> None:
    """Have hypothesis make the same examples each time, and not look for the smallest that fails: one is enough."""
    every = list(HealthCheck)
    phases = (Phase.explicit, Phase.generate)
    quickly = settings(deadline=None, database=None, derandomize=True, phases=phases, suppress_health_check=every)
    settings.register_profile("mutants", quickly)
    settings.load_profile("mutants")


def few(items: list[pytest.Item]) -> None:
    """Have properties try few examples: which lines they run shows soon."""
    for item in items:
        held = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
        if held is not None:
            fewer = settings(held, max_examples=min(held.max_examples, EXAMPLES_TRACED))
            item.obj._hypothesis_internal_use_settings = fewer  # type: ignore[attr-defined]


class Kernel:
    """A plugin that has pytest collect the kernel's tests, and run some of them in a child for each trial."""

    def __init__(self, asked: Iterator[str], answers: int) -> None:
        self._asked, self._answers = asked, answers

    def pytest_configure(self) -> None:
        """Settle what hypothesis does before tests are read."""
        quick()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Carry out one trial after another."""
        items = {item.nodeid: item for item in session.items}
        functions = [
            each
            for each in gc.get_objects()
            if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(SOURCES))
        ]

        def run(trial: Trial) -> int:
            if "trace" in trial:
                few(session.items)
                tracer = lines.Tracer(Path(trial["trace"]))
                session.config.pluginmanager.register(tracer)
                status = _run(session, session.items, trial["seconds"])
                tracer.write()
                return status
            exchange(trial["mutant"], functions)
            return _run(session, [items[name] for name in trial["tests"]], trial["looking"])

        gc.freeze()
        attend(self._asked, self._answers, run)
        return True


def _run(session: pytest.Session, items: list[pytest.Item], seconds: float) -> int:
    """Run tests until one fails; begin none after so many seconds."""
    started = time.monotonic()
    for item, following in zip(items, [*items[1:], None], strict=True):
        if time.monotonic() - started > seconds:
            return UNENDED
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return SEEN
    return PASSED


def run_cold(trial: Trial) -> int:
    """Put the mutant in, if there is one, then read the product and run the tests, in the order told where one is."""
    os.environ |= {"PUNCHCARD_TIER": "P", "HYPOTHESIS_STORAGE_DIRECTORY": tempfile.gettempdir() + "/mutants-examples"}
    if trial["mutant"]:
        # Servers that the tests start have the mutant as well.
        os.environ |= {"MUTANT": trial["mutant"], "PYTHONPATH": str(SITE)}
        put_in(trial["mutant"])
    quick()
    if trial["database"]:
        borrow(**trial["database"])
    status = int(pytest.main([*OPTIONS, *trial["files"]], plugins=[lines.Ordered(trial["tests"])]))
    return {PASSED: PASSED, NO_TESTS: BROKEN}.get(status, SEEN)


def borrow(app: str, owner: str) -> None:
    """Have tests use a database that is there, rather than make one."""
    from punchcard.db import embedded  # noqa: PLC0415 - not before the mutant is in

    @contextlib.asynccontextmanager
    async def running(*_: Any, **__: Any) -> AsyncIterator[embedded.Urls]:
        yield embedded.Urls(app, owner)

    embedded.running = running


def attend(asked: Iterator[str], answers: int, run: Run) -> None:
    """Carry out each trial in a child of its own."""
    for line in asked:
        trial = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            # By its own time and not the clock's: a machine that is busy makes no mutant seen.
            resource.setrlimit(resource.RLIMIT_CPU, (trial["cpu_seconds"], trial["cpu_seconds"]))
            status = BROKEN
            try:
                status = run(trial)
            except BaseException:  # noqa: BLE001 - told as what it is
                traceback.print_exc()
            os._exit(status)
        os.write(answers, json.dumps(WORDS.get(ended(pid, trial["seconds"]), "seen")).encode() + b"\n")


def ended(pid: int, seconds: float) -> int:
    """Wait for a child; end it, and all that it has started, when it takes too long: then its mutant was seen."""
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(POLL_SECONDS)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return SEEN
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def main() -> None:
    """Read everything, and attend."""
    os.chdir(ROOT)
    # What tests and the product print is nobody's; the answers have a way of their own.
    answers, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    asked = iter(sys.stdin.readline, "")
    for name in READ_BEFORE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if sys.argv[1] == "cold":
        attend(asked, answers, run_cold)
    else:
        os.environ["PUNCHCARD_TIER"] = "P"
        pytest.main([*OPTIONS, "--capture=no", KERNEL], plugins=[Kernel(asked, answers)])


if __name__ == "__main__":
    main()
