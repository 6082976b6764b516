"""A schema that takes no field which it does not name: what the setting `allowUnknown: false` makes of one.

Wherever the schema describes an object by its fields (`properties`, `patternProperties`), further ones are refused; an
object that it does not describe stays as open as it was written, and so does one with an `additionalProperties` of its
own, or one below a branch of a `oneOf`. What stands together (`allOf`, `$ref`, a chosen branch) names fields together;
to require a field is to name it.
"""

from collections.abc import Mapping
from typing import Any

from punchcard.engine.schema import SchemaFault
from punchcard.engine.schema_cost import Path
from punchcard.engine.schema_parts import (
    DRAFT_6,
    DRAFT_7,
    DRAFT_2019_09,
    LISTS,
    MAPS,
    SINGLES,
    Parts,
    Unreadable,
    value_text,
)

_NAMING = ("properties", "patternProperties")
_JOINED = ("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")
_JOINED_SINGLES = ("if", "then", "else")
_JOINED_MAPS = ("dependentSchemas", "dependencies")
# What is asked rather than required: closing it would turn the answer round. So it would for the branches of a oneOf,
# of which a second one that no longer fits makes the first one count.
_ASKED = ("not", "if", "contains", "propertyNames", "oneOf")
# Words that a draft does not know, and so does not judge by, but the one that takes its place does.
_SINCE_7 = frozenset({"duration", "uuid"})
_UNKNOWN_FORMATS = {
    DRAFT_6: _SINCE_7 | {"idn-hostname", "iri", "iri-reference", "relative-json-pointer"},
    DRAFT_7: _SINCE_7,
}
_DEFINING = ("$defs", "definitions", "$anchor")


def close(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that takes what `document` takes, without the fields that it does not name.

    The document compiles. Raises: SchemaFault where its draft cannot say so.
    """
    parts = Parts(document)
    closing = _Closing(parts)
    try:
        made = closing.whole()
    except Unreadable as fault:
        raise SchemaFault("", f"allowUnknown cannot be false with the reference {str(fault)[:100]!r}.") from None
    draft = parts.draft
    if closing.needs_unevaluated and draft in (DRAFT_6, DRAFT_7):
        if closing.judges_content:
            detail = "allowUnknown cannot be false beside contentEncoding or contentMediaType in parts of this draft."
            raise SchemaFault("", detail)
        draft = DRAFT_2019_09  # these two have no word for it; all else that is left says the same there
    return {"$schema": draft, **made}


class _Closing:
    """Builds the closed schema. A part that something refers to is built anew, as a definition, for that use."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        # Where the schema judges itself what is left over, to name a field would take it out of that judgement.
        self._may_name = "unevaluatedProperties" not in value_text(parts.document)
        self._defined: dict[tuple[Path, bool], str] = {}
        self._waiting: list[tuple[Path, bool]] = []
        self.needs_unevaluated = False
        self.judges_content = False

    def whole(self) -> dict[str, Any]:
        """Return the whole schema. Raises: Unreadable."""
        made: dict[str, Any] = self._value((), closes=True)
        definitions = {}
        while self._waiting:
            path, closes = self._waiting.pop()
            definitions[self._defined[path, closes]] = self._part(path, closes=closes)
        return made | ({"$defs": definitions} if definitions else {})

    def _value(self, path: Path, *, closes: bool) -> Any:
        """Return the part that judges a whole value by itself, and so knows all of the fields that are named."""
        made = self._part(path, closes=closes)
        keywords = self._parts.keywords(path)
        if not closes or not keywords or {"additionalProperties", "unevaluatedProperties"} & keywords.keys():
            return made
        if any(keyword in keywords for keyword in _JOINED):
            if self._names_fields(path, set()):
                self.needs_unevaluated = True
                made["unevaluatedProperties"] = False
        elif any(keyword in keywords for keyword in _NAMING):
            made["additionalProperties"] = False
        return made

    def _part(self, path: Path, *, closes: bool) -> Any:
        keywords = self._parts.keywords(path)
        if not keywords:
            return self._parts.node(path)
        made: dict[str, Any] = {}
        for keyword, value in keywords.items():
            is_unknown = keyword == "format" and value in _UNKNOWN_FORMATS.get(self._parts.draft, ())
            if keyword not in _DEFINING and not is_unknown:
                made[keyword] = self._keyword((*path, keyword), value, closes=closes and keyword not in _ASKED)
        if closes and self._may_name and "required" in keywords and "additionalProperties" not in keywords:
            made["properties"] = dict.fromkeys(keywords["required"], True) | made.get("properties", {})
        self.judges_content |= "contentEncoding" in made or "contentMediaType" in made
        return made

    def _keyword(self, path: Path, value: Any, *, closes: bool) -> Any:
        keyword = path[-1]
        if keyword == "$ref":
            return self._reference(path[:-1], closes=closes)
        build = self._part if keyword in _JOINED or keyword == "not" else self._value
        if keyword in MAPS and isinstance(value, Mapping):
            return {
                name: below if isinstance(below, list) else build((*path, name), closes=closes)
                for name, below in value.items()
            }
        if keyword in LISTS and isinstance(value, list):
            return [build((*path, str(index)), closes=closes) for index in range(len(value))]
        return build(path, closes=closes) if keyword in SINGLES else value

    def _reference(self, path: Path, *, closes: bool) -> str:
        key = self._parts.referred(path), closes
        if key not in self._defined:
            self._defined[key] = str(len(self._defined) + 1)
            self._waiting.append(key)
        return f"#/$defs/{self._defined[key]}"

    def _names_fields(self, path: Path, seen: set[Path]) -> bool:
        """Tell whether a part, or one that stands together with it, names fields."""
        if path in seen:
            return False
        seen.add(path)
        keywords = self._parts.keywords(path)
        if any(keyword in keywords for keyword in _NAMING):
            return True
        joined = [(*path, keyword) for keyword in _JOINED_SINGLES if keyword in keywords]
        for keyword in (*_JOINED_MAPS, "allOf", "anyOf", "oneOf"):
            below = keywords.get(keyword, ())
            steps = below if isinstance(below, Mapping) else map(str, range(len(below)))
            joined += [(*path, keyword, step) for step in steps]
        joined += [self._parts.referred(path)] if "$ref" in keywords else []
        return any(self._names_fields(part, seen) for part in joined)
