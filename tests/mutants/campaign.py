"""Which tests are to see a mutant, and whether they do."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from tests.mutants.mutation import SOURCES, Mutant, mutants_of

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 240
CPU_SECONDS_MAX = 30
"""A mutant whose tests do not end has been seen as well; tests of the kernel that begin within `looking` need ten."""
TRACE_SECONDS_MAX = 1_800
LEDGER = (
    "tests/points/test_lots.py", "tests/points/test_wallet.py", "tests/points/test_purchases.py",
    "tests/points/test_reversal.py", "tests/points/test_pending.py", "tests/users/test_merge.py",
)  # fmt: skip
DUPLICATES = ("tests/events/test_duplicates.py", "tests/events/test_border.py", "tests/abuse/test_identity.py")
TESTS = {
    "points/ledger.py": LEDGER,
    "points/lots.py": LEDGER,
    "events/claims.py": DUPLICATES,
    "events/duplicates.py": DUPLICATES,
}
KERNEL = "tests/engine"
UNDOING = ("tests/points/test_reversal.py", "tests/points/test_reversal_chains.py", "tests/points/test_replay.py")
EARNING = ("tests/points/test_policies.py", "tests/points/test_caps.py", "tests/points/test_pending.py")
REACTING = ("tests/points/test_caps.py", "tests/events/test_reactions.py", "tests/events/test_effects.py")
TYPES = ("tests/events/test_event_types.py", "tests/events/test_event_types_changes.py")
EXPLAINING = ("tests/events/test_explain.py", "tests/events/test_trying.py")
# What the kernel's own tests do not see these may, which come to it through the engine's doors.
FURTHER = {
    "awaiting": EARNING, "earning": EARNING, "policy": EARNING, "lots": (*EARNING, "tests/points/test_expiry.py"),
    "making_room": UNDOING, "undoing": UNDOING, "reversal": UNDOING, "period": EARNING,
    "replay": ("tests/points/test_replay.py", "tests/points/test_replay_beside.py"),
    "backtest": ("tests/events/test_backtest.py", "tests/events/test_backtest_facts.py"),
    "decide": REACTING, "firing": REACTING, "limits": REACTING, "situation": REACTING, "verdicts": REACTING,
    "effects": REACTING, "derivation": REACTING, "counters": ("tests/reactors", "tests/events/test_recounting.py"),
    "constraint": EXPLAINING, "demands": EXPLAINING, "trace": EXPLAINING, "explain": EXPLAINING, "words": EXPLAINING,
    "judged": EXPLAINING, "facts": EXPLAINING, "rows": EXPLAINING, "expression": EXPLAINING,
    "compatibility": TYPES, "closed": TYPES, "schema_demands": TYPES, "schema_facts": (*TYPES, *EXPLAINING),
    "schema_cost": TYPES, "schema_parts": TYPES, "example": TYPES, "example_texts": TYPES, "webhook": REACTING,
    "audience": ("tests/users/test_audiences.py",), "audience_logic": ("tests/users/test_audiences.py",),
    "tier": ("tests/users/test_tiers.py",), "membership": ("tests/referrals",),
    "redaction": ("tests/users/test_erasure.py",),
}  # fmt: skip


def files() -> list[str]:
    """Return the files whose mutants are tried."""
    engine = sorted(str(path.relative_to(SOURCES)) for path in (SOURCES / "engine").rglob("*.py"))
    return [*engine, *TESTS]


def further_of(mutant: Mutant) -> tuple[str, ...]:
    """Return the files of tests that come to a mutant through the API."""
    return () if mutant.path in TESTS else FURTHER.get(mutant.path.removesuffix(".py").split("/")[1], ())


def drawn(seed: int) -> list[Mutant]:
    """Return all mutants of all files in an order made up by chance."""
    every = [mutant for path in files() for mutant in mutants_of(path)]
    random.Random(seed).shuffle(every)
    return every


class Brood:
    """Processes that try one mutant after another: one that is warm, and one that is cold."""

    def __init__(self, stack: ExitStack, database: dict[str, str]) -> None:
        self._database = database
        self._warm, self._cold = (_started(stack, "tests.mutants.brood", how) for how in ("warm", "cold"))

    def trace(self, target: Path) -> str:
        """Write which test of the kernel runs which line."""
        return _ask(self._warm, trace=str(target), seconds=TRACE_SECONDS_MAX, cpu_seconds=TRACE_SECONDS_MAX)

    def warm(self, mutant: Mutant, tests: list[str], looking: float) -> str:
        """Show a mutant of a function to tests of the kernel, begun within so many seconds."""
        return _ask(
            self._warm,
            mutant=mutant.name,
            tests=tests,
            looking=looking,
            seconds=SECONDS_MAX,
            cpu_seconds=CPU_SECONDS_MAX,
        )

    def cold(self, mutant: Mutant | None, files: Sequence[str], tests: list[str]) -> str:
        """Show any mutant, or none, to any tests: all of the files, or those named."""
        name = mutant.name if mutant else ""
        return _ask(
            self._cold,
            mutant=name,
            files=list(files),
            tests=tests,
            seconds=SECONDS_MAX,
            cpu_seconds=SECONDS_MAX,
            database=self._database,
        )


class Campaign:
    """Broods, and what is known of the kernel's tests.

    looking: for so many seconds tests are begun on one mutant.
    """

    def __init__(self, broods: Sequence[Brood], looking: float) -> None:
        self._free: SimpleQueue[Brood] = SimpleQueue()
        for brood in broods:
            self._free.put(brood)
        self._count, self._looking = len(broods), looking
        self._seconds: dict[str, float] = {}
        self._of_line: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._of_file: dict[str, set[str]] = defaultdict(set)

    def trace(self, target: Path) -> None:
        """Find out which test of the kernel runs which line, unless that is written in `target` already."""
        if not target.exists():
            brood = self._free.get()
            assert brood.trace(target) == "passed", "the kernel's tests must pass before mutants are tried"
            assert brood.cold(None, DUPLICATES, []) == "passed", "and those of duplicates"
            self._free.put(brood)
        for test, found in json.loads(target.read_text()).items():
            self._seconds[test] = found["seconds"]
            for path, lines in found["lines"].items():
                self._of_file[path].add(test)
                for line in lines:
                    self._of_line[path, line].add(test)

    def seen_by(self, mutant: Mutant) -> list[str]:
        """Return the kernel's tests that run a mutant's line; of one that runs while a module is read, the file's."""
        found = set().union(*(self._of_line[mutant.path, line] for line in range(mutant.line, mutant.end + 1)))
        return sorted(found or self._of_file[mutant.path], key=lambda test: self._seconds[test])

    def _within(self, tests: list[str]) -> list[str]:
        """Return the first tests, which take so many seconds together, and one at least."""
        until = accumulate(self._seconds[test] for test in tests)
        return [
            test
            for place, (test, end) in enumerate(zip(tests, until, strict=True))
            if not place or end <= self._looking
        ]

    def kernel(self, mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, bool]]:
        """Yield mutants with whether they survive the tests of the kernel, the ledger and duplicates."""
        return self._each(mutants, self._survives_kernel)

    def further(self, mutants: Iterable[Mutant]) -> Iterator[tuple[Mutant, bool]]:
        """Yield mutants with whether they survive the tests through the API, where there are such for their file."""
        return self._each((mutant for mutant in mutants if further_of(mutant)), self._survives_further)

    def _each(
        self, mutants: Iterable[Mutant], survives: Callable[[Brood, Mutant], bool]
    ) -> Iterator[tuple[Mutant, bool]]:
        """Try as many at a time as there are broods."""

        def tried(mutant: Mutant) -> bool:
            brood = self._free.get()
            try:
                return survives(brood, mutant)
            finally:
                self._free.put(brood)

        waiting: deque[tuple[Mutant, Future[bool]]] = deque()
        with ThreadPoolExecutor(self._count) as pool:
            for mutant in mutants:
                waiting.append((mutant, pool.submit(tried, mutant)))
                if len(waiting) > self._count:
                    first, found = waiting.popleft()
                    yield first, found.result()
            yield from ((mutant, found.result()) for mutant, found in waiting)

    def _survives_kernel(self, brood: Brood, mutant: Mutant) -> bool:
        if mutant.path in TESTS:
            return brood.cold(mutant, TESTS[mutant.path], []) != "seen"
        tests = self.seen_by(mutant)
        runs_while_read = not mutant.is_inside or not any(
            self._of_line[mutant.path, line] for line in range(mutant.line, mutant.end + 1)
        )
        if not runs_while_read:
            return brood.warm(mutant, tests, self._looking) != "seen"
        tests = self._within(tests)
        files = sorted({test.partition("::")[0] for test in tests})
        return not tests or brood.cold(mutant, files, tests) != "seen"

    def _survives_further(self, brood: Brood, mutant: Mutant) -> bool:
        return brood.cold(mutant, further_of(mutant), []) != "seen"


@contextmanager
def campaign(trace: Path | None = None, *, broods: int = 1, looking: float = 60) -> Iterator[Campaign]:
    """Start a campaign. `trace`: a file that keeps which tests run which lines from one campaign to the next."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        database = json.loads(_line(_started(stack, "tests.mutants.database")))
        made = Campaign([Brood(stack, database) for _ in range(broods)], looking)
        made.trace(trace or Path(folder) / "lines")
        yield made


def _started(stack: ExitStack, *module: str) -> "subprocess.Popen[str]":
    """Run a module of ours until the stack is left: it ends with its input."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    pipe = subprocess.PIPE
    return stack.enter_context(
        subprocess.Popen([sys.executable, "-m", *module], cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True)
    )


def _ask(brood: "subprocess.Popen[str]", **trial: Any) -> str:
    assert brood.stdin is not None
    brood.stdin.write(json.dumps(trial) + "\n")
    brood.stdin.flush()
    answer = str(json.loads(_line(brood)))
    assert answer != "broken", f"no test was run: {trial}"
    return answer


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()
