"""What `./dev prove` makes of a run of tests: nothing is met that failed, broke off, or was not tried."""

from collections import Counter

import pytest

from tests.prove.__main__ import LATE, files_of, judge
from tests.prove.figures import FIGURES
from tests.sizes import SIZES

BY_NAME = {figure.name: figure for figure in FIGURES}
ENOUGH = Counter({name: size.on_release for name, size in SIZES.items()})
PASSED = "....\n4 passed in 3.00s\n"
SKIPPED = "s\nSKIPPED [1] tests/abuse/test_overload.py:151: this machine lets a process open 100 files at most\n"


def verdict(name: str, status: int, printed: str, counted: Counter[str] = ENOUGH) -> tuple[str, bool]:
    """Return the verdict on a figure, and whether it counts as missed."""
    outcome = judge(BY_NAME[name], status, printed, counted, 3.0)
    return outcome.verdict, outcome.is_missed


def test_what_passed_whole_is_met() -> None:
    """All of the size: met; a part of it: met as far as the time went, which is no miss."""
    assert verdict("R04", 0, PASSED) == ("met", False)
    assert verdict("R04", 0, PASSED, Counter({"R04 keys x 32": 7})) == ("met, as far as the time went", False)


@pytest.mark.parametrize(
    ("status", "printed", "cause"),
    [
        (1, "F\nFAILED tests/a.py::test_b - assert 1 == 2\n", "tests/a.py::test_b - assert 1 == 2"),
        (1, "E\nERROR tests/a.py::test_b - OSError: full\n", "tests/a.py::test_b - OSError: full"),
        (2, "no module named x\n", "pytest ended with status 2: 'no module named x'"),
        (5, "no tests ran in 0.01s\n", "pytest ended with status 5: 'no tests ran in 0.01s'"),
        (LATE, ".", "it did not end in time"),
    ],
)
def test_what_failed_or_broke_off_is_missed_with_its_cause(status: int, printed: str, cause: str) -> None:
    """A failure, an error around a test, a run that did not begin, and one that did not end: each by its name."""
    assert verdict("R04", status, printed) == (f"**missed**: {cause}", True)


def test_what_was_not_tried_is_missed() -> None:
    """A figure of which everything was left out, or nothing was counted, is not met, and says why."""
    why = "this machine lets a process open 100 files at most"
    assert verdict("R20", 0, f"{SKIPPED}1 skipped in 3.00s\n") == (f"**missed**: no test was tried: {why}", True)
    told = verdict("R07", 0, PASSED, Counter({"R07 stock races": 1_000}))
    assert told == ("**missed**: no code races was tried: nothing says why", True)


def test_what_was_left_out_in_part_is_named() -> None:
    """Beside others that passed, what was left out stands in the verdict."""
    told, is_missed = verdict("R20", 0, f"{SKIPPED}3 passed, 1 skipped in 3.00s\n")
    assert (told, is_missed) == ("met; left out: this machine lets a process open 100 files at most", False)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_figure_has_its_tests(figure: object) -> None:
    """Each figure is tried by some file, or says why by none."""
    found = BY_NAME[figure.name]  # type: ignore[attr-defined]
    assert bool(files_of(found)) is not bool(found.missing)
