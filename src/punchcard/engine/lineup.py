"""The reactors of an event type in their order, and which of them need not be asked about an event.

Of a hundred reactors of a type most are for another shop, another product, a larger basket. Each that demands something
(`engine.demands`) stands once in an index, under the values of the fact that it demands; an event is looked up in each
index, and only whom it finds there is asked. The verdicts of all others are there already: their constraint is false.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from typing import Any

from punchcard.engine.demands import AMONG, Demand
from punchcard.engine.expression.values import NUMBERS
from punchcard.engine.facts import Facts, Path
from punchcard.engine.situation import Code, Reactor, Verdict

_UNKNOWN = object()
NOBODY: Mapping[int, Verdict] = {}
ASKED_ANYHOW = 4
"""With fewer reactors that demand something, looking up costs more than asking."""


class Lineup(tuple[Reactor, ...]):  # noqa: SLOT001 - a tuple takes no slots
    """Reactors in the order in which they react."""

    def __init__(self, reactors: Iterable[Reactor] = ()) -> None:
        del reactors  # a tuple has taken them already
        self._false: dict[int, Verdict] = {}
        self._among: dict[Path, dict[Any, list[int]]] = {}
        self._sides: dict[tuple[Path, str], list[tuple[Any, int]]] = {}
        self.groups: dict[str, list[Reactor]] = {}
        for reactor in self:
            if reactor.group is not None:
                self.groups.setdefault(reactor.group, []).append(reactor)
            if reactor.effective_from is None and reactor.effective_until is None and reactor.constraint is not None:
                self._place(reactor, reactor.constraint.demands)
        for ordered in self._sides.values():
            ordered.sort(key=lambda pair: pair[0])
        self.is_indexed = len(self._false) >= ASKED_ANYHOW
        self.is_plain = not self.is_indexed and all(reactor.is_plain for reactor in self)

    def _place(self, reactor: Reactor, demands: tuple[Demand, ...]) -> None:
        """Put a reactor where it is found, if it demands something: at values rather than at borders."""
        demand = next((one for one in demands if one.sign == AMONG), demands[0] if demands else None)
        if demand is None:
            return
        number = reactor.version_id
        self._false[number] = Verdict(Code.CONSTRAINT_FALSE, number)
        if demand.sign != AMONG:
            self._sides.setdefault((demand.path, demand.sign), []).append((demand.values[0], number))
            return
        index = self._among.setdefault(demand.path, {})
        for key in {_key(value) for value in demand.values}:
            index.setdefault(key, []).append(number)

    def false(self, payload: Mapping[str, Any], facts: Facts | None) -> Mapping[int, Verdict]:
        """Return the verdicts that need no asking, by the reactor's version; without facts, by the payload alone."""
        if not self.is_indexed:
            return NOBODY
        left = self._false.copy()
        for path, index in self._among.items():
            value = _read(path, payload, facts)
            kind = type(value)
            if kind is str or kind is bool or kind in NUMBERS:
                for number in index.get(_key(value), ()):
                    del left[number]
            elif value is _UNKNOWN:
                _ask(left, (number for numbers in index.values() for number in numbers))
        for (path, sign), ordered in self._sides.items():
            value = _read(path, payload, facts)
            if type(value) in NUMBERS:
                for _, number in _fitting(sign, ordered, value):
                    del left[number]
            elif value is _UNKNOWN:
                _ask(left, (number for _, number in ordered))
        return left


def _ask(left: dict[int, Verdict], numbers: Iterable[int]) -> None:
    for number in numbers:
        left.pop(number, None)  # one that takes several values stands there several times


def _key(value: Any) -> Any:
    """Return what stands for a value in an index: 1 and 1.0 are one, 1 and true are not."""
    return (value,) if isinstance(value, bool) else value


def _fitting(sign: str, ordered: list[tuple[Any, int]], value: Any) -> list[tuple[Any, int]]:
    """Return the borders on whose right side a number lies."""
    match sign:
        case ">=":
            return ordered[: bisect_right(ordered, value, key=_border)]
        case ">":
            return ordered[: bisect_left(ordered, value, key=_border)]
        case "<=":
            return ordered[bisect_left(ordered, value, key=_border) :]
    return ordered[bisect_right(ordered, value, key=_border) :]


def _border(pair: tuple[Any, int]) -> Any:
    return pair[0]


def _read(path: Path, payload: Mapping[str, Any], facts: Facts | None) -> Any:
    """Return the fact at a path; None where there is none, or it is of no use."""
    root, *steps = path
    if facts is None and root != "payload":
        return _UNKNOWN
    found: Any = payload if facts is None or root == "payload" else facts.get(root)
    for step in steps:
        if type(found) is not dict:
            return None
        found = found.get(step)
    return found
