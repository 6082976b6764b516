"""Which tests are to see a mutant, and whether they do."""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.mutants.mutation import SOURCES, Mutant, mutants_of

ROOT = Path(__file__).parents[2]
SECONDS_MAX = 240
"""A mutant whose tests do not end has been seen as well."""
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


def drawn(seed: int) -> list[Mutant]:
    """Return all mutants of all files in an order made up by chance."""
    every = [mutant for path in files() for mutant in mutants_of(path)]
    random.Random(seed).shuffle(every)
    return every


class Campaign:
    """A brood, and what it has found out about the kernel's tests."""

    def __init__(self, brood: "subprocess.Popen[str]") -> None:
        self._brood = brood
        self._seconds: dict[str, float] = {}
        self._of_line: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._of_file: dict[str, set[str]] = defaultdict(set)

    def _ask(self, **trial: Any) -> int | None:
        assert self._brood.stdin is not None
        assert self._brood.stdout is not None
        self._brood.stdin.write(json.dumps(trial) + "\n")
        self._brood.stdin.flush()
        status = json.loads(self._brood.stdout.readline())
        return status if status is None else int(status)

    def trace(self, target: Path) -> None:
        """Find out which test of the kernel runs which line, unless that is written in `target` already."""
        if not target.exists():
            status = self._ask(files=[KERNEL], trace=str(target), seconds=TRACE_SECONDS_MAX)
            assert status == 0, "the kernel's tests must pass before mutants are tried"
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

    def survives(self, mutant: Mutant) -> bool:
        """Tell whether all tests that look at a mutant pass."""
        if mutant.path in TESTS:
            return self._ask(mutant=mutant.name, files=TESTS[mutant.path], tests=[], seconds=SECONDS_MAX) == 0
        tests = self.seen_by(mutant)
        chosen = sorted({test.partition("::")[0] for test in tests})
        if tests and self._ask(mutant=mutant.name, files=chosen, tests=tests, seconds=SECONDS_MAX) != 0:
            return False
        further = FURTHER.get(mutant.path.removesuffix(".py").split("/")[1], ())
        return not further or self._ask(mutant=mutant.name, files=further, tests=[], seconds=SECONDS_MAX) == 0


@contextmanager
def campaign(trace: Path | None = None) -> Iterator[Campaign]:
    """Start a campaign. `trace`: a file that keeps which tests run which lines from one campaign to the next."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "tests.mutants.brood"]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as brood,
    ):
        try:
            made = Campaign(brood)
            made.trace(trace or Path(folder) / "lines")
            yield made
        finally:
            brood.kill()
