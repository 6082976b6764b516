"""The tests find the bugs that they were written to find (R19)."""

from pathlib import Path

import pytest

from tests.seeded.bugs import BUGS, Bug
from tests.seeded.planting import SOURCES, changed
from tests.seeded.trial import try_out
from tests.sizes import TIER, done

pytestmark = pytest.mark.figure(name="R19")
TRIED = [bug for bug in BUGS if bug.on_change or TIER == "R"]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_it_can_be_planted(bug: Bug) -> None:
    """Each change of a bug is of one place of the sources as they are, and its test exists."""
    for path in {change.path for change in bug.changes}:
        assert changed(bug, path, (SOURCES / path).read_text()) != (SOURCES / path).read_text()
    file, _, name = bug.test.partition("::")
    assert f"def {name.partition('[')[0]}" in (SOURCES.parents[1] / file).read_text()


@pytest.mark.parametrize("bug", TRIED, ids=lambda bug: bug.name)
def test_it_is_caught(bug: Bug, mould: Path) -> None:
    """R19: with the bug, the test fails."""
    outcome = try_out(bug, mould)
    print(f"| {bug.name} | {bug.test} | {outcome.requests} | {outcome.word} |")  # noqa: T201 - a row of the table
    done["R19 seeded bugs"] += 1
    assert outcome.is_caught
