"""What is known of a value that satisfies some parts of a schema all together."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any

from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_parts import Parts, value_text

KINDS = ("null", "boolean", "object", "array", "string", "integer", "fraction")
ANYTHING = frozenset(KINDS)
ROOT = frozenset(("object",))  # a payload is one
DISJOINT_LEVELS_MAX = 4
_OF_TYPE = {"number": frozenset(("integer", "fraction"))}

Bound = tuple[Any, bool]
"""A number, and whether it is itself outside."""


def kinds_of(type_: Any) -> frozenset[str]:
    """Return the kinds of values that the keyword `type` names."""
    names = [type_] if isinstance(type_, str) else type_
    return frozenset().union(*(_OF_TYPE.get(name, frozenset((name,))) for name in names))


class Facts:
    """What `paths`, with what each of them requires besides, say about a value of one of `kinds`."""

    def __init__(self, parts: Parts, paths: Iterable[Path], kinds: frozenset[str] = ANYTHING) -> None:
        self.parts = parts
        together = {found: None for path in sorted(paths) for found in parts.together(path)}
        self.paths = tuple(together)
        self.key = frozenset(together), kinds
        self._given = kinds

    def all(self, keyword: str) -> list[Any]:
        """Return what the parts say under a keyword."""
        found = (self.parts.keywords(path) for path in self.paths)
        return [keywords[keyword] for keywords in found if keyword in keywords]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of values that there can be."""
        return self._given.intersection(*(kinds_of(type_) for type_ in self.all("type")))

    @cached_property
    def values(self) -> list[Any] | None:
        """Every value that there can be, where they can be counted."""
        listed = [[value] for value in self.all("const")] + self.all("enum")
        if not listed and self.kinds <= {"null", "boolean"}:
            listed = [[value for kind, of_kind in _FEW.items() if kind in self.kinds for value in of_kind]]
        if not listed:
            return None
        distinct = {value_text(value): value for value in min(listed, key=len)}
        return [value for value in distinct.values() if kind_of(value) in self.kinds and self.take(value)]

    def take(self, value: Any) -> bool:
        """Tell whether every part takes a value."""
        return all(self.parts.fits(path, value) for path in self.paths)

    @cached_property
    def is_empty(self) -> bool:
        """Whether it is certain that there is no such value."""
        return not self.kinds or self.values == [] or any(self.parts.node(path) is False for path in self.paths)

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that an object has."""
        return frozenset().union(*self.all("required"))

    def property(self, name: str) -> "Facts":
        """Return what is known of a property."""
        return Facts(self.parts, [found for path in self.paths for found in self.parts.of_property(path, name)])

    def least(self, keyword: str) -> Any:
        """Return the strictest minimum under a keyword that counts; 0 where there is none."""
        return max(self.all(keyword), default=0)

    def most(self, keyword: str) -> Any:
        """Return the strictest maximum under a keyword that counts, or None."""
        return min(self.all(keyword), default=None)

    @cached_property
    def low(self) -> Bound | None:
        """The strictest lower bound of a number, or None."""
        bounds = [(value, False) for value in self.all("minimum")]
        bounds += [(value, True) for value in self.all("exclusiveMinimum")]
        if not bounds:
            return None
        value, outside = max(bounds)
        if "fraction" not in self.kinds:
            return (floor(value) + 1 if outside else ceil(value)), False
        return value, outside

    @cached_property
    def high(self) -> Bound | None:
        """The strictest upper bound of a number, or None."""
        bounds = [(value, False) for value in self.all("maximum")]
        bounds += [(value, True) for value in self.all("exclusiveMaximum")]
        if not bounds:
            return None
        value, outside = min(bounds, key=lambda bound: (bound[0], not bound[1]))
        if "fraction" not in self.kinds:
            return (ceil(value) - 1 if outside else floor(value)), False
        return value, outside

    @cached_property
    def steps(self) -> list[Fraction]:
        """Numbers that the value is a multiple of."""
        whole = [] if "fraction" in self.kinds else [Fraction(1)]
        return whole + [Fraction(step) for step in self.all("multipleOf")]


_FEW: dict[str, tuple[Any, ...]] = {"null": (None,), "boolean": (False, True)}


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for kind, type_ in (("string", str), ("object", dict), ("array", list)):
        if isinstance(value, type_):
            return kind
    return "integer" if value == int(value) else "fraction"


def are_disjoint(one: Facts, other: Facts, levels: int = DISJOINT_LEVELS_MAX) -> bool:
    """Tell whether it is certain that no value satisfies both."""
    kinds = one.kinds & other.kinds
    if not kinds or one.is_empty or other.is_empty:
        return True
    for these, those in ((one, other), (other, one)):
        if these.values is not None:
            return not any(those.take(value) for value in these.values)
    if kinds != ROOT or not levels:
        return False
    names = sorted(one.required | other.required)
    return any(are_disjoint(one.property(name), other.property(name), levels - 1) for name in names)
