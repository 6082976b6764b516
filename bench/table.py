"""Tables as README.md shows them."""

import os
import platform
from datetime import UTC, datetime

from msgspec import Struct

from punchcard import __name__ as name


class Table(Struct, frozen=True):
    """A heading, the columns' names, and rows."""

    heading: str
    columns: list[str]
    rows: list[list[str]]

    def text(self) -> str:
        """Return it as Markdown."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return f"### {self.heading}\n\n" + "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def machine(rounds: int) -> str:
    """Say where and when the figures were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{name}, {datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()}, Python {platform.python_version()}, PostgreSQL 18 of the wheel with durable settings; "
        f"{rounds} rounds. The load average was {os.getloadavg()[2]:.1f} over the last 15 minutes of it.\n"
    )
