"""What one part of a schema demands of a value by itself, and is not known to hold: bounds, lengths, lists, names."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from msgspec import Struct

from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_facts import Bound, Facts, kinds_of
from punchcard.engine.schema_parts import Parts, value_text

SHOWN_CHARACTERS_MAX = 60
SHOWN_VALUES_MAX = 5
_NUMBERS = {"integer", "fraction"}


class Gap(Struct, frozen=True):
    """A demand that is not met: where it stands, and which values it refuses. An opaque one could not be judged."""

    path: Path
    what: str
    is_opaque: bool = False

    @classmethod
    def of_values(cls, path: Path, values: list[Any]) -> "Gap":
        """Return the gap of single values."""
        return cls(path, f"The values {_listed(values)}")

    @classmethod
    def of_nothing(cls, path: Path) -> "Gap":
        """Return the gap of a part that takes nothing."""
        keyword = path[-1] if path else ""
        if keyword == "additionalProperties":
            return cls(path, "Fields that the schema does not name")
        if len(path) > 1 and path[-2] == "properties":
            return cls(path, f"Objects with {_shown(keyword)}")
        if keyword in {"items", "additionalItems"}:
            return cls(path, "Lists with items beyond the first ones")
        return cls(path, "Any values")


def demands(facts: Facts, asked: Parts, path: Path) -> Iterator[Gap]:
    """Yield the gaps between what is known and the keywords of one part that judge a value without going into it."""
    keywords = asked.keywords(path)
    if "type" in keywords and not facts.kinds <= kinds_of(keywords["type"]):
        types = keywords["type"]
        named = types if isinstance(types, str) else " or ".join(types)
        yield Gap((*path, "type"), f"Values of another type than {named}")
    for keyword in ("enum", "const"):
        if keyword in keywords:
            allowed = keywords[keyword] if keyword == "enum" else [keywords[keyword]]
            yield Gap((*path, keyword), f"Values other than {_listed(allowed)}")
    if facts.kinds & _NUMBERS:
        yield from _of_numbers(facts, keywords, path)
    if "string" in facts.kinds:
        yield from _of_texts(facts, keywords, path)
    if "array" in facts.kinds:
        yield from _of_lists(facts, asked, path)
    if "object" in facts.kinds:
        yield from _of_objects(facts, asked, path)


def _of_numbers(facts: Facts, keywords: Mapping[str, Any], path: Path) -> Iterator[Gap]:
    for keyword, words in (("minimum", "Numbers below"), ("exclusiveMinimum", "Numbers up to")):
        if keyword in keywords and not _is_above(facts.low, (keywords[keyword], keyword != "minimum")):
            yield Gap((*path, keyword), f"{words} {_shown(keywords[keyword])}")
    for keyword, words in (("maximum", "Numbers above"), ("exclusiveMaximum", "Numbers from")):
        if keyword in keywords and not _is_below(facts.high, (keywords[keyword], keyword != "maximum")):
            yield Gap((*path, keyword), f"{words} {_shown(keywords[keyword])}")
    if "multipleOf" in keywords:
        wanted = Fraction(keywords["multipleOf"])
        if not any((step / wanted).denominator == 1 for step in facts.steps):
            yield Gap((*path, "multipleOf"), f"Numbers that are no multiple of {_shown(keywords['multipleOf'])}")


def _is_above(known: Bound | None, wanted: Bound) -> bool:
    if known is None:
        return False
    return bool(known[0] > wanted[0] or (known[0] == wanted[0] and (known[1] or not wanted[1])))


def _is_below(known: Bound | None, wanted: Bound) -> bool:
    if known is None:
        return False
    return bool(known[0] < wanted[0] or (known[0] == wanted[0] and (known[1] or not wanted[1])))


def _of_texts(facts: Facts, keywords: Mapping[str, Any], path: Path) -> Iterator[Gap]:
    yield from _of_size(facts, keywords, path, "Length", "Texts", "characters")
    for keyword, words in (("pattern", "Texts that do not match"), ("format", "Texts that are no")):
        if keyword in keywords and keywords[keyword] not in facts.all(keyword):
            yield Gap((*path, keyword), f"{words} {_shown(keywords[keyword])}")
    for keyword in ("contentMediaType", "contentEncoding"):
        if keyword in keywords and keywords[keyword] not in facts.all(keyword):
            yield Gap((*path, keyword), f"Texts of another content than {_shown(keywords[keyword])}")


def _of_lists(facts: Facts, asked: Parts, path: Path) -> Iterator[Gap]:
    keywords = asked.keywords(path)
    yield from _of_size(facts, keywords, path, "Items", "Lists", "items")
    most = facts.most("maxItems")
    if keywords.get("uniqueItems") and not any(facts.all("uniqueItems")) and not (most is not None and most <= 1):
        yield Gap((*path, "uniqueItems"), "Lists with an item twice")
    contains = ("contains", "minContains", "maxContains")
    if "contains" in keywords and not _is_said(facts, asked, path, contains):
        yield Gap((*path, "contains"), "Schemas with this contains", is_opaque=True)
    if "unevaluatedItems" in keywords:
        yield Gap((*path, "unevaluatedItems"), "Schemas with unevaluatedItems", is_opaque=True)


def _of_objects(facts: Facts, asked: Parts, path: Path) -> Iterator[Gap]:
    keywords = asked.keywords(path)
    for name in keywords.get("required", ()):
        if name not in facts.required:
            yield Gap((*path, "required"), f"Objects without {_shown(name)}")
    if keywords.get("minProperties", 0) > max(facts.least("minProperties"), len(facts.required)):
        yield Gap((*path, "minProperties"), f"Objects of fewer than {keywords['minProperties']} fields")
    most = facts.most("maxProperties")
    if "maxProperties" in keywords and (most is None or most > keywords["maxProperties"]):
        yield Gap((*path, "maxProperties"), f"Objects of more than {keywords['maxProperties']} fields")
    for keyword in ("dependentRequired", "dependencies"):
        for name, needed in keywords.get(keyword, {}).items():
            if isinstance(needed, list):
                yield from _of_dependency(facts, (*path, keyword, name), name, needed)
    if "unevaluatedProperties" in keywords:
        yield Gap((*path, "unevaluatedProperties"), "Schemas with unevaluatedProperties", is_opaque=True)


def _of_dependency(facts: Facts, path: Path, name: str, needed: list[str]) -> Iterator[Gap]:
    known = set(facts.required)
    for keyword in ("dependentRequired", "dependencies"):
        for there in facts.all(keyword):
            known |= set(there[name]) if isinstance(there.get(name), list) else set()
    missing = [] if facts.property(name).is_empty else [other for other in needed if other not in {name, *known}]
    for other in missing:
        yield Gap(path, f"Objects with {_shown(name)} and without {_shown(other)}")


def _of_size(
    facts: Facts, keywords: Mapping[str, Any], path: Path, ending: str, things: str, parts: str
) -> Iterator[Gap]:
    least, most = f"min{ending}", f"max{ending}"
    if keywords.get(least, 0) > facts.least(least):
        yield Gap((*path, least), f"{things} of fewer than {keywords[least]} {parts}")
    known = facts.most(most)
    if most in keywords and (known is None or known > keywords[most]):
        yield Gap((*path, most), f"{things} of more than {keywords[most]} {parts}")


def _is_said(facts: Facts, asked: Parts, path: Path, names: tuple[str, ...]) -> bool:
    said = asked.identity(path, *names)
    known = (part for part in facts.paths if names[0] in facts.parts.keywords(part))
    return any(facts.parts.identity(part, *names) == said for part in known)


def _listed(values: list[Any]) -> str:
    more = f" and {len(values) - SHOWN_VALUES_MAX} more" if len(values) > SHOWN_VALUES_MAX else ""
    return f"{', '.join(map(_shown, values[:SHOWN_VALUES_MAX]))}{more}"


def _shown(value: Any) -> str:
    shown = value_text(value)
    return shown if len(shown) <= SHOWN_CHARACTERS_MAX else shown[: SHOWN_CHARACTERS_MAX - 1] + "…"
