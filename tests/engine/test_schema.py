"""Schemas: what is refused when they are saved, and how faults are told."""

from decimal import Decimal
from typing import Any

import pytest

from punchcard.engine.schema import DRAFT_6, SCHEMA_CHARACTERS_MAX, SchemaFault, compile_schema

TREE = {
    "type": "object",
    "properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "n": {"type": "integer"}},
}


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"$ref": "#"}, ""),
        ({"allOf": [{"$ref": "#"}]}, ""),
        ({"not": {"$ref": "#"}}, ""),
        ({"properties": {"a": {"$ref": "#/properties/b"}, "b": {"$ref": "#/properties/a"}}}, "/properties/"),
        ({"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}, "/$defs/a"),
        ({"$ref": "http://127.0.0.1:9/x"}, "/$ref"),
        ({"$ref": "file:///etc/passwd"}, "/$ref"),
        ({"$ref": "other.json"}, "/$ref"),
        ({"$ref": "#/nowhere"}, "/$ref"),
        ({"properties": {"a": {"$id": "http://127.0.0.1:9/", "$ref": "x"}}}, "/properties/a"),
        ({"$dynamicRef": "#x"}, "/$dynamicRef"),
        ({"type": "money"}, "/type"),
        ({"minimum": "3"}, "/minimum"),
        ({"pattern": "(?=a)"}, "/pattern"),
        ({"pattern": "("}, "/pattern"),
        ({"$schema": "http://127.0.0.1:9/meta"}, ""),
        ({"enum": ["x" * SCHEMA_CHARACTERS_MAX]}, ""),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(schema: Any, pointer: str) -> None:
    """T36: loops, references to elsewhere, unknown words, costly patterns and giants are refused, with the place."""
    with pytest.raises(SchemaFault) as refused:
        compile_schema(schema)

    assert refused.value.pointer.startswith(pointer)


def test_an_honest_tree_works() -> None:
    """A schema may refer to itself below itself."""
    tree = compile_schema(TREE)

    assert tree.takes({"n": 1, "children": [{"n": 2, "children": []}]})
    assert [fault.path for fault in tree.faults({"children": [{"children": [{"n": "x"}]}]})] == [
        ("children", 0, "children", 0, "n")
    ]


def test_an_anchor_is_a_place_in_the_schema() -> None:
    """A reference by $anchor is found."""
    schema = compile_schema(
        {"properties": {"a": {"$ref": "#amount"}}, "$defs": {"x": {"$anchor": "amount", "type": "number"}}}
    )

    assert schema.takes({"a": 1})
    assert not schema.takes({"a": "1"})


def test_a_property_called_ref_is_no_reference() -> None:
    """Names of properties are not keywords."""
    assert compile_schema({"properties": {"$ref": {"type": "string"}}}).takes({"$ref": "http://x"})


def test_every_fault_is_told_where_it_is() -> None:
    """A missing or unexpected field is pointed at itself, and all faults come at once."""
    schema = compile_schema(
        {"required": ["total"], "properties": {"total": {}, "cups": {"maximum": 5}}, "additionalProperties": False}
    )

    assert {(fault.path, fault.keyword) for fault in schema.faults({"cups": 6, "x": 1, "y": 2})} == {
        (("total",), "required"),
        (("cups",), "maximum"),
        (("x",), "additionalProperties"),
        (("y",), "additionalProperties"),
    }


def test_numbers_are_exact() -> None:
    """A multiple of 0.01 is one to the last digit."""
    schema = compile_schema({"properties": {"total": {"multipleOf": Decimal("0.01")}}})

    assert schema.takes({"total": Decimal("19.99")})
    assert not schema.takes({"total": Decimal("19.999")})


def test_the_draft_is_the_one_that_is_named() -> None:
    """Draft 6 is the default of constraints and knows no if/then; 2020-12 does."""
    conditional = {"if": {"required": ["a"]}, "then": {"required": ["b"]}}

    assert compile_schema(conditional, default_draft=DRAFT_6).takes({"a": 1})
    assert not compile_schema(conditional).takes({"a": 1})
    assert compile_schema({"$schema": DRAFT_6, **conditional}).takes({"a": 1})


def test_a_catastrophic_pattern_is_harmless() -> None:
    """Patterns run in linear time."""
    assert not compile_schema({"properties": {"a": {"pattern": "^(a+)+$"}}}).takes({"a": "a" * 50_000 + "b"})
