"""Closing a schema: fields that it does not name are refused wherever it names some."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from punchcard.engine.closed import close
from punchcard.engine.schema import SchemaFault, compile_schema
from tests.engine import schemas
from tests.engine.test_compatibility import CHANCE, compiled
from tests.sizes import count_of

SCHEMAS = count_of("schemas closed", 150)

DRAFT_6 = "http://json-schema.org/draft-06/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
LINE = {"type": "object", "properties": {"sku": {"type": "string"}}}
SHOP = {
    "properties": {
        "total": {"type": "number"},
        "lines": {"type": "array", "items": LINE},
        "extra": {"type": "object"},
        "labels": {"properties": {"a": {}}, "additionalProperties": {"type": "string"}},
    }
}
REFERRING = {
    "$schema": DRAFT_7,
    "definitions": {"base": {"properties": {"id": {}}}, "line": {"allOf": [{"$ref": "#/definitions/base"}, LINE]}},
    "properties": {"line": {"$ref": "#/definitions/line"}, "base": {"$ref": "#/definitions/base"}},
}
CHOOSING = {"required": ["kind"], "oneOf": [
    {"properties": {"kind": {"const": "a"}, "a": {}}}, {"properties": {"kind": {"const": "b"}, "b": {}}},
]}  # fmt: skip
TREE = {"properties": {"children": {"items": {"$ref": "#"}}, "n": {}}}
SHARED = {"properties": {"one": LINE, "two": {"allOf": [{"$ref": "#/properties/one"}, {"properties": {"n": {}}}]}}}
ASKING = {
    "properties": {"a": {}, "kind": {"properties": {"x": {}}}},
    "not": {"required": ["kind"], "properties": {"kind": {"properties": {"x": {"const": 1}}, "required": ["x"]}}},
}

CASES: dict[str, tuple[Any, Any, Any]] = {
    "at the top": (SHOP, {"total": 1}, {"total": 1, "tip": 1}),
    "what is required is named": (
        {"properties": {"a": {}}, "required": ["b"]}, {"b": 1}, {"b": 1, "c": 1},
    ),
    "required beside a rule for the rest": (
        {"properties": {"a": {}}, "required": ["b"], "additionalProperties": {"type": "string"}}, {"b": "x"}, {"b": 1},
    ),
    "inside a list": (SHOP, {"lines": [{"sku": "a"}]}, {"lines": [{"sku": "a"}, {"sku": "a", "x": 1}]}),
    "what is described as open stays open": (SHOP, {"extra": {"x": 1}, "labels": {"x": "y"}}, {"labels": {"x": 1}}),
    "all that stand together name fields": (REFERRING, {"line": {"id": 1, "sku": "a"}}, {"line": {"id": 1, "x": 1}}),
    "a part in two uses": (REFERRING, {"base": {"id": 1}}, {"base": {"id": 1, "sku": "a"}}),
    "the branch that holds": (CHOOSING, {"kind": "a", "a": 1}, {"kind": "a", "b": 1}),
    "a tree": (TREE, {"children": [{"n": 1, "children": []}]}, {"children": [{"children": [{"m": 1}]}]}),
    "a part of another place": (SHARED, {"two": {"sku": "a", "n": 1}}, {"one": {"sku": "a", "n": 1}}),
    "what is asked is not closed": (ASKING, {"kind": {"x": 2}}, {"kind": {"x": 1}}),
    "conditions of a later draft say nothing": (
        {"$schema": DRAFT_6, "allOf": [{"properties": {"a": {}}}], "if": True, "then": False}, {"a": 1}, {"b": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "taken", "refused"), CASES.values(), ids=CASES)
def test_unnamed_fields_are_refused(document: Any, taken: Any, refused: Any) -> None:
    """What is named is taken as before; what is not, is refused at every level that names something."""
    schema = compile_schema(close(document))

    assert schema.takes(taken)
    assert not schema.takes(refused)
    assert compile_schema(document).takes(taken)


def test_the_refusal_points_at_the_field() -> None:
    """A fault names the unknown field, however deep it stands."""
    (fault,) = compile_schema(close(REFERRING)).faults({"line": {"id": 1, "x": 1}})

    assert (fault.path, fault.detail) == (("line", "x"), "This field is not known to the schema.")


@settings(max_examples=SCHEMAS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(chance=CHANCE)
def test_nothing_is_taken_that_was_refused(chance: Random) -> None:
    """A closed schema takes a part of what the schema takes, whatever is in it, and it compiles."""
    document = schemas.document(chance)
    schema = compiled(document)
    try:
        closed = compile_schema(close(document))
    except SchemaFault:
        return  # it says so when the event type is saved
    for payload in (schemas.payload(chance) for _ in range(20)):
        assert schema.takes(payload) or not closed.takes(payload)


def test_what_an_old_draft_cannot_say_is_refused() -> None:
    """Content is judged by drafts 6 and 7 alone, and unevaluated fields by later ones alone."""
    content = {"properties": {"a": {"contentEncoding": "base64"}}}

    assert compile_schema(close({"$schema": DRAFT_7, **content})).takes({"a": "YQ=="})
    with pytest.raises(SchemaFault, match="contentEncoding"):
        close({"$schema": DRAFT_7, "allOf": [content]})
