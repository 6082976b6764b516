"""`./dev prove`: the figures of reliability at the size of a release, as far as a time allows, as one Markdown table.

Each figure is one run of pytest over the tests that carry its mark, with the sizes of tier R (tests/sizes.py). The time
is shared out by weight; what a figure leaves over goes to those after it. A figure that did not reach its size says so,
and one that failed names its cause: the exit status is then 1.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.prove.figures import FIGURES, Figure
from tests.sizes import SIZES

ROOT = Path(__file__).parents[2]
GRACE = 20
"""How much longer than its share a figure may take, in shares and minutes, before it is ended and counted as missed."""

LATE = 1_000
"""In the place of an exit status: it was ended."""
SKIPPED = r"^SKIPPED \[\d+\] \S+: (.+)$"
NOTE = r"[.FsE]*((?:\| |survived: |mutants: |overload: |nemesis ).*)"
"""What a test prints for the report, behind pytest's own marks."""


class Outcome(NamedTuple):
    """What a figure came to."""

    figure: Figure
    tried: str
    verdict: str
    is_missed: bool
    seconds: float
    notes: list[str]


def main() -> int:
    """Run the figures, print the table; return 1 when one was missed."""
    asked = arguments()
    chosen = [figure for figure in FIGURES if not asked.only or figure.name in asked.only]
    deadline = time.monotonic() + asked.minutes * 60
    outcomes = []
    for place, figure in enumerate(chosen):
        left = max(0.0, deadline - time.monotonic())
        share = left * figure.weight / sum(each.weight for each in chosen[place:])
        outcomes.append(prove(figure, share, asked.seed))
        print(row(outcomes[-1]), file=sys.stderr, flush=True)  # noqa: T201 - progress
    report = "\n".join(table(outcomes, asked.minutes, asked.seed))
    print(report)  # noqa: T201 - the table
    if asked.report is not None:
        asked.report.write_text(report + "\n")
    return int(any(outcome.is_missed for outcome in outcomes))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="./dev prove", description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--minutes", type=float, default=60.0, help="how long it may take (60)")
    parser.add_argument("--seed", type=int, default=20_260_301, help="of all that is drawn by chance (20260301)")
    names = [figure.name for figure in FIGURES]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="FIGURE", help="these figures alone, R01 for instance"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the table there as well")
    return parser.parse_args()


def prove(figure: Figure, seconds: float, seed: int) -> Outcome:
    """Run the tests of one figure."""
    if figure.missing:
        return Outcome(figure, "-", f"not proven: {figure.missing}", is_missed=False, seconds=0, notes=[])
    files = files_of(figure)
    if not files:
        return Outcome(figure, "-", "**missed**: no test carries its mark", is_missed=True, seconds=0, notes=[])
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "figures"
        environment = os.environ | {
            "PUNCHCARD_TIER": "R",
            # A figure of several parts has its time for all of them.
            "PUNCHCARD_PROVE_SECONDS": str(seconds / max(1, len(parts(figure)))),
            "PUNCHCARD_SEED": str(seed),
            "PUNCHCARD_FIGURES": str(told),
        }
        # A figure is one test, or a few, and takes the time that it is given.
        command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--timeout=0", *files]
        try:
            done = subprocess.run(
                [*command, "-m", f"figure(name={figure.name!r})"],
                cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
                timeout=seconds * 2 + GRACE * 60,
            )  # fmt: skip
            status, printed = done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            status, printed = LATE, (late.stdout or b"").decode() if isinstance(late.stdout, bytes) else ""
        counted: Counter[str] = Counter()
        for line in told.read_text().splitlines() if told.exists() else ():
            counted.update(json.loads(line))
    return judge(figure, status, printed, counted, time.monotonic() - started)


def files_of(figure: Figure) -> list[str]:
    """Return the files with tests of a figure: to read all others takes longer than some figures."""
    mark = f'figure(name="{figure.name}")'
    return [str(path) for path in sorted((ROOT / "tests").rglob("test_*.py")) if mark in path.read_text()]


def parts(figure: Figure) -> list[str]:
    """Return what is counted of a figure."""
    return [name for name in SIZES if name.startswith(figure.name)]


def judge(figure: Figure, status: int, printed: str, counted: Counter[str], seconds: float) -> Outcome:
    """Say what a run came to."""
    passed = re.search(r"(\d+) passed", printed)
    tried = ", ".join(f"{counted[name]:,} of {SIZES[name].on_release:,} {name[4:]}" for name in parts(figure))
    tried = tried or f"{passed[1] if passed else 0} tests"
    told = [re.match(NOTE, line) for line in printed.splitlines()]
    notes = [found[1] for found in told if found]
    if cause := missed(figure, status, printed, counted):
        return Outcome(figure, tried, f"**missed**: {cause[:200]}", is_missed=True, seconds=seconds, notes=notes)
    short = [name for name in parts(figure) if counted[name] < SIZES[name].on_release]
    verdict = "met, as far as the time went" if short else "met"
    if left_out := re.findall(SKIPPED, printed, re.MULTILINE):
        verdict += f"; left out: {'; '.join(dict.fromkeys(left_out))[:200]}"
    return Outcome(figure, tried, verdict, is_missed=False, seconds=seconds, notes=notes)


def missed(figure: Figure, status: int, printed: str, counted: Counter[str]) -> str:
    """Return why a figure is missed: something failed, broke off, or was not tried at all. Nothing when it is met."""
    if status == LATE:
        return "it did not end in time"
    if status:
        told = re.findall(r"^(?:FAILED|ERROR) (.+)$", printed, re.MULTILINE)
        return told[0] if told else f"pytest ended with status {status}: {printed.strip()[-150:]!r}"
    untried = [name[4:] for name in parts(figure) if not counted[name]]
    if untried or not re.search(r"\d+ passed", printed):
        why = re.findall(SKIPPED, printed, re.MULTILINE) or ["nothing says why"]
        return f"no {' and no '.join(untried) or 'test'} was tried: {why[0]}"
    return ""


def table(outcomes: list[Outcome], minutes: float, seed: int) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"# Figures of reliability: {minutes:g} minutes, seed {seed}"
    yield ""
    yield f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}."
    yield 'Nothing found in N tries says that the rate is below some 3/N: "tried" is that N.'
    yield ""
    yield "| # | Figure | Tried | Verdict | Seconds |"
    yield "| --- | --- | --- | --- | --- |"
    yield from map(row, outcomes)
    notes = [note for outcome in outcomes for note in outcome.notes]
    told = [note for note in notes if not note.startswith("|")]
    notes = [note for note in notes if note.startswith("|")]
    yield from ("", *(f"- {note}" for note in told)) if told else ()
    if notes:
        yield from ("", "| Seeded bug | Caught by | Requests | What it saw |", "| --- | --- | --- | --- |", *notes)


def row(outcome: Outcome) -> str:
    """Return a figure's line of the table."""
    figure = outcome.figure
    verdict = outcome.verdict.replace("|", "/")
    return f"| {figure.name} | {figure.what} | {outcome.tried} | {verdict} | {outcome.seconds:.0f} |"


if __name__ == "__main__":
    sys.exit(main())
