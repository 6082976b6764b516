"""The tests of the kernel, the ledger and duplicates see most of what can be changed there (M01)."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutants.mutation import SOURCES, Mutant, mutants_of
from tests.sizes import SEED, TIER, rounds

ROOT = Path(__file__).parents[2]
SITE = ROOT / "tests" / "seeded" / "site"
SCORE_MIN = 0.85
SECONDS_MAX = 240
"""A mutant whose tests do not end has been seen as well."""
LEDGER = ("tests/points/test_lots.py", "tests/points/test_wallet.py", "tests/points/test_purchases.py")
DUPLICATES = ("tests/events/test_duplicates.py", "tests/events/test_border.py", "tests/abuse/test_identity.py")
TESTS = {
    "points/ledger.py": LEDGER,
    "points/lots.py": LEDGER,
    "events/claims.py": DUPLICATES,
    "events/duplicates.py": DUPLICATES,
}


def files() -> list[str]:
    """Return the files whose mutants are tried."""
    engine = sorted(str(path.relative_to(SOURCES)) for path in (SOURCES / "engine").rglob("*.py"))
    return [*engine, *TESTS]


def seen_by(path: str) -> list[tuple[str, ...]]:
    """Return the tests that may see a mutant: the file's own first, and all of the kernel's if those do not."""
    if path in TESTS:
        return [TESTS[path]]
    if "/expression/" in path:
        own = tuple(sorted(str(one.relative_to(ROOT)) for one in (ROOT / "tests/engine").glob("test_expression*.py")))
        return [own]
    own = (f"tests/engine/test_{Path(path).stem}.py",)
    return [own, ("tests/engine",)] if (ROOT / own[0]).exists() else [("tests/engine",)]


def survives(mutant: Mutant) -> bool:
    """Tell whether all tests that look at a mutant pass."""
    return all(passes(mutant, tests) for tests in seen_by(mutant.path))


def passes(mutant: Mutant, tests: tuple[str, ...]) -> bool:
    """Run tests with a mutant; those that do not end do not pass."""
    environment = os.environ | {"MUTANT": mutant.name, "PYTHONPATH": str(SITE), "PUNCHCARD_TIER": "P"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def test_a_mutant_is_made_again() -> None:
    """Every file has the same mutants each time, numbered without a gap, and none of them is the source itself."""
    for path in files():
        made = mutants_of(path)
        assert [mutant.number for mutant in made] == list(range(len(made)))
        assert made == mutants_of(path)


@pytest.mark.figure(name="M01")
@pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it")
def test_most_mutants_are_seen() -> None:
    """M01: of mutants drawn from all files, at least 85 % make a test fail; those that do not are named."""
    chance = random.Random(SEED)
    every = [mutant for path in files() for mutant in mutants_of(path)]
    chance.shuffle(every)
    survivors = []
    tried = 0
    for number in rounds("M01 mutants"):
        tried = number + 1
        if survives(every[number]):
            survivors.append(every[number])
            print(f"survived: {every[number].name}, line {every[number].line}: {every[number].what}")  # noqa: T201
    print(f"mutants: {tried - len(survivors)} of {tried} seen, of {len(every)} there are")  # noqa: T201 - the figure
    assert len(survivors) <= tried * (1 - SCORE_MIN)
