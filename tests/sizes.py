"""How much of a figure is tried: on each change (tier P, in `./dev test`), or before a release (tier R, `./dev prove`).

A test reads its size here and nowhere else, and is the same code in both tiers. In tier R it goes on until the size of
a release is reached or its time is over, and never ends before that of tier P; what was reached is counted, and told.
"""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

TIER: Final = os.environ.get("PUNCHCARD_TIER", "P")
SECONDS: Final = float(os.environ.get("PUNCHCARD_PROVE_SECONDS", "60"))
SEED: Final = int(os.environ.get("PUNCHCARD_SEED", "20260301"))
TOLD: Final = os.environ.get("PUNCHCARD_FIGURES")


class Size(NamedTuple):
    """How often on each change, and before a release."""

    on_change: int
    on_release: int


SIZES: Final[dict[str, Size]] = {
    "R01 kills of the engine alone": Size(40, 900),
    "R01 kills with its PostgreSQL": Size(10, 100),
    "R02 kills of PostgreSQL": Size(10, 200),
    "R03 failpoints x rounds": Size(12, 12 * 20),
    "R04 keys x 32": Size(100, 2_000),
    "R05 points of time": Size(201, 201 * 20),
    "R06 balance races": Size(60, 1_000),
    "R07 stock races": Size(60, 1_000),
    "R07 code races": Size(6, 100),
    "R08 requests": Size(5_000, 200_000),
    "R11 seconds of soak": Size(0, 3_600),
    "R12 graphs": Size(20, 1_000),
    "R18 members": Size(1, 100),
    "R19 seeded bugs": Size(6, 19),
    "N01 faults": Size(4, 300),
    "M01 mutants": Size(40, 400),
    "pairs of schemas": Size(1_000, 100_000),
    "schemas with examples": Size(700, 50_000),
    "schemas closed": Size(600, 50_000),
}
"""By the figure's number, if it has one, and what is counted."""
REQUESTS_A_SECOND = 60
"""What a fuzzer is counted upon to send, where a number has to be known before the first request."""

done: Counter[str] = Counter()


def rounds(name: str, each: int = 1, *, of: int = 1, share: float = 1) -> Iterator[int]:
    """Yield the numbers of rounds from 0 on; each counts for so many.

    of: how many tests share size and time. share: the part of the time after which no further round begins.
    """
    size, started, number = SIZES[name], time.monotonic(), 0
    least, most = size.on_change / of, (size.on_change if TIER == "P" else size.on_release) / of
    while number * each < most:
        if number * each >= least and time.monotonic() - started > SECONDS * share / of:
            return
        yield number
        number += 1
        done[name] += each


def count_of(name: str, a_second: int) -> int:
    """Return a number that must be known beforehand, given how many are done in a second."""
    size = SIZES[name]
    most = size.on_change if TIER == "P" else min(size.on_release, round(SECONDS * a_second))
    return max(size.on_change, most)


def tell() -> None:
    """Append what was done to the file that `./dev prove` reads."""
    if TOLD and done:
        with Path(TOLD).open("a") as told:
            told.write(json.dumps(done) + "\n")
        done.clear()
