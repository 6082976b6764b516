"""What becomes of a schema that is closed, word for word; and what may not be in one at all."""

from typing import Any

import pytest

from punchcard.engine.closed import close
from punchcard.engine.schema import SchemaFault, compile_schema
from punchcard.engine.schema_parts import DRAFT_6, DRAFT_7, DRAFT_2019_09

X: dict[str, Any] = {"properties": {"x": {}}}
Y: dict[str, Any] = {"properties": {"y": {}}}
SAME: dict[str, Any] = {"additionalProperties": False}
LEFT: dict[str, Any] = {"unevaluatedProperties": False}
X_ALONE, Y_ALONE = X | SAME, Y | SAME

CLOSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {}), ({"type": "object"}, {"type": "object"}),
    ({"allOf": [{"minProperties": 1}]}, {"allOf": [{"minProperties": 1}]}),
    ({"properties": {"a": X, "b": False}}, {"properties": {"a": X_ALONE, "b": False}} | SAME),
    ({"anyOf": [X, {"required": ["b"]}]}, {"anyOf": [X, {"required": ["b"], "properties": {"b": True}}]} | LEFT),
    (
        {"if": {"properties": {"a": X}}, "then": {"properties": {"b": X}}, "else": {"required": ["c"]}},
        {"if": {"properties": {"a": X}}, "then": {"properties": {"b": X_ALONE}},
         "else": {"required": ["c"], "properties": {"c": True}}} | LEFT,
    ),
    ({"required": ["a"], "additionalProperties": X}, {"required": ["a"], "additionalProperties": X_ALONE}),
    ({"required": ["a"], "unevaluatedProperties": X}, {"required": ["a"], "unevaluatedProperties": X_ALONE}),
    ({"patternProperties": {"^a": X}}, {"patternProperties": {"^a": X_ALONE}} | SAME),
    ({"required": ["a"], "properties": {"a": X}}, {"required": ["a"], "properties": {"a": X_ALONE}} | SAME),
    (
        {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"properties": {"b": X}}}},
        {"dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"properties": {"b": X_ALONE}}}} | LEFT,
    ),
    (
        {"properties": {"l": {"prefixItems": [X, True], "items": Y, "contains": X}}},
        {"properties": {"l": {"prefixItems": [X_ALONE, True], "items": Y_ALONE, "contains": X}}} | SAME,
    ),
    ({"not": {"required": ["a"]}} | X, {"not": {"required": ["a"]}} | X_ALONE),
    ({"oneOf": [{"properties": {"a": X}}, {"type": "object"}]},
     {"oneOf": [{"properties": {"a": X}}, {"type": "object"}]} | LEFT),
    ({"propertyNames": {"pattern": "a"}, "title": "gone"} | X, {"propertyNames": {"pattern": "a"}} | X_ALONE),
    ({"properties": {"a": {"format": "uuid"}}}, {"properties": {"a": {"format": "uuid"}}} | SAME),
    (
        {"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}}, "b": Y}},
        {"$ref": "#/$defs/1", "$defs": {"1": {"properties": {"x": {"$ref": "#/$defs/1"} | LEFT}}}} | LEFT,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("document", "closed"), CLOSED)
def test_closed(document: dict[str, Any], closed: dict[str, Any]) -> None:
    """Parts that name fields take no others; what is asked stays; definitions are made for each use."""
    made = close(document)
    del made["$schema"]
    assert made == closed


OLDER: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (DRAFT_6, {"properties": {"a": {"format": "uuid"}, "b": {"format": "iri"}, "c": {"format": "date"}}}, DRAFT_6,
     {"properties": {"a": {}, "b": {}, "c": {"format": "date"}}} | SAME),
    (DRAFT_7, {"properties": {"a": {"format": "uuid"}, "b": {"format": "iri"}}}, DRAFT_7,
     {"properties": {"a": {}, "b": {"format": "iri"}}} | SAME),
    (DRAFT_7, {"dependencies": {"a": ["b"], "c": {"properties": {"d": X}}}}, DRAFT_2019_09,
     {"dependencies": {"a": ["b"], "c": {"properties": {"d": X_ALONE}}}} | LEFT),
    (DRAFT_7, {"properties": {"l": {"items": [X], "additionalItems": Y}}}, DRAFT_7,
     {"properties": {"l": {"items": [X_ALONE], "additionalItems": Y_ALONE}}} | SAME),
    (DRAFT_2019_09, {"allOf": [X]}, DRAFT_2019_09, {"allOf": [X]} | LEFT),
    (DRAFT_6, {"if": True, "then": X}, DRAFT_6, {}),
]  # fmt: skip


@pytest.mark.parametrize(("draft", "document", "closed_draft", "closed"), OLDER)
def test_closed_in_older_drafts(
    draft: str, document: dict[str, Any], closed_draft: str, closed: dict[str, Any]
) -> None:
    """The draft stays where it can say so; words that it does not know are left out."""
    assert close({"$schema": draft} | document) == {"$schema": closed_draft} | closed


@pytest.mark.parametrize("keyword", ["contentEncoding", "contentMediaType"])
def test_content_is_not_judged_by_a_later_draft(keyword: str) -> None:
    """Where a part judges content, an older draft cannot be closed by the word of a later one; alone it can."""
    judging = {"properties": {"a": {keyword: "base64" if keyword == "contentEncoding" else "application/json"}}}
    assert close({"$schema": DRAFT_7} | judging)["$schema"] == DRAFT_7
    with pytest.raises(SchemaFault, match="contentEncoding or contentMediaType"):
        close({"$schema": DRAFT_7, "allOf": [judging]})


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"properties": {"a": {"$id": "urn:x"}}}, "/properties/a", "A part with an $id"),
    ({"$defs": {"a": {"$id": "urn:x"}}}, "/$defs/a", "A part with an $id"),
    ({"properties": {"a": {"$ref": "#/$defs/b"}}}, "/properties/a/$ref", "'#/$defs/b' is not a place"),
    ({"properties": {"a": {"$ref": "https://example.org/x"}}}, "/properties/a/$ref", "'https://example.org/x' is not"),
    ({"properties": {"a": {"$ref": "#b"}}}, "/properties/a/$ref", "'#b' is not a place"),
    ({"allOf": [{"$ref": "#/allOf/1"}]}, "/allOf/0/$ref", "'#/allOf/1' is not a place"),
    ({"properties": {"a~/b": {"$dynamicRef": "#b"}}}, "/properties/a~0~1b/$dynamicRef", "$dynamicRef is not taken"),
    ({"allOf": [{"$ref": "#"}]}, "", "The schema refers to itself without going down"),
    ({"$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}, "/$defs/a", "The schema refers to itself"),
]


@pytest.mark.parametrize(("document", "pointer", "detail"), REFUSED)
def test_references_that_may_not_be(document: dict[str, Any], pointer: str, detail: str) -> None:
    """What leads nowhere, elsewhere or round in a circle is refused where it stands."""
    with pytest.raises(SchemaFault) as fault:
        compile_schema(document)
    assert (fault.value.pointer, str(fault.value)[: len(detail)]) == (pointer, detail)


def test_references_that_lead_down() -> None:
    """A whole with an $id, a tree, an anchor, places with signs in their names and in lists can be referred to."""
    for document in (
        {"$id": "urn:x", "properties": {"a": {"$ref": "#"}}},
        {"allOf": [True], "properties": {"a": {"$ref": "#/allOf/0"}}},
        {"$defs": {"a~/b": {"$anchor": "n"}}, "properties": {"a": {"$ref": "#/$defs/a~0~1b"}, "b": {"$ref": "#n"}}},
    ):  # fmt: skip
        compile_schema(document)
