"""What a run found, kept in `figures.json` beside README.md, and what a later run is told when it does worse."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

from bench.table import Figure, Table

KEPT = Path(__file__).with_name("figures.json")
WORSE_MAX = 0.15
"""How much worse than the committed one a ratio may be: the machine's own speed swings by a tenth."""


class Section(Struct, frozen=True):
    """The table of a section, and where, when and how it was measured."""

    machine: str
    table: Table


def read(path: Path = KEPT) -> dict[str, Section]:
    """Return what is kept, by section."""
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Section]) if path.exists() else {}


def write(sections: Mapping[str, Section], path: Path = KEPT) -> None:
    """Keep sections."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(sections), indent=1) + b"\n")


def worse(kept: Mapping[str, Section], measured: Mapping[str, Table]) -> list[str]:
    """Return a sentence for each ratio of the measured sections that is much worse than the one kept, or missing."""
    found = []
    for section, table in measured.items():
        before = kept[section].table.figures if section in kept else {}
        for name, figure in before.items():
            now = table.figures.get(name)
            if now is None:
                found.append(f"{section}: {name}: {figure.value:.2f} is committed, and it was not measured")
            elif (share := _share_worse(figure, now)) > WORSE_MAX:
                told = f"{now.value:.2f} is {share:.0%} worse than {figure.value:.2f}, which is committed"
                found.append(f"{section}: {name}: {told}")
    return found


def _share_worse(kept: Figure, now: Figure) -> float:
    """Return by which share of the kept ratio the new one is worse; below 0 when it is better."""
    difference = kept.value - now.value if kept.more else now.value - kept.value
    return difference / kept.value if kept.value else float(difference > 0)
