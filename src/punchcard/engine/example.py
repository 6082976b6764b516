"""A payload made from a schema, to show what one looks like; whatever is returned satisfies the schema.

Values are tried from the inside out: each part of the schema offers some, likely ones first, and only those that it
takes go on. What the schema's author gives as an example or default comes before anything made up.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from punchcard.engine.example_texts import numbers, texts
from punchcard.engine.schema import compile_schema
from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_facts import ROOT, Facts
from punchcard.engine.schema_parts import Parts, Unreadable, value_text
from punchcard.engine.schema_references import at

OFFERS_MAX = 24
STEPS_MAX = 2_000
LEVELS_MAX = 20
ITEMS_MAX = 50
FIELDS_MAX = 100

# Which kind of value is meant, where the schema says none.
_HINTS = {
    "object": ("properties", "required", "additionalProperties", "minProperties", "patternProperties"),
    "array": ("items", "prefixItems", "minItems", "uniqueItems", "contains"),
    "string": ("pattern", "format", "minLength", "maxLength"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
_ORDER = ("string", "integer", "fraction", "boolean", "object", "array", "null")


class _GivenUp(Exception):
    """It takes too long."""


def make_example(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a payload that a schema which compiles takes, or None when none could be made. None takes everything."""
    if document is None:
        return {}
    schema = compile_schema(document)
    try:
        for offer in _Maker(document).payloads():
            if schema.takes(offer):
                return offer
    except (_GivenUp, Unreadable, RecursionError):
        pass
    return None


class _Maker:
    """Makes values for the parts of one schema."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._raw, self._parts = document, Parts(document)
        self._under_way: list[frozenset[Path]] = []
        self._steps = 0

    def payloads(self) -> Iterator[dict[str, Any]]:
        """Yield payloads for the whole schema. Raises: _GivenUp, Unreadable."""
        yield from self._values(Facts(self._parts, [()], ROOT))

    def _values(self, facts: Facts) -> Iterator[Any]:
        """Yield values that all parts take, each once."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise _GivenUp
        if facts.is_empty or len(self._under_way) > LEVELS_MAX:
            return
        self._under_way.append(facts.key[0])
        try:
            seen = set()
            for value in islice(self._fitting(facts), OFFERS_MAX):
                text = value_text(value)
                if text not in seen:
                    seen.add(text)
                    yield value
        finally:
            self._under_way.pop()

    def _fitting(self, facts: Facts) -> Iterator[Any]:
        if facts.values is not None:
            yield from facts.values
            return
        for value in chain(self._authored(facts), self._by_cases(facts)):
            if facts.take(value):
                yield value
        for kind in self._kinds(facts):
            yield from islice((value for value in self._of_kind(kind, facts) if facts.take(value)), OFFERS_MAX)

    def _authored(self, facts: Facts) -> list[Any]:
        found: list[Any] = []
        for path in facts.paths:
            part = at(self._raw, path)
            if isinstance(part, Mapping):
                found += part["examples"] if isinstance(part.get("examples"), list) else []
                found += [part["default"]] if "default" in part else []
        root_fits = [value for value in found if not facts.key[1] <= ROOT or isinstance(value, dict)]
        return root_fits[:OFFERS_MAX]

    def _by_cases(self, facts: Facts) -> Iterator[Any]:
        """Yield values for what is known together with each branch of a choice that has not been made yet."""
        for case in self._cases(facts):
            further = Facts(self._parts, [*facts.paths, *case], facts.key[1])
            yield from islice(self._values(further), 3)

    def _cases(self, facts: Facts) -> Iterator[list[Path]]:
        known = set(facts.paths)
        for path in facts.paths:
            keywords = self._parts.keywords(path)
            for keyword in ("anyOf", "oneOf"):
                branches = [(*path, keyword, str(index)) for index in range(len(keywords.get(keyword, ())))]
                if branches and known.isdisjoint(branches):
                    yield from ([branch] for branch in branches)
                    return
            if "if" in keywords and known.isdisjoint({(*path, "if"), (*path, "else")}):
                cases = [[(*path, name) for name in names if name in keywords] for names in (("if", "then"), ("else",))]
                yield from filter(None, cases)
                return
            for keyword in ("dependentSchemas", "dependencies"):
                needed = keywords.get(keyword, {})
                due = [(*path, keyword, name) for name in needed if name in facts.required]
                due = [part for part in due if part not in known and not isinstance(self._parts.node(part), list)]
                if due:
                    yield due
                    return

    def _kinds(self, facts: Facts) -> list[str]:
        said = {keyword for path in facts.paths for keyword in self._parts.keywords(path)}
        hinted = [kind for kind, hints in _HINTS.items() if said.intersection(hints)]
        return [kind for kind in dict.fromkeys((*hinted, *_ORDER)) if kind in facts.kinds]

    def _of_kind(self, kind: str, facts: Facts) -> Iterator[Any]:
        if kind == "string":
            yield from texts(facts)
        elif kind in {"integer", "fraction"}:
            yield from numbers(facts)
        elif kind == "boolean":
            yield from (True, False)
        elif kind == "null":
            yield None
        elif kind == "array":
            yield from self._lists(facts)
        else:
            yield from self._objects(facts)

    # lists ---------------------------------------------------------------------------------------

    def _lists(self, facts: Facts) -> Iterator[list[Any]]:
        least, most = int(facts.least("minItems")), facts.most("maxItems")
        if least > ITEMS_MAX:
            return
        contained = [(*path, "contains") for path in facts.paths if "contains" in self._parts.keywords(path)]
        wanted = int(max(facts.least("minContains"), 1)) if contained else 0
        for count in dict.fromkeys((max(least, wanted, 1), least, max(least, 2), most)):
            if count is not None and count <= ITEMS_MAX and (most is None or count <= most):
                yield self._list(facts, int(count), contained[:1], wanted)
                if len(contained) > 1:
                    yield self._list(facts, int(count), contained, wanted)

    def _list(self, facts: Facts, count: int, contained: list[Path], wanted: int) -> list[Any]:
        made: list[Any] = []
        is_unique = any(facts.all("uniqueItems"))
        for index in range(count):
            parts = [found for path in facts.paths for found in self._parts.of_item(path, index)]
            item = Facts(self._parts, [*parts, *contained] if index < wanted else parts)
            if item.key[0] and item.key[0] in self._under_way and index >= facts.least("minItems"):
                break
            known = {value_text(value) for value in made} if is_unique else set()
            value = next((value for value in self._values(item) if value_text(value) not in known), _NOTHING)
            if value is _NOTHING:
                break
            made.append(value)
        return made

    # objects -------------------------------------------------------------------------------------

    def _objects(self, facts: Facts) -> Iterator[dict[str, Any]]:
        needed = self._needed(facts)
        least, most = facts.least("minProperties"), facts.most("maxProperties")
        if max(len(needed), least) > FIELDS_MAX:
            return
        required = self._object(facts, needed, {})
        if required is None:
            return
        optional = [name for properties in facts.all("properties") for name in properties if name not in needed]
        room = FIELDS_MAX if most is None else int(most)
        full = self._object(facts, optional[: max(0, room - len(required))], required, may_fail=True) or required
        yield self._filled(facts, full, int(least))
        yield self._filled(facts, required, int(least))
        for left_out in optional[:OFFERS_MAX]:
            yield self._filled(facts, {name: full[name] for name in full if name != left_out}, int(least))
        for name in optional[:OFFERS_MAX]:
            if name in full:
                yield self._filled(facts, required | {name: full[name]}, int(least))

    def _needed(self, facts: Facts) -> list[str]:
        needed = dict.fromkeys(sorted(facts.required))
        for keyword in ("dependentRequired", "dependencies"):
            waiting = list(needed)
            while waiting:
                name = waiting.pop()
                for dependencies in facts.all(keyword):
                    further = dependencies.get(name)
                    new = [other for other in further if other not in needed] if isinstance(further, list) else []
                    needed |= dict.fromkeys(new)
                    waiting += new
        ordered = [name for properties in facts.all("properties") for name in properties if name in needed]
        return list(dict.fromkeys((*ordered, *needed)))

    def _object(
        self, facts: Facts, names: list[str], start: dict[str, Any], *, may_fail: bool = False
    ) -> dict[str, Any] | None:
        """Return `start` with a value for each name; None if one cannot be made, unless it may be left out."""
        made = dict(start)
        for name in names:
            below = facts.property(name)
            if may_fail and below.key[0] and below.key[0] in self._under_way:
                continue
            value = next(self._values(below), _NOTHING)
            if value is not _NOTHING:
                made[name] = value
            elif not may_fail:
                return None
        return made

    def _filled(self, facts: Facts, made: dict[str, Any], least: int) -> dict[str, Any]:
        """Return an object with further fields until there are enough."""
        filled = dict(made)
        for name in islice(self._names(facts), FIELDS_MAX * 2):
            if len(filled) >= least:
                break
            value = next(self._values(facts.property(name)), _NOTHING) if name not in filled else _NOTHING
            if value is not _NOTHING:
                filled[name] = value
        return filled

    def _names(self, facts: Facts) -> Iterator[str]:
        yield from (name for properties in facts.all("properties") for name in properties)
        judged = [(*path, "propertyNames") for path in facts.paths if "propertyNames" in self._parts.keywords(path)]
        if judged:
            yield from self._values(Facts(self._parts, judged, frozenset(("string",))))
        for patterns in facts.all("patternProperties"):
            for pattern in patterns:
                yield from _texts_like(pattern)
        yield from (f"field{number}" for number in range(1, FIELDS_MAX))


def _texts_like(pattern: str) -> Iterator[str]:
    return texts(Facts(Parts({"pattern": pattern}), [()], frozenset(("string",))))


_NOTHING = object()
