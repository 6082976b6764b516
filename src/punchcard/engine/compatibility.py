"""Whether payloads that a schema took are taken by the next one.

    compatible   both take the same payloads
    widening     whatever was valid is valid, and more may be
    breaking     a payload that was valid may fail

`breaking` is also what cannot be judged: the other two are promises, and hold for every payload.

The question "does everything that satisfies these parts satisfy that one?" is answered part by part, down through the
value. What one side says is known (`Facts`); what the other demands and that does not yield is a gap. Asked from the
old schema to the new, gaps are what breaks; asked the other way round, they are what has become possible.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_demands import Gap, demands
from punchcard.engine.schema_facts import ROOT, Facts, are_disjoint
from punchcard.engine.schema_parts import Parts, Unreadable

FINDINGS_MAX = 100
STEPS_MAX = 2_000

Level = Literal["compatible", "widening", "breaking"]


class Finding(Struct, frozen=True):
    """One difference: a pointer into the schema that demands it (the old one where it widens), and a sentence."""

    pointer: str
    level: Level
    detail: str


class Comparison(Struct, frozen=True):
    """How a schema relates to the one before: the worst of the findings."""

    level: Level
    findings: list[Finding]


class _TooMuch(Exception):
    """The schemas are too intricate to be compared."""


def compare(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Comparison:
    """Compare two schemas that compile; None takes everything."""
    try:
        before, after = _parts(old, new), _parts(new, old)
        if before.draft != after.draft and before.document and after.document:
            return _incomparable("/$schema", "Schemas of two drafts")
        narrowed = [_finding("breaking", gap) for gap in _Inquiry(before, after).gaps()]
        widened = [_finding("widening", gap) for gap in _Inquiry(after, before).gaps()]
    except Unreadable as fault:
        return _incomparable("", f"A schema with the reference {str(fault)!r}")
    except (_TooMuch, RecursionError):
        return _incomparable("", "Schemas as intricate as these")
    known = {finding.pointer for finding in narrowed}
    findings = [*narrowed, *(finding for finding in widened if finding.pointer not in known)]
    return Comparison(findings[0].level if findings else "compatible", findings[:FINDINGS_MAX])


def _parts(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> Parts:
    """Read a schema; one that takes everything does so by any draft."""
    if not one and other and "$schema" in other:
        return Parts({"$schema": other["$schema"]})
    return Parts(one)


def _incomparable(pointer: str, what: str) -> Comparison:
    detail = f"{what} cannot be compared: payloads may be refused now."
    return Comparison("breaking", [Finding(pointer, "breaking", detail)])


def _finding(level: Level, gap: Gap) -> Finding:
    pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in gap.path)
    become = "refused" if level == "breaking" else "taken"
    if gap.is_opaque:
        return Finding(pointer, level, f"{gap.what} cannot be compared: values may be {become} now.")
    return Finding(pointer, level, f"{gap.what} are {become} now.")


class _Inquiry:
    """Whether everything that the schema `known` takes satisfies the schema `asked`."""

    def __init__(self, known: Parts, asked: Parts) -> None:
        self._known, self._asked = known, asked
        self._assumed: set[tuple[Any, Path]] = set()
        self._steps = 0

    def gaps(self) -> list[Gap]:
        """Return what `asked` demands and `known` does not yield, each place once. Raises: _TooMuch, Unreadable."""
        found = self._below(Facts(self._known, [()], ROOT), ())
        return list({(gap.path, gap.what): gap for gap in found}.values())

    def _below(self, facts: Facts, path: Path) -> list[Gap]:
        """Return the gaps between what is known of a value and the part of `asked` that judges it."""
        self._steps += 1
        if self._steps > STEPS_MAX:
            raise _TooMuch
        question = facts.key, path
        # A question that comes up again on the way to its own answer has gone down into the value: whatever would
        # answer it with a gap is found on the way.
        if facts.is_empty or question in self._assumed or self._is_held(facts, path):
            return []
        self._assumed.add(question)
        try:
            if facts.values is not None:
                return self._of_values(facts.values, path)
            found = [gap for part in self._asked.together(path) for gap in self._of_part(facts, part)]
            return found if found and not self._is_split(facts, path) else []
        finally:
            self._assumed.discard(question)

    def _is_held(self, facts: Facts, path: Path, *keywords: str) -> bool:
        """Tell whether a known part says the very same, be it in some keywords only."""
        said = self._asked.identity(path, *keywords)
        return any(
            self._known.identity(part, *keywords) == said
            for part in facts.paths
            if not keywords or isinstance(self._known.node(part), Mapping)
        )

    def _of_values(self, values: list[Any], path: Path) -> list[Gap]:
        lost = [value for value in values if not self._asked.fits(path, value)]
        if not lost:
            return []
        for keyword in ("enum", "const", "type"):
            if keyword in self._asked.keywords(path):
                return [Gap.of_values((*path, keyword), lost)]
        return [Gap.of_values(path, lost)]

    def _of_part(self, facts: Facts, path: Path) -> Iterator[Gap]:
        """Yield the gaps of one part, apart from those that stand together with it."""
        if self._is_held(facts, path):
            return
        if self._asked.node(path) is False:
            yield Gap.of_nothing(path)
            return
        yield from demands(facts, self._asked, path)
        for known, part in self._children(facts, path):
            yield from self._below(known, part)
        yield from self._of_choices(facts, path)

    def _holds(self, facts: Facts, path: Path) -> bool:
        return not self._below(facts, path)

    # choices -------------------------------------------------------------------------------------

    def _of_choices(self, facts: Facts, path: Path) -> Iterator[Gap]:
        """Yield what cannot be seen to hold of the keywords that choose between parts."""
        keywords = self._asked.keywords(path)
        judges = {"anyOf": self._is_any, "oneOf": self._is_one, "not": self._is_not, "if": self._is_either}
        for keyword, judge in judges.items():
            names = ("if", "then", "else") if keyword == "if" else (keyword,)
            if keyword in keywords and not (self._is_held(facts, path, *names) or judge(facts, path)):
                yield Gap((*path, keyword), f"Schemas with this {keyword}", is_opaque=True)
        for keyword in ("dependentSchemas", "dependencies"):
            for name, demanded in keywords.get(keyword, {}).items():
                part = (*path, keyword, name)
                if isinstance(demanded, list) or facts.property(name).is_empty:
                    continue
                if not (self._is_held(facts, path, keyword) or self._holds(facts, part)):
                    yield Gap(part, "Schemas with this dependency", is_opaque=True)

    def _branches(self, path: Path, keyword: str) -> list[Path]:
        return [(*path, keyword, str(index)) for index in range(len(self._asked.keywords(path)[keyword]))]

    def _is_any(self, facts: Facts, path: Path) -> bool:
        return any(self._holds(facts, branch) for branch in self._branches(path, "anyOf"))

    def _is_one(self, facts: Facts, path: Path) -> bool:
        branches = self._branches(path, "oneOf")
        held = [branch for branch in branches if not are_disjoint(facts, Facts(self._asked, [branch]))]
        return len(held) == 1 and self._holds(facts, held[0])

    def _is_not(self, facts: Facts, path: Path) -> bool:
        return are_disjoint(facts, Facts(self._asked, [(*path, "not")]))

    def _is_either(self, facts: Facts, path: Path) -> bool:
        branches = [(*path, name) for name in ("then", "else") if name in self._asked.keywords(path)]
        return all(self._holds(facts, branch) for branch in branches)

    def _is_split(self, facts: Facts, path: Path) -> bool:
        """Tell whether the part holds in each of the cases that what is known falls into."""
        for part in facts.paths:
            keywords = self._known.keywords(part)
            for keyword in ("anyOf", "oneOf"):
                cases = [[(*part, keyword, str(index))] for index in range(len(keywords.get(keyword, ())))]
                if cases and not any(case[0] in facts.paths for case in cases):
                    return self._holds_in_each(facts, cases, path)
            if "if" in keywords and not {(*part, "if"), (*part, "else")} & set(facts.paths):
                cases = [[(*part, name) for name in names if name in keywords] for names in (("if", "then"), ("else",))]
                return all(cases) and self._holds_in_each(facts, cases, path)
        asked = self._asked.together(path)
        if len(facts.kinds) > 1 and any(self._asked.keywords(part).keys() & _CHOOSING for part in asked):
            return all(self._holds(Facts(self._known, facts.paths, frozenset((kind,))), path) for kind in facts.kinds)
        return False

    def _holds_in_each(self, facts: Facts, cases: Iterable[list[Path]], path: Path) -> bool:
        return all(self._holds(Facts(self._known, [*facts.paths, *case], facts.kinds), path) for case in cases)

    # inside the value ----------------------------------------------------------------------------

    def _children(self, facts: Facts, path: Path) -> Iterator[tuple[Facts, Path]]:
        """Yield what is known of each child of a value, with the part of `asked` that judges it."""
        if "object" in facts.kinds:
            yield from self._named(facts, path)
            yield from self._unnamed(facts, path)
        if "array" in facts.kinds:
            yield from self._items(facts, path)

    def _named(self, facts: Facts, path: Path) -> Iterator[tuple[Facts, Path]]:
        names = dict.fromkeys(self._asked.keywords(path).get("properties", ()))
        names |= dict.fromkeys(name for properties in facts.all("properties") for name in properties)
        for name in names:
            for part in self._asked.of_property(path, name):
                yield facts.property(name), part

    def _unnamed(self, facts: Facts, path: Path) -> Iterator[tuple[Facts, Path]]:
        """Yield the properties that neither side names, by what can be said of all of them."""
        keywords = self._asked.keywords(path)
        patterns = set(keywords.get("patternProperties", ()))
        for pattern in patterns:
            known = []
            for part in facts.paths:
                there = self._known.keywords(part)
                if pattern in there.get("patternProperties", ()):
                    known.append((*part, "patternProperties", pattern))
                elif not there.get("patternProperties") and "additionalProperties" in there:
                    known.append((*part, "additionalProperties"))
            yield Facts(self._known, known), (*path, "patternProperties", pattern)
        if "additionalProperties" in keywords:
            # A name that none of these patterns matches is matched by none of those known, if they are among these.
            known = [
                (*part, "additionalProperties")
                for part in facts.paths
                if "additionalProperties" in (there := self._known.keywords(part))
                and patterns.issuperset(there.get("patternProperties", ()))
            ]
            yield Facts(self._known, known), (*path, "additionalProperties")
        if "propertyNames" in keywords:
            known = [(*part, "propertyNames") for part in facts.paths if "propertyNames" in self._known.keywords(part)]
            yield Facts(self._known, known, frozenset(("string",))), (*path, "propertyNames")

    def _items(self, facts: Facts, path: Path) -> Iterator[tuple[Facts, Path]]:
        count = self._first_items(self._asked, path)
        count = max([count, *(self._first_items(self._known, part) for part in facts.paths)])
        most = facts.most("maxItems")
        for index in range(count + 1):  # the last stands for all that come after
            if most is not None and index >= most:
                return
            known = [found for part in facts.paths for found in self._known.of_item(part, index)]
            for part in self._asked.of_item(path, index):
                yield Facts(self._known, known), part

    @staticmethod
    def _first_items(parts: Parts, path: Path) -> int:
        return len(parts.keywords(path).get(parts.item_keywords(path)[0], ()))


_CHOOSING = {"anyOf", "oneOf", "not", "if"}
