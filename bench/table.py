"""Tables as README.md shows them."""

import os
import platform
from datetime import UTC, datetime

from msgspec import Struct

from punchcard import __name__ as name


class Figure(Struct, frozen=True):
    """A ratio of this run, of which more is better or less; and the least and greatest of its rounds, if there were."""

    value: float
    more: bool = True
    least: float | None = None
    most: float | None = None


class Table(Struct, frozen=True):
    """A heading, the columns' names, rows, and the ratios among them by which a later run is judged."""

    heading: str
    columns: list[str]
    rows: list[list[str]]
    figures: dict[str, Figure] = {}

    def text(self) -> str:
        """Return it as Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"### {self.heading}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def ratio(ours: list[float], theirs: list[float], *, more: bool = True) -> Figure:
    """Return the ratio of the best rounds of both, and the least and greatest within a round."""
    best = max if more else min
    each = [one / other for one, other in zip(ours, theirs, strict=True)]
    return Figure(round(best(ours) / best(theirs), 3), more, round(min(each), 3), round(max(each), 3))


def cells(figure: Figure) -> list[str]:
    """Return a ratio and its spread."""
    spread = "" if figure.least is None or figure.most is None else f"{figure.least:.2f} to {figure.most:.2f}"
    return [f"{figure.value:.2f}", spread]


class Size(Struct, frozen=True):
    """How much is measured: quickly or in full, and how many rounds of contenders in turn."""

    quick: bool
    rounds: int

    @property
    def seconds(self) -> float:
        """How long one load lasts."""
        return 1 if self.quick else 4

    @property
    def patience_seconds(self) -> float:
        """How long a turn waits, at most, for other work to leave the machine alone."""
        return 1 if self.quick else 60


def machine(size: Size) -> str:
    """Say where and when the figures were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"({name}, {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}, PostgreSQL 18 of the wheel with durable settings; "
        f"{size.rounds} rounds{', quick' if size.quick else ''}; load average {os.getloadavg()[1]:.1f}.)\n"
    )
