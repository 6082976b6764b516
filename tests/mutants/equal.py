"""Mutants that are judged equal: with them the product does what it did, so that no test can see them.

The judgements are in `equal.toml`, by file, function, text of the line and change, so that they outlive other changes
of the file; one that fits no mutant any more, or another number of them than it was made for, is an error.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.mutants.mutation import SOURCES, Mutant, mutants_of

JUDGED = Path(__file__).with_name("equal.toml")
FIELDS = {"file", "within", "line", "change", "why", "mutants"}


class Rotten(ValueError):
    """A judgement that fits other mutants than those for which it was made."""


def judgements() -> list[dict[str, Any]]:
    """Read the file. `mutants`: for how many the judgement was made, 1 where that is left out."""
    return [{"mutants": 1, **each} for each in tomllib.loads(JUDGED.read_text("utf-8"))["equal"]]


def equal(judged: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return, by the names of the mutants that are equal, why they are. Raises: Rotten."""
    found: dict[str, str] = {}
    fitting: dict[str, dict[tuple[str, str, str], list[Mutant]]] = {}
    for each in judged:
        if each.keys() != FIELDS or not each["why"].strip():
            raise Rotten(f"{each} has to say {', '.join(sorted(FIELDS))}.")
        if each["file"] not in fitting:
            fitting[each["file"]] = _by_text(each["file"])
        named = fitting[each["file"]].get((each["within"], each["line"], each["change"]), [])
        if len(named) != each["mutants"]:
            raise Rotten(f"{each} fits {len(named)} mutants: judge again.")
        found |= {mutant.name: each["why"] for mutant in named}
    return found


def _by_text(path: str) -> dict[tuple[str, str, str], list[Mutant]]:
    lines = (SOURCES / path).read_text("utf-8").splitlines() if (SOURCES / path).exists() else []
    by_text: dict[tuple[str, str, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants_of(path) if lines else ():
        by_text[mutant.within, lines[mutant.line - 1].strip(), mutant.what].append(mutant)
    return by_text
