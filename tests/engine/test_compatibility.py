"""Comparing schemas: what is promised holds for every payload, and what has changed is pointed at."""

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from punchcard.engine.compatibility import compare
from punchcard.engine.example import make_example
from punchcard.engine.schema import Schema, SchemaFault, compile_schema
from tests.engine import schemas
from tests.sizes import count_of

PAIRS = count_of("pairs of schemas", 150)

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
COFFEE: dict[str, Any] = {
    "type": "object",
    "required": ["total"],
    "properties": {"total": {"type": "number", "minimum": 0}, "store": {"type": "string", "maxLength": 20}},
    "additionalProperties": False,
}


CHANCE = st.randoms(use_true_random=True)  # quick, and repeated by the seed that a failure shows


def compiled(document: Any) -> Schema:
    """Compile a made-up schema, or drop the case."""
    try:
        return compile_schema(document)
    except SchemaFault:
        assume(condition=False)
        raise


@settings(max_examples=PAIRS, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(chance=CHANCE)
def test_what_is_promised_holds(chance: Random) -> None:
    """Widening: what was valid is valid. Compatible: the other way round too. Checked against the validator."""
    old = schemas.document(chance)
    new = schemas.changed(chance, old)
    before, after = compiled(old), compiled(new)
    level = compare(old, new).level
    event(level)
    if level == "breaking":
        return
    payloads = [schemas.payload(chance) for _ in range(40)]
    payloads += [made for document in (old, new) if (made := make_example(document)) is not None]
    for payload in payloads:
        if before.takes(payload):
            assert after.takes(payload), (old, new, payload)
        elif level == "compatible":
            assert not after.takes(payload), (old, new, payload)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(chance=CHANCE)
def test_a_schema_is_compatible_with_itself(chance: Random) -> None:
    """Whatever it says, nothing has changed; and it may be written with other words beside."""
    document = schemas.document(chance)
    compiled(document)

    assert compare(document, document | {"description": "In other words"}).level == "compatible"


def total(**keywords: Any) -> dict[str, Any]:
    """Return the coffee schema with another total."""
    return COFFEE | {"properties": COFFEE["properties"] | {"total": keywords}}


def one_of(*kinds: str) -> dict[str, Any]:
    """Return a union told apart by a field."""
    return {"oneOf": [{"required": ["kind"], "properties": {"kind": {"const": kind}}} for kind in kinds]}


def within(**schema: Any) -> dict[str, Any]:
    """Return a schema for one field."""
    return {"properties": {"a": schema}}


TREE = {"properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "n": {"type": "integer"}}}
MOVED = {
    "$ref": "#/$defs/tree",
    "$defs": {
        "tree": {
            "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}, "n": {"type": "integer"}}
        }
    },
}

CASES: dict[str, tuple[Any, Any, str, list[str]]] = {
    "nothing": (COFFEE, COFFEE, "compatible", []),
    "a title": (COFFEE, COFFEE | {"title": "Coffee"}, "compatible", []),
    "the draft by name": (
        COFFEE, COFFEE | {"$schema": "https://json-schema.org/draft/2020-12/schema"}, "compatible", [],
    ),
    "taken away": (COFFEE, None, "widening", ["/required", "/properties/total/type", "/additionalProperties"]),
    "put in": (None, COFFEE, "breaking", ["/required", "/properties/total/type", "/additionalProperties"]),
    "put in for nothing": (None, {"type": "object"}, "compatible", []),
    "wider type": (total(type="integer", minimum=0), COFFEE, "widening", ["/properties/total/type"]),
    "narrower type": (COFFEE, total(type="integer", minimum=0), "breaking", ["/properties/total/type"]),
    "lower minimum": (COFFEE, total(type="number", minimum=-1), "widening", ["/properties/total/minimum"]),
    "higher minimum": (COFFEE, total(type="number", minimum=1), "breaking", ["/properties/total/minimum"]),
    "exclusive minimum of whole numbers": (
        total(type="integer", minimum=1), total(type="integer", exclusiveMinimum=0), "compatible", [],
    ),
    "multiple of a multiple": (
        within(multipleOf=4), within(multipleOf=2), "widening", ["/properties/a/multipleOf"],
    ),
    "required": (COFFEE, COFFEE | {"required": ["total", "store"]}, "breaking", ["/required"]),
    "not required": (COFFEE, COFFEE | {"required": []}, "widening", ["/required"]),
    "a new field where others are refused": (
        COFFEE, COFFEE | {"properties": COFFEE["properties"] | {"tip": {"type": "number"}}}, "widening",
        ["/additionalProperties"],
    ),
    "a new field where others were taken": (
        {"properties": {}}, within(type="string"), "breaking", ["/properties/a/type"],
    ),
    "a new field that may be anything": ({"properties": {}}, within(), "compatible", []),
    "a field forbidden": (within(), {"properties": {"a": False}}, "breaking", ["/properties/a"]),
    "longer text": (within(maxLength=2), within(maxLength=3), "widening", ["/properties/a/maxLength"]),
    "another pattern": (within(pattern="a"), within(pattern="b"), "breaking", ["/properties/a/pattern"]),
    "a format": (within(type="string"), within(type="string", format="date"), "breaking", ["/properties/a/format"]),
    "enum grows": (within(enum=[1, 2]), within(enum=[2, 1, 3]), "widening", ["/properties/a/enum"]),
    "enum shrinks": (within(enum=[1, 2]), within(enum=[2]), "breaking", ["/properties/a/enum"]),
    "enum of one": (within(enum=[1]), within(const=1), "compatible", []),
    "enum within a pattern": (
        within(enum=["ab", "ac"]), within(type="string", pattern="^a"), "widening", ["/properties/a/enum"],
    ),
    "items": (within(items={"type": "integer"}), within(items={"type": "number"}), "widening",
              ["/properties/a/items/type"]),
    "first items": (
        within(prefixItems=[{"type": "string"}], items=False), within(items={"type": "string"}), "widening",
        ["/properties/a/items"],
    ),
    "more items": (within(minItems=2), within(minItems=1), "widening", ["/properties/a/minItems"]),
    "items once": (within(maxItems=3), within(maxItems=3, uniqueItems=True), "breaking",
                   ["/properties/a/uniqueItems"]),
    "null or text, otherwise written": (
        within(type=["string", "null"]), within(anyOf=[{"type": "null"}, {"type": "string"}]), "compatible", [],
    ),
    "a branch more": (within(anyOf=[{"type": "null"}]), within(anyOf=[{"type": "null"}, {"type": "string"}]),
                      "widening", ["/properties/a/anyOf"]),
    "a kind more": (one_of("a", "b"), one_of("a", "b", "c"), "widening", ["/oneOf"]),
    "a kind fewer": (one_of("a", "b"), one_of("a"), "breaking", ["/oneOf"]),
    "put together": (
        {"required": ["a"], "properties": {"a": {"type": "string"}}},
        {"allOf": [{"required": ["a"]}, within(type="string")]}, "compatible", [],
    ),
    "a tree that moves": (TREE, MOVED, "compatible", []),
    "a definition that narrows": (
        MOVED, {"$ref": "#/$defs/tree", "$defs": {"tree": TREE | within(type="string")}}, "breaking",
        ["/$defs/tree/properties/a/type"],
    ),
    "another draft": (COFFEE, COFFEE | {"$schema": DRAFT_7}, "breaking", ["/$schema"]),
    "words beside a reference in draft 7": (
        {"$schema": DRAFT_7, "properties": {"a": {"$ref": "#/definitions/x", "minimum": 5}},
         "definitions": {"x": {"type": "integer"}}},
        {"$schema": DRAFT_7, "properties": {"a": {"type": "integer"}}}, "compatible", [],
    ),
    "what is not": (within(**{"not": {"type": "string"}}),
                    within(type="string"), "breaking", ["/properties/a/type"]),
    "what cannot be judged": (
        within(), within(contains={"const": 1}), "breaking", ["/properties/a/contains"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "level", "pointers"), CASES.values(), ids=CASES)
def test_a_change_is_judged_and_pointed_at(old: Any, new: Any, level: str, pointers: list[str]) -> None:
    """Each kind of change has its level, and its places among the findings."""
    found = compare(old, new)

    assert found.level == level
    assert set(pointers) <= {finding.pointer for finding in found.findings}
    assert bool(found.findings) is (level != "compatible")
    assert (level == "breaking") is any(finding.level == "breaking" for finding in found.findings)


def test_a_finding_says_which_values() -> None:
    """The sentence names the values that are concerned, not the keyword."""
    (finding,) = compare(within(enum=["a", "b"]), within(enum=["a"])).findings

    assert finding.detail == 'The values "b" are refused now.'


def test_what_is_too_intricate_is_breaking() -> None:
    """Comparing ends after a number of steps; what is not known by then is not promised."""

    def nested(levels: int, **leaf: Any) -> Any:
        below = nested(levels - 1, **leaf) if levels else leaf
        return {"anyOf": [{"properties": {name: below}, "minProperties": levels} for name in "abc"]}

    old, new = nested(4, type="integer"), nested(4, type="number")
    compile_schema(old)

    (finding,) = compare(old, new).findings

    assert (finding.level, finding.pointer) == ("breaking", "")
