"""What clients did, as they saw it: written down before a request is sent and again when it ends.

The file is the clients' own, one JSON object a line, and nothing of the engine ever touches it. A line says either
what was asked (`invoke`) or how that ended: `ok`, `fail` (certainly not recorded) or `unknown`.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO

Outcome = Literal["ok", "fail", "unknown"]


@dataclass
class Attempt:
    """One request: an event or a purchase. `sent` is its body, `answer` what came back, if anything did."""

    number: int
    kind: str
    sent: dict[str, Any]
    key: str | None = None
    outcome: Outcome = "unknown"
    status: int | None = None
    answer: dict[str, Any] = field(default_factory=dict)


class Journal:
    """Writes the file. Every line is handed to the kernel at once, so that it survives this process too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._numbers = itertools.count(1)
        self._file: TextIO = path.open("a", buffering=1, encoding="utf-8")

    def invoke(self, kind: str, sent: dict[str, Any], key: str | None = None) -> int:
        """Write down what is about to be asked; return its number."""
        number = next(self._numbers)
        self._write({"number": number, "kind": kind, "sent": sent, "key": key})
        return number

    def end(self, number: int, outcome: Outcome, status: int | None = None, answer: Any = None) -> None:
        """Write down how a request ended."""
        self._write({"number": number, "outcome": outcome, "status": status, "answer": answer})

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line) + "\n")


def read(path: Path) -> list[Attempt]:
    """Return all attempts of a journal; one without an end is of unknown outcome."""
    attempts: dict[int, Attempt] = {}
    for line in _lines(path):
        if "outcome" in line:
            attempt = attempts[line["number"]]
            attempt.outcome, attempt.status, attempt.answer = line["outcome"], line["status"], line["answer"] or {}
        else:
            attempts[line["number"]] = Attempt(line["number"], line["kind"], line["sent"], line["key"])
    return list(attempts.values())


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line, parse_float=Decimal)
