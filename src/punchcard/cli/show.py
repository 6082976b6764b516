"""How commands print: tables for people, JSON for scripts, always on standard output."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def as_json(document: dict[str, Any]) -> None:
    """Print one JSON document on one line."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def line(text: str) -> None:
    """Print a line as it is."""
    sys.stdout.write(text + "\n")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their heads; nothing is cut off when the output is no terminal."""
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in head:
        grid.add_column(title, overflow="fold")
    for row in rows:
        grid.add_row(*(Text(cell) for cell in row))
    console = Console()
    if console.is_terminal:
        console.print(grid)
    else:
        Console(width=10_000, file=sys.stdout).print(grid)
