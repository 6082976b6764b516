"""A schema as the parts that it is made of, for those who reason about it: comparing, closing, making examples.

A part is named by its path in the document. What the draft does not enforce, and what only describes, is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from jsonschema_rs.canonical import json as canonical

from punchcard.engine.schema import DRAFT_2020_12, DRAFTS
from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_references import anchors, at, target

DRAFT_6, DRAFT_7, DRAFT_2019_09, _ = DRAFTS
LISTS = ("allOf", "anyOf", "oneOf", "prefixItems", "items")
MAPS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
SINGLES = (
    "not", "if", "then", "else", "additionalProperties", "unevaluatedProperties", "propertyNames",
    "items", "additionalItems", "unevaluatedItems", "contains",
)  # fmt: skip
_DESCRIBING = frozenset(
    (
        "title", "description", "default", "examples", "$comment", "deprecated", "readOnly", "writeOnly", "$schema",
        "$id", "id", "contentSchema",
    )
)  # fmt: skip
_SINCE_2019 = ("dependentRequired", "dependentSchemas", "minContains", "maxContains")
_UNEVALUATED = ("unevaluatedProperties", "unevaluatedItems")
_CONTENT = ("contentMediaType", "contentEncoding")
# What a draft does not enforce, though others do.
_IDLE = {
    DRAFT_6: frozenset(("if", "then", "else", "prefixItems", *_SINCE_2019, *_UNEVALUATED)),
    DRAFT_7: frozenset(("prefixItems", *_SINCE_2019, *_UNEVALUATED)),
    DRAFT_2019_09: frozenset(("prefixItems", *_CONTENT)),
    DRAFT_2020_12: frozenset(("additionalItems", *_CONTENT)),
}
_BASE = "urn:schema"


class Unreadable(Exception):
    """The schema has a reference that leads nowhere, or that may be read in two ways."""


class Parts:
    """A schema that compiles, and its parts. None is the schema that takes everything."""

    def __init__(self, document: Mapping[str, Any] | None) -> None:
        raw: Mapping[str, Any] = {} if document is None else document
        self.draft = str(raw.get("$schema", DRAFT_2020_12)).removesuffix("#")
        self.has_lone_references = self.draft in (DRAFT_6, DRAFT_7)
        self._named = dict(anchors(raw, ()))
        self.document = self._bare(raw)
        self._registry = jsonschema_rs.Registry([(_BASE, {"$schema": self.draft} | self.document)])
        self._validators: dict[Path, Any] = {}
        self._identities: dict[tuple[Path, tuple[str, ...]], str] = {}

    def node(self, path: Path) -> Any:
        """Return the part at `path`: its keywords, or True or False."""
        return at(self.document, path)

    def keywords(self, path: Path) -> Mapping[str, Any]:
        """Return the keywords of the part at `path`; True and False have none."""
        found = self.node(path)
        return found if isinstance(found, Mapping) else {}

    def together(self, path: Path) -> list[Path]:
        """Return the parts that a value must satisfy all together: this one, those in allOf, and what they refer to."""
        found: dict[Path, None] = {}
        waiting = [path]
        while waiting:
            part = waiting.pop()
            if part in found:
                continue
            found[part] = None
            keywords = self.keywords(part)
            waiting += [(*part, "allOf", str(index)) for index in range(len(keywords.get("allOf", ())))]
            if "$ref" in keywords:
                waiting.append(self.referred(part))
        return list(found)

    def referred(self, path: Path) -> Path:
        """Return the part that the part at `path` refers to. Raises: Unreadable."""
        return self._target(self.keywords(path)["$ref"])

    def of_property(self, path: Path, name: str) -> list[Path]:
        """Return the parts by which the part at `path` judges the property of that name."""
        keywords = self.keywords(path)
        found = [(*path, "properties", name)] if name in keywords.get("properties", ()) else []
        patterns = keywords.get("patternProperties", ())
        found += [(*path, "patternProperties", pattern) for pattern in patterns if matches(pattern, name)]
        return found or [(*path, "additionalProperties")] * ("additionalProperties" in keywords)

    def of_item(self, path: Path, index: int) -> list[Path]:
        """Return the part by which the part at `path` judges an item."""
        first, rest = self.item_keywords(path)
        keywords = self.keywords(path)
        if index < len(keywords.get(first, ())):
            return [(*path, first, str(index))]
        return [(*path, rest)] * (rest in keywords)

    def item_keywords(self, path: Path) -> tuple[str, str]:
        """Return the keyword of the first items, each by itself, and the one of all others."""
        if self.draft == DRAFT_2020_12:
            return "prefixItems", "items"
        is_list = isinstance(self.keywords(path).get("items"), list)
        return ("items", "additionalItems") if is_list else ("prefixItems", "items")

    def fits(self, path: Path, value: Any) -> bool:
        """Tell whether the part at `path` takes a value."""
        validator = self._validators.get(path)
        if validator is None:
            pointer = "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)
            validator = self._validators[path] = jsonschema_rs.validator_for(
                {"$schema": self.draft, "$ref": f"{_BASE}#{quote(pointer)}"},
                registry=self._registry,
                offline=True,
                validate_formats=True,
                pattern_options=jsonschema_rs.RegexOptions(),
            )
        return bool(validator.is_valid(value))

    def identity(self, path: Path, *names: str) -> str:
        """Return a text that is the same for parts that take the same for the same reason; `names` choose keywords."""
        key = path, names
        if key not in self._identities:
            chosen = self.node(path)
            if names:
                chosen = {name: chosen[name] for name in names if name in chosen}
            referred: dict[str, Any] = {}
            self._refer(chosen, referred)
            self._identities[key] = canonical.to_string({"draft": self.draft, "part": chosen, "referred": referred})
        return self._identities[key]

    def _refer(self, node: Any, referred: dict[str, Any]) -> None:
        for reference in _references(node):
            if reference not in referred:
                referred[reference] = self.node(self._target(reference))
                self._refer(referred[reference], referred)

    def _target(self, reference: str) -> Path:
        found = target(self.document, reference, self._named)
        if found is None or "%" in reference:
            raise Unreadable(reference)
        return found

    def _bare(self, node: Any) -> Any:
        """Return a part without what its draft does not enforce; places stay as they are."""
        if not isinstance(node, Mapping):
            return node
        if self.has_lone_references and "$ref" in node:
            kept: Mapping[str, Any] = {key: node[key] for key in ("$ref", "$defs", "definitions") if key in node}
        else:
            kept = {key: node[key] for key in node if key not in _DESCRIBING and key not in _IDLE[self.draft]}
        return {key: self._bare_below(key, value) for key, value in kept.items()}

    def _bare_below(self, key: str, value: Any) -> Any:
        if key in MAPS and isinstance(value, Mapping):
            return {name: self._bare(part) for name, part in value.items()}
        if key in LISTS and isinstance(value, list):
            return [self._bare(part) for part in value]
        return self._bare(value) if key in SINGLES else value


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for below in node.values():
            yield from _references(below)
    elif isinstance(node, list):
        for below in node:
            yield from _references(below)


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> Any:
    return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())


def matches(pattern: str, text: str) -> bool:
    """Tell whether a text matches a pattern, as the validator sees it."""
    return bool(_pattern(pattern).is_valid(text))


def same_value(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal as JSON Schema sees it: 1 is 1.0, and True is not 1."""
    return value_text(one) == value_text(other)


def value_text(value: Any) -> str:
    """Return the one text of a JSON value."""
    return canonical.to_string(value)


def texts(values: Sequence[Any]) -> set[str]:
    """Return the texts of values."""
    return {value_text(value) for value in values}
