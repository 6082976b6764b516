"""Schemas that fetch, loop, swell or stall, and honest ones that must work: row T36."""

import json
from typing import Any

import pytest

from tests.abuse.conftest import Sentinel
from tests.promptly import ATTEMPTS, promptly
from tests.shop import Shop

DRAFTS = (
    "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#", "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema",
)  # fmt: skip


def create(shop: Shop, schema: Any, name: str = "PURCHASED_COFFEE") -> Any:
    """Try to create an event type with a schema."""
    body = {"name": name, "description": "An event type of a test", "isPrivate": True, "schema": schema}
    return shop.call("POST", "/v1/event_types/", body)


def constrain(shop: Shop, constraint: Any) -> Any:
    """Try to create a reactor with a constraint."""
    body = {"name": "A reactor", "eventType": "VISITED_SHOP", "constraint": constraint, "reactions": []}
    return shop.call("POST", "/v1/event_reactors/", body)


def outward(url: str) -> list[Any]:
    """Return schemas that refer outside themselves."""
    return [
        {"$ref": url},
        {"$schema": url},
        {"$schema": url, "type": "object"},
        {"$schema": url + "#"},
        {"properties": {"a": {"$ref": url}}},
        {"properties": {"a": {"$ref": url + "#/definitions/a"}}},
        {"allOf": [{"$ref": url}]},
        {"if": {"$ref": url}},
        {"items": [{"$ref": url}]},
        {"dependencies": {"a": {"$ref": url}}},
        {"$defs": {"a": {"$ref": url}}},
        {"definitions": {"a": {"not": {"$ref": url}}}},
        {"$id": url, "$ref": "other.json"},
        {"$id": url, "properties": {"a": {"$id": "b.json", "$ref": "c.json"}}},
        {"$defs": {"a": {"$id": url, "$schema": url}}},
        {"$dynamicRef": url},
        {"$schema": DRAFTS[1], "$recursiveRef": url},
        {"x": {"$ref": url}, "properties": {"a": {"$ref": "#/x"}}},
        {"$ref": url.removeprefix("http:")},
    ]


def test_a_schema_fetches_nothing(door: Shop, sentinel: Sentinel) -> None:
    """T36: a reference or a meta-schema outside the schema is 422, by HTTP or from a file, and nobody knocks there."""
    files = ("file:///etc/passwd", "file:///proc/self/environ", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "urn:x:y")
    for url in (sentinel.url, *files):
        for schema in outward(url):
            answers = (create(door, schema), constrain(door, schema))
            assert [answer.status_code for answer in answers] == [422, 422], schema
            assert "root:" not in answers[0].text
    harmless: list[Any] = [
        {"$id": sentinel.url}, {"default": {"$ref": sentinel.url}}, {"examples": [{"$schema": sentinel.url}]},
        {"const": {"$ref": sentinel.url}}, {"properties": {"$ref": {"const": sentinel.url}}},
        {"$comment": sentinel.url},
    ]  # fmt: skip
    for number, schema in enumerate(harmless):
        name = "HARMLESS_" + "ABCDEFGH"[number]
        assert create(door, schema, name).status_code == 200, schema
        user = door.user()
        door.call("POST", "/v1/events", {"type": name, "subject": user["id"], "payload": {"$ref": sentinel.url}})
    assert sentinel.visits() == 0


LOOPS: list[Any] = [
    {"$ref": "#"},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    {"allOf": [{"$ref": "#"}]},
    {"anyOf": [{"type": "string"}, {"not": {"$ref": "#"}}]},
    {"if": {"$ref": "#"}},
    {"dependentSchemas": {"a": {"$ref": "#"}}},
    {"properties": {"a": {"oneOf": [{"$ref": "#/properties/a"}]}}},
]


@pytest.mark.parametrize("schema", LOOPS, ids=range(len(LOOPS)))
def test_a_schema_that_turns_on_the_spot_is_422(door: Shop, schema: Any) -> None:
    """T36: a reference that comes back to itself without going down into the value is 422."""
    assert create(door, schema).status_code == 422
    assert constrain(door, schema).status_code == 422


def chain(length: int) -> Any:
    """Return a schema whose references form one long chain."""
    links = {f"a{n}": {"$ref": f"#/$defs/a{n + 1}"} for n in range(length)}
    return {"$ref": "#/$defs/a0", "$defs": links | {f"a{length}": {"type": "object"}}}


def doubling(keyword: str, length: int) -> Any:
    """Return a schema each of whose parts refers to the next one twice, for the same value."""
    links = {f"a{n}": {keyword: [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(length)}
    return {"$ref": "#/$defs/a0", "$defs": links | {f"a{length}": {"type": "string"}}}


def doubling_below() -> Any:
    """Return a schema that judges each level of a tree twice as often as the one above."""
    child = {"properties": {"c": {"$ref": "#/$defs/n"}}}
    return {"$ref": "#/$defs/n", "$defs": {"n": {"allOf": [child, child]}}}


COSTLY: dict[str, Any] = {
    "5 MB": {"description": "x" * 5_000_000},
    "100 kB": {"enum": ["x" * 1_000] * 100},
    "doubling by allOf": doubling("allOf", 40),
    "doubling by anyOf": doubling("anyOf", 40),
    "doubling by oneOf": doubling("oneOf", 40),
    "doubling below": doubling_below(),
    "a huge automaton": {"properties": {"a": {"pattern": "((a{100}){100}){100}"}}},
    "a huge automaton of letters": {"properties": {"a": {"pattern": r"^(\p{L}{1,900}){1,900}$"}}},
    "a huge automaton of keys": {"patternProperties": {"((a{100}){100}){100}": {}}},
    "a lookahead": {"properties": {"a": {"pattern": "(?=a)b"}}},
    "a back reference": {"properties": {"a": {"pattern": r"(a)\1"}}},
    "no pattern": {"properties": {"a": {"pattern": "["}}},
    "an unknown type": {"type": "float"},
    "no schema below": {"properties": {"a": 5}},
    "a negative length": {"properties": {"a": {"maxLength": -1}}},
    "a reference to nothing": {"properties": {"a": {"$ref": "#/$defs/nothing"}}},
    "a reference that is no text": {"properties": {"a": {"$ref": 5}}},
}


@pytest.mark.parametrize("schema", COSTLY.values(), ids=COSTLY)
def test_a_schema_that_costs_too_much_or_is_none_is_refused(door: Shop, schema: Any) -> None:
    """T36: what is too large, too intricate to judge, or no schema is 422 (413 by its size), within a second."""
    assert promptly(lambda: {create(door, schema).status_code, constrain(door, schema).status_code}) <= {413, 422}


def test_a_long_chain_of_references_is_cheap(door: Shop) -> None:
    """T36: a chain of 400 references is taken and judged at once, the longest that fits is refused as fast."""
    assert promptly(lambda: create(door, chain(1_700))).status_code == 422
    names = iter(f"LONG_CHAIN_{letter}" for letter in "ABCDE")
    made = promptly(lambda: create(door, chain(400), next(names)))
    assert made.status_code == 200
    event = {"type": made.json()["data"]["name"], "subject": door.user()["id"]}
    assert promptly(lambda: door.call("POST", "/v1/events", event)).status_code in (200, 409)
    assert len(door.done("GET", f"/v1/events/?type={event['type']}")) == 1


def test_a_catastrophic_pattern_takes_no_time(door: Shop) -> None:
    """T36: nested quantifiers are matched in linear time: 200,000 characters are refused in a moment."""
    for number, pattern in enumerate(
        ("^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*a){10}", r"^(\w+\s?)*$", "^(([a-z])+.)+[A-Z]")
    ):
        name = "CATASTROPHE_" + "ABCDEFGH"[number]
        made = create(door, {"properties": {"a": {"type": "string", "pattern": pattern}}}, name)
        assert made.status_code == 200, pattern
        subjects = iter([door.user()["id"] for _ in range(ATTEMPTS)])
        payload = {"a": "a" * 200_000 + "!"}
        answer = promptly(
            lambda name=name, subjects=subjects, payload=payload: door.call(  # type: ignore[misc]
                "POST", "/v1/events", {"type": name, "subject": next(subjects), "payload": payload}
            )
        )
        assert answer.status_code in (200, 422)
        assert len(answer.content) < 250_000 if answer.status_code == 200 else len(answer.content) < 10_000


TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
    "additionalProperties": False,
}
EXPRESSION = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "oneOf": [
                {"type": "object", "required": ["and"], "properties": {"and": {"$ref": "#/$defs/nodes"}}},
                {"type": "object", "required": ["or"], "properties": {"or": {"$ref": "#/$defs/nodes"}}},
                {"type": "object", "required": ["not"], "properties": {"not": {"$ref": "#/$defs/node"}}},
                {"type": "object", "required": ["is"], "properties": {"is": {"type": "string"}}},
            ]
        },
        "nodes": {"type": "array", "items": {"$ref": "#/$defs/node"}, "minItems": 1},
    },
}
BINARY = {
    "$ref": "#/definitions/t",
    "$schema": DRAFTS[2],
    "definitions": {
        "t": {
            "type": ["object", "null"],
            "properties": {"left": {"$ref": "#/definitions/t"}, "right": {"$ref": "#/definitions/t"}},
        }
    },
}


def test_honest_recursive_schemas_work(shop: Shop) -> None:
    """T36: a tree, an expression and a binary tree are taken, judge deep payloads, and point at what is wrong."""
    user = shop.user()

    def nested(make: Any, innermost: Any, depth: int) -> Any:
        for _ in range(depth):
            innermost = make(innermost)
        return innermost

    def report(name: str, payload: Any) -> Any:
        return shop.call("POST", "/v1/events", {"type": name, "subject": user["id"], "payload": payload})

    for name, schema in (("TREE", TREE), ("EXPRESSION", EXPRESSION), ("BINARY", BINARY)):
        assert create(shop, schema, name).status_code == 200, name
    tree = nested(lambda below: {"name": "n", "children": [below]}, {"name": "leaf"}, 12)
    assert report("TREE", tree).status_code == 200
    wrong = report("TREE", {"name": "n", "children": [{"name": "a"}, {"nam": "b"}]})
    assert {fault["pointer"] for fault in wrong.json()["errors"]} == {
        "/payload/children/1/name",
        "/payload/children/1/nam",
    }
    expression = nested(lambda below: {"and": [below, {"is": "x"}]}, {"is": "y"}, 12)
    assert report("EXPRESSION", expression).status_code == 200
    assert report("EXPRESSION", {"not": {"and": []}}).status_code == 422
    both = nested(lambda below: {"left": below, "right": None}, {}, 25)
    assert report("BINARY", both).status_code == 200
    assert report("BINARY", {"left": {"right": 5}}).status_code == 422


@pytest.mark.parametrize("draft", DRAFTS)
def test_each_draft_judges_by_its_own_rules(shop: Shop, draft: str) -> None:
    """T36: `items` with a list is a tuple up to 2019-09 and refused in 2020-12; exclusive bounds are numbers."""
    schema = {
        "$schema": draft, "type": "object", "definitions": {"p": {"type": "number", "exclusiveMinimum": 0}},
        "properties": {"price": {"$ref": "#/definitions/p"}, "pair": {"items": [{"type": "string"},
        {"type": "number"}]}},
    }  # fmt: skip
    made = create(shop, schema)
    if "2020-12" in draft:
        assert made.status_code == 422
        del schema["properties"]["pair"]  # type: ignore[attr-defined]  # it is a dict of dicts
        assert create(shop, schema).status_code == 200
    else:
        assert made.status_code == 200
    user = shop.user()

    def report(payload: Any) -> int:
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": payload}
        return shop.call("POST", "/v1/events", body).status_code

    assert [report({"price": 0.01}), report({"price": 0}), report({"price": "1"})] == [200, 422, 422]
    if "2020-12" not in draft:
        assert [report({"pair": ["a", 1]}), report({"pair": [1, "a"]})] == [200, 422]


def test_all_faults_at_once(shop: Shop) -> None:
    """T36: a payload with many faults is told all of them, at most a hundred, each with its pointer."""
    properties = {f"p{n}/~": {"type": "integer"} for n in range(150)}
    shop.event_type(
        schema={"type": "object", "properties": properties, "required": ["must"], "additionalProperties": False}
    )
    user = shop.user()
    few = {"p1/~": "x", "p2/~": 1.5, "unknown": 1}
    answer = shop.call("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": few})
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/payload/p1~1~0", "/payload/p2~1~0", "/payload/unknown", "/payload/must"}
    many = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": dict.fromkeys(properties, "x")}
    assert len(shop.call("POST", "/v1/events", many).json()["errors"]) == 100


def test_a_schema_comes_back_as_it_was(shop: Shop) -> None:
    """T36: numbers, order and texts of a schema are shown as they were sent; a null schema takes any payload."""
    text = '{"type":"object","properties":{"b":{"maximum":9007199254740993,"multipleOf":0.01},"a":{"enum":["é",1e2]}}}'
    body = b'{"name":"EXACT","description":"Exact","isPrivate":true,"schema":%s}' % text.encode()
    made = shop.call("POST", "/v1/event_types/", body)
    assert made.status_code == 200
    assert '"maximum":9007199254740993,"multipleOf":0.01' in made.text
    assert list(json.loads(made.text)["data"]["schema"]["properties"]) == ["b", "a"]
    assert shop.done("PATCH", "/v1/event_types/EXACT", {"schema": None})["schema"] is None


DERIVATIONS: list[Any] = [
    {"type": "NUMBER", "value": "1e999999999"}, {"type": "NUMBER", "value": "-1e999999"},
    {"type": "NUMBER", "value": "NaN"}, {"type": "NUMBER", "value": "Infinity"}, {"type": "NUMBER", "value": " 1"},
    {"type": "NUMBER", "value": "1_0"}, {"type": "NUMBER", "value": True}, {"type": "NUMBER", "value": None},
    {"type": "NUMBER", "value": "9" * 65}, {"type": "JSON_VALUE", "value": ""}, {"type": "JSON_VALUE", "value": 5},
    {"type": "PAYLOAD_QUERY", "value": "x"}, {"operation": "SUM", "arguments": []}, {"operation": "POWER",
    "arguments": []},
]  # fmt: skip


@pytest.mark.parametrize("argument", DERIVATIONS, ids=range(len(DERIVATIONS)))
def test_a_derivation_that_cannot_be_worked_out_is_refused(door: Shop, argument: Any) -> None:
    """T36: a reactor whose points could not be worked out, or only in years, is 422, and the shop goes on."""
    refused = [
        {"operation": "SUM", "arguments": [argument]},
        {"operation": "PRODUCT", "arguments": [{"type": "NUMBER", "value": 2}, argument]},
    ]
    for points in refused:
        body = {"name": "A reactor", "eventType": "VISITED_SHOP", "reactions": [{"type": "POINTS", "points": points}]}
        assert door.call("POST", "/v1/event_reactors/", body).status_code == 422
    assert door.call("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": door.user()["id"]}).status_code == 200


@pytest.mark.parametrize("most", ["1e999999999", "-1e999999", "NaN", "5", True, []])
def test_a_maximum_is_a_number(door: Shop, most: Any) -> None:
    """T36: `max` of a derivation is a JSON number that can be kept, or the reactor is 422 (400 when unreadable)."""
    points = {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": "1"}], "max": most}
    body = {"name": "A reactor", "eventType": "VISITED_SHOP", "reactions": [{"type": "POINTS", "points": points}]}
    assert door.call("POST", "/v1/event_reactors/", body).status_code in (400, 422)
    assert door.call("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": door.user()["id"]}).status_code == 200
