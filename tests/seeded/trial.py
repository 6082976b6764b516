"""A trial of one bug: its test, in processes that have the bug, must fail."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.conftest import MOULD
from tests.seeded.bugs import Bug
from tests.seeded.plugin import COUNTED

ROOT = Path(__file__).parents[2]
UNWANTED = ("-p", "no:schemathesis", "-p", "no:hypothesispytest")
"""What pytest would load though no trial needs it: half of what a start costs."""
FAILED = 1
"""Pytest's exit status when tests failed; whatever else it is, nothing was found out."""


class Outcome(NamedTuple):
    """Whether the test saw the bug, after how many requests, and the line that says what it saw."""

    is_caught: bool
    requests: int
    word: str


def try_out(bug: Bug, mould: Path, seconds_max: float = 300) -> Outcome:
    """Run a bug's test with the bug, on copies of `mould`, unless what makes such folders has the bug.

    Raises: RuntimeError when it came to neither a failure nor a success.
    """
    is_in_scripts = any(change.path.endswith(".sql") for change in bug.changes)
    environment = (
        os.environ
        | ({} if is_in_scripts else {MOULD: str(mould)})
        | {
            "SEEDED": bug.name,
            "PYTHONPATH": str(Path(__file__).parent / "site"),
            "PUNCHCARD_TIER": "P",
        }
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "tests.seeded.plugin",
        "-p",
        "no:cacheprovider",
        *UNWANTED,
    ]
    done = subprocess.run(
        [*command, bug.test],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=seconds_max,
        check=False,
    )
    counted = re.search(rf"^{COUNTED}(\d+)$", done.stdout, re.MULTILINE)
    failures = done.stdout.partition("= FAILURES =")[2]  # what a server logged meanwhile stands before
    words = re.findall(r"^E +(.+)$", failures, re.MULTILINE)
    if done.returncode not in (0, FAILED) or counted is None or (done.returncode == FAILED and not failures):
        raise RuntimeError(f"{bug.name}: {done.stdout[-2_000:]} {done.stderr[-2_000:]}")
    return Outcome(bool(failures), int(counted[1]), (words or [""])[0].strip()[:160])
