"""Which test of the kernel runs which of its lines, so that a mutant is shown to those tests alone that can see it."""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

KERNEL = str(Path(__file__).parents[2] / "src" / "punchcard" / "engine") + "/"
CALLS_MAX = 500
"""So many calls of one function are looked at in one test. A line that none of them runs is as good as not run."""


class Tracer:
    """A plugin that finds out, for each test, its seconds and the lines of the kernel that it ran."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._seconds: dict[str, float] = {}
        self._lines: dict[str, dict[str, set[int]]] = {}
        self._now: dict[str, set[int]] = defaultdict(set)
        self._calls: dict[CodeType, int] = defaultdict(int)

    def _enter(self, frame: FrameType, _: str, __: object) -> Any:
        code = frame.f_code
        path = code.co_filename
        if not path.startswith(KERNEL):
            return None
        self._calls[code] += 1
        if self._calls[code] > CALLS_MAX:
            return None
        seen = self._now["engine/" + path.removeprefix(KERNEL)]
        seen.add(frame.f_lineno)

        def step(frame: FrameType, _: str, __: object) -> Any:
            seen.add(frame.f_lineno)
            return step

        return step

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test."""
        self._now, self._calls, started = defaultdict(set), defaultdict(int), time.monotonic()
        sys.settrace(self._enter)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self._seconds[item.nodeid] = time.monotonic() - started
            self._lines[item.nodeid] = self._now

    def write(self) -> None:
        """Write what was found."""
        found = {
            test: {"seconds": self._seconds[test], "lines": {path: sorted(own) for path, own in each.items()}}
            for test, each in self._lines.items()
        }
        self._target.write_text(json.dumps(found))


class Ordered:
    """A plugin that runs the tests named, in that order, and no other; all of the files when none is named."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._ranks = {test: rank for rank, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Choose and order."""
        if self._ranks:
            items[:] = sorted(
                (item for item in items if item.nodeid in self._ranks), key=lambda item: self._ranks[item.nodeid]
            )
