"""Examples: whatever is made from a schema satisfies it."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings

from punchcard.engine.example import make_example
from punchcard.engine.schema import compile_schema
from punchcard.wire import decode, encode
from tests.engine import schemas
from tests.engine.test_compatibility import CHANCE, compiled
from tests.sizes import count_of

SCHEMAS = count_of("schemas with examples", 150)


@settings(max_examples=SCHEMAS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(chance=CHANCE)
def test_an_example_is_valid(chance: Random) -> None:
    """For any schema, the example that is made passes the validator, also as it travels; else none is given."""
    document = schemas.document(chance)
    schema = compiled(document)
    made = make_example(document)
    event("made" if made is not None else "none")
    assert made is None or schema.takes(decode(encode(made)))


POSSIBLE: dict[str, tuple[Any, Any]] = {
    "no schema": (None, {}),
    "everything": ({}, {}),
    "a number within bounds": (
        {"required": ["a"], "properties": {"a": {"type": "number", "exclusiveMinimum": 5, "multipleOf": 3}}}, {"a": 6},
    ),
    "the author's example": (
        {"required": ["a"], "properties": {"a": {"type": "string", "examples": ["Milan"]}}}, {"a": "Milan"},
    ),
    "the author's default, unless it does not fit": (
        {"properties": {"a": {"type": "string", "default": 5}, "b": {"default": 5}}}, {"a": "example", "b": 5},
    ),
    "a tree": (
        {"properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "n": {"type": "integer"}}},
        {"children": [{"n": 1}], "n": 1},
    ),
    "one branch": (
        {"oneOf": [{"required": ["a"], "properties": {"a": {"const": 1}}}, {"required": ["b"]}]}, {"a": 1},
    ),
    "a condition": (
        {"required": ["kind"], "properties": {"kind": {"enum": ["gift", "sale"]}},
         "if": {"properties": {"kind": {"const": "gift"}}}, "then": {"required": ["to"]}},
        {"kind": "gift", "to": "example"},
    ),
    "distinct items": (
        {"required": ["a"], "properties": {"a": {"minItems": 3, "uniqueItems": True, "items": {"type": "integer"}}}},
        {"a": [1, 10, 0]},
    ),
    "what one field brings with it": ({"required": ["a"], "dependentRequired": {"a": ["b"]}}, None),
    "names by a pattern": ({"minProperties": 3, "propertyNames": {"pattern": "^x_[a-z]{2}$"}}, None),
    "patterns and lengths": (
        {"required": ["sku"], "properties": {"sku": {"type": "string", "pattern": "^[A-Z]+-\\d{4}$", "minLength": 12}}},
        None,
    ),
    "formats": (
        {"required": ["a", "b", "c"], "properties": {
            "a": {"format": "date-time"}, "b": {"format": "email"}, "c": {"format": "uuid"},
        }},
        None,
    ),
    "draft 7": (
        {"$schema": "http://json-schema.org/draft-07/schema#", "required": ["a"],
         "properties": {"a": {"$ref": "#/definitions/a"}}, "definitions": {"a": {"type": "array", "items": [{}, {}],
         "additionalItems": False, "minItems": 2}}},
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), POSSIBLE.values(), ids=POSSIBLE)
def test_an_example_is_made(document: Any, expected: Any) -> None:
    """For schemas as people write them there is an example, and it looks like one."""
    made = make_example(document)

    assert made is not None
    assert compile_schema({} if document is None else document).takes(made)
    assert expected in (None, made)


IMPOSSIBLE: dict[str, Any] = {
    "no payload is a text": {"type": "string"},
    "nothing at all": {"not": {}},
    "contradiction": {"required": ["a"], "properties": {"a": {"minimum": 3, "maximum": 2, "type": "number"}}},
    "without end": {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}},
    "too much": {"required": ["a"], "properties": {"a": {"type": "array", "minItems": 100_000}}},
    "too long": {"required": ["a"], "properties": {"a": {"type": "string", "minLength": 100_000_000}}},
    "what Python does not read": {"required": ["a"], "properties": {"a": {"type": "string", "pattern": "^\\p{Thai}$"}}},
}


@pytest.mark.parametrize("document", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_it_is_said_when_none_could_be_made(document: Any) -> None:
    """A schema that nothing satisfies, or only what is out of reach, has no example."""
    assert make_example(document) is None
