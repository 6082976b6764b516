"""Schemas and payloads made up for tests, with few names and values, so that they meet.

Drawn from a `Random` rather than from strategies: a schema takes microseconds that way, and thousands can be tried.
"""

from collections.abc import Callable
from decimal import Decimal
from random import Random
from typing import Any

NAMES = ("a", "b", "c")
TEXTS = ("", "a", "ab", "abc", "B1", "2026-03-01")
NUMBERS = (0, 1, 2, 3, -1, Decimal("0.5"), Decimal("1.5"), Decimal("2.0"))
SCALARS = (None, True, False, *TEXTS, *NUMBERS)
PATTERNS = ("^a", "b", "^[A-Z][0-9]$", "c$", "^.{2}$")
TYPES = ("null", "boolean", "object", "array", "string", "integer", "number")
DRAFTS = (None, None, "http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-06/schema#")
LEVELS = 3


def value(chance: Random, levels: int = 2) -> Any:
    """Return a JSON value."""
    kind = chance.random()
    if levels and kind < 0.15:
        return [value(chance, levels - 1) for _ in range(chance.randrange(4))]
    return payload(chance, levels - 1) if levels and kind < 0.4 else chance.choice(SCALARS)


def payload(chance: Random, levels: int = 2) -> dict[str, Any]:
    """Return an object of a few fields."""
    return {name: value(chance, levels) for name in chance.sample(NAMES, chance.randrange(4))}


def _of(*known: Any) -> Callable[[Random, int], Any]:
    return lambda chance, _: chance.choice(known)


def _names(chance: Random, _: int) -> list[str]:
    return chance.sample(NAMES, chance.randrange(3))


def _types(chance: Random, _: int) -> Any:
    return chance.sample(TYPES, chance.randint(1, 3)) if chance.random() < 0.3 else chance.choice(TYPES)


def _several(chance: Random, levels: int) -> list[Any]:
    return [part(chance, levels) for _ in range(chance.randint(1, 3))]


def _by(keys: tuple[str, ...], below: Callable[[Random, int], Any]) -> Callable[[Random, int], Any]:
    return lambda chance, levels: {key: below(chance, levels) for key in chance.sample(keys, chance.randint(1, 2))}


def part(chance: Random, levels: int = LEVELS) -> Any:
    """Return a schema, which may refer to the definitions `one` and `two`."""
    kind = chance.random()
    if kind < 0.08:
        return chance.choice((True, True, False))
    if kind < 0.18:
        return {"$ref": chance.choice(("#/$defs/one", "#/$defs/two"))}
    return keywords(chance, levels)


def keywords(chance: Random, levels: int = LEVELS) -> dict[str, Any]:
    """Return a few keywords."""
    known = {**SIMPLE, **NESTED} if levels > 0 else SIMPLE
    chosen = chance.choices(list(known), [_WEIGHTS.get(name, 1) for name in known], k=chance.randint(1, 3))
    return {name: known[name](chance, levels - 1) for name in chosen}


_SMALL = _of(0, 1, 2, 3)
SIMPLE: dict[str, Callable[[Random, int], Any]] = {
    "type": _types, "enum": lambda chance, _: list({repr(x): x for x in chance.choices(SCALARS, k=3)}.values()),
    "const": _of(*SCALARS), "minimum": _of(*NUMBERS), "maximum": _of(*NUMBERS), "exclusiveMinimum": _of(*NUMBERS),
    "exclusiveMaximum": _of(*NUMBERS), "multipleOf": _of(1, 2, 3, Decimal("0.5"), Decimal("0.1")),
    "minLength": _SMALL, "maxLength": _SMALL, "pattern": _of(*PATTERNS), "format": _of("date", "uuid"),
    "minItems": _SMALL, "maxItems": _SMALL, "uniqueItems": _of(True, False), "required": _names,
    "minProperties": _SMALL, "maxProperties": _SMALL, "dependentRequired": _by(NAMES, _names),
    "dependencies": _by(NAMES, _names), "title": _of(*TEXTS),
}  # fmt: skip
NESTED: dict[str, Callable[[Random, int], Any]] = {
    "properties": _by(NAMES, part), "patternProperties": _by(PATTERNS, part), "additionalProperties": part,
    "propertyNames": part, "items": part, "prefixItems": _several, "contains": part, "minContains": _SMALL,
    "allOf": _several, "anyOf": _several, "oneOf": _several, "not": part, "if": part, "then": part, "else": part,
    "dependentSchemas": _by(NAMES, part), "unevaluatedProperties": _of(False), "unevaluatedItems": _of(False),
}  # fmt: skip
_WEIGHTS = {"properties": 8, "type": 5, "items": 3, "anyOf": 3, "allOf": 2, "required": 3, "enum": 2, "const": 2}
_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")


def document(chance: Random) -> dict[str, Any]:
    """Return a schema for payloads, of some draft, with two definitions."""
    draft = chance.choice(DRAFTS)
    named: dict[str, Any] = {} if draft is None else {"$schema": draft}
    body = keywords(chance) | ({"properties": NESTED["properties"](chance, 2)} if chance.random() < 0.7 else {})
    definitions = {"one": keywords(chance, 1), "two": keywords(chance, 1)}
    return named | body | {"$defs": definitions}


def changed(chance: Random, schema: Any, *, is_root: bool = True) -> Any:
    """Return a copy of a schema in which one thing is different."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return part(chance, 1)
    keys = [key for key in schema if key != "$schema"]
    action = chance.choice(("inside", "inside", "inside", "drop", "replace", "add"))
    if action == "add" or not keys:
        return schema | keywords(chance, 1)
    key = chance.choice(keys)
    if action == "drop" and key != "$defs":
        return {name: below for name, below in schema.items() if name != key}
    known = {**SIMPLE, **NESTED}
    if action == "replace" and key in known and not is_root:
        return schema | {key: known[key](chance, 1)}
    return schema | {key: _inside(chance, key, schema[key])}


def _inside(chance: Random, key: str, below: Any) -> Any:
    if key in _MAPS and below:
        name = chance.choice(list(below))
        return below | {name: changed(chance, below[name], is_root=False)}
    if key in _LISTS:
        place = chance.randrange(len(below))
        return [*below[:place], changed(chance, below[place], is_root=False), *below[place + 1 :]]
    if key in SIMPLE:
        return SIMPLE[key](chance, 1)
    return changed(chance, below, is_root=False) if isinstance(below, dict) else below
