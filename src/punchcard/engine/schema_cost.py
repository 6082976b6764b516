"""How often a schema judges one value: bounded, so that a small schema cannot keep the engine busy for ever.

`allOf: [x, x]` judges a value by x twice; if x does the same with y, by y four times, and after forty such steps no
computer finishes. The same happens level by level when a part refers to itself twice for the same child. So the
schema is walked as a payload would be: from the parts that judge one value together to the parts that judge each of
its children, each with how often, until nothing new comes up or a bound is passed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

Path = tuple[str, ...]

JUDGEMENTS_MAX = 500
"""How often one value may be judged: by all parts that apply to it, together."""
LEVELS_MAX = 32  # as deep as a payload can be
STEPS_MAX = 200_000

_Counts = Mapping[Path, int]


@dataclass(slots=True)
class Below:
    """The parts that judge children of one kind: by name, every one, or the rest of those not named."""

    named: dict[str, Path] = field(default_factory=dict)
    every: list[Path] = field(default_factory=list)
    rest: list[Path] = field(default_factory=list)

    def of(self, name: str) -> Sequence[Path]:
        """Return the parts that judge the child of that name; an empty name is one that is not named."""
        found = self.named.get(name)
        return [*self.every, *(self.rest if found is None else [found])]


@dataclass(slots=True)
class Subschema:
    """What leads on from one schema: to parts that judge the same value, and to those for its children, by kind."""

    same: list[Path] = field(default_factory=list)
    below: dict[str, Below] = field(default_factory=dict)

    def at(self, kind: str) -> Below:
        """Return the parts for children of a kind: property, item, name."""
        return self.below.setdefault(kind, Below())

    def everything(self) -> Iterator[Path]:
        """Yield every part that this one leads to."""
        yield from self.same
        for below in self.below.values():
            yield from (*below.named.values(), *below.every, *below.rest)


def in_order(parts: Mapping[Path, Subschema]) -> tuple[list[Path], Path | None]:
    """Return the parts so that each comes before those it leads to for the same value, or one that leads to itself."""
    done: list[Path] = []
    state: dict[Path, bool] = {}  # False: under way, True: done
    for start in parts:
        stack = [(start, iter(parts[start].same))] if start not in state else []
        while stack:
            path, rest = stack[-1]
            state[path] = False
            following = next((part for part in rest if not state.get(part, False)), None)
            if following is None:
                state[path] = True
                done.append(path)
                stack.pop()
            elif following in state:
                return [], following
            else:
                stack.append((following, iter(parts[following].same)))
    return done[::-1], None


class _TooMuch(Exception):
    """A bound is passed."""


def costs_too_much(parts: Mapping[Path, Subschema], order: Sequence[Path]) -> bool:
    """Tell whether some payload has a value that would be judged too often. `order` is that of `in_order`."""
    try:
        _Walk(parts, order).walk()
    except _TooMuch:
        return True
    return False


class _Walk:
    """One walk through a schema, level by level."""

    def __init__(self, parts: Mapping[Path, Subschema], order: Sequence[Path]) -> None:
        self._parts, self._order = parts, order
        self._rank = {path: rank for rank, path in enumerate(order)}
        self._steps = 0

    def walk(self) -> None:
        """Follow every way down. Raises: _TooMuch."""
        seen: set[frozenset[tuple[Path, int]]] = set()
        level: list[_Counts] = [{(): 1}]
        for _ in range(LEVELS_MAX):
            following: dict[frozenset[tuple[Path, int]], _Counts] = {}
            for starts in level:
                for child in self._children(self._together(starts)):
                    following.setdefault(frozenset(child.items()), child)
            level = [counts for key, counts in following.items() if key not in seen]
            seen |= following.keys()

    def _together(self, starts: _Counts) -> _Counts:
        """Return all parts that judge a value which `starts` judge, and how often each."""
        counts = Counter(starts)
        waiting = [self._rank[path] for path in counts]
        heapify(waiting)
        while waiting:
            path = self._order[heappop(waiting)]
            for part in self._parts[path].same:
                self._step()
                if part not in counts:
                    heappush(waiting, self._rank[part])
                counts[part] += counts[path]
                if counts[part] > JUDGEMENTS_MAX:
                    raise _TooMuch
        if counts.total() > JUDGEMENTS_MAX:
            raise _TooMuch
        return counts

    def _children(self, counts: _Counts) -> Iterator[_Counts]:
        """Yield, for each child that such a value may have, the parts that judge it."""
        for kind in ("property", "item", "name"):
            known = [(below, times) for path, times in counts.items() if (below := self._parts[path].below.get(kind))]
            for name in {name for below, _ in known for name in below.named} | {""}:
                child: Counter[Path] = Counter()
                for below, times in known:
                    self._step()
                    for part in below.of(name):
                        child[part] += times
                if child.total() > JUDGEMENTS_MAX:
                    raise _TooMuch
                if any(self._parts[part].same or self._parts[part].below for part in child):
                    yield child

    def _step(self) -> None:
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise _TooMuch
