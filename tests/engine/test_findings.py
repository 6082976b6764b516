"""What a comparison of two schemas says, word for word, on both sides of each border."""

from typing import Any

import pytest

from punchcard.engine.compatibility import compare

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def number(**more: Any) -> dict[str, Any]:
    """Return a schema of a number."""
    return {"type": "number"} | more


def whole(**more: Any) -> dict[str, Any]:
    """Return a schema of a whole number."""
    return {"type": "integer"} | more


def text(**more: Any) -> dict[str, Any]:
    """Return a schema of a text."""
    return {"type": "string"} | more


def items(**more: Any) -> dict[str, Any]:
    """Return a schema of a list."""
    return {"type": "array"} | more


def fields(**more: Any) -> dict[str, Any]:
    """Return a schema of an object."""
    return {"type": "object"} | more


CUT = '"' + 58 * "x" + "…"

SAME: list[tuple[Any, Any]] = [
    (whole(exclusiveMinimum=1), whole(minimum=2)),
    (whole(exclusiveMaximum=1), whole(maximum=0)),
    (whole(minimum=1.5, maximum=3.5), whole(minimum=2, maximum=3)),
    (whole(exclusiveMinimum=1.5, exclusiveMaximum=3.5), whole(minimum=2, maximum=3)),
    (number(allOf=[{"minimum": 1}, {"exclusiveMinimum": 1}]), number(exclusiveMinimum=1)),
    (number(allOf=[{"maximum": 1}, {"exclusiveMaximum": 1}]), number(exclusiveMaximum=1)),
    (number(allOf=[{"minimum": 2}, {"exclusiveMinimum": 1}]), number(minimum=2)),
    (number(allOf=[{"maximum": 2}, {"exclusiveMaximum": 3}]), number(maximum=2)),
    (whole(), whole(multipleOf=1)),
    (whole(), whole(multipleOf=0.5)),
    (text(allOf=[{"maxLength": 5}, {"maxLength": 9}, {"minLength": 2}]), text(minLength=2, maxLength=5)),
    (items(maxItems=1), items(maxItems=1, uniqueItems=True)),
    (items(uniqueItems=True), items(allOf=[{"uniqueItems": True}])),
    (items(contains=text(), minContains=2), items(allOf=[{"contains": text(), "minContains": 2}])),
    (fields(required=["x", "y"]), fields(required=["x", "y"], minProperties=2)),
    (fields(minProperties=2, maxProperties=4), fields(allOf=[{"minProperties": 2, "maxProperties": 4}])),
    (fields(required=["y"]), fields(required=["y"], dependentRequired={"x": ["y", "x"]})),
    (fields(properties={"x": False}), fields(properties={"x": False}, dependentRequired={"x": ["y"]})),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_the_same_in_other_words(old: Any, new: Any) -> None:
    """What takes the same values, and can be seen to, has no findings in either direction."""
    for one, other in ((old, new), (new, old)):
        compared = compare({"properties": {"a": one}}, {"properties": {"a": other}})
        assert (compared.level, compared.findings) == ("compatible", [])


NARROWED: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    (number(minimum=1), number(exclusiveMinimum=1), [("/exclusiveMinimum", "Numbers up to 1")]),
    (number(maximum=1), number(exclusiveMaximum=1), [("/exclusiveMaximum", "Numbers from 1")]),
    (number(), number(minimum=1, maximum=2), [("/minimum", "Numbers below 1"), ("/maximum", "Numbers above 2")]),
    (number(), number(exclusiveMinimum=1), [("/exclusiveMinimum", "Numbers up to 1")]),
    (number(), number(exclusiveMaximum=1), [("/exclusiveMaximum", "Numbers from 1")]),
    (number(exclusiveMinimum=0), number(minimum=1), [("/minimum", "Numbers below 1")]),
    (number(exclusiveMaximum=3), number(maximum=2), [("/maximum", "Numbers above 2")]),
    (whole(multipleOf=3), whole(multipleOf=6), [("/multipleOf", "Numbers that are no multiple of 6")]),
    (number(), number(multipleOf=1), [("/multipleOf", "Numbers that are no multiple of 1")]),
    (
        text(minLength=1, maxLength=9), text(minLength=2, maxLength=8),
        [("/minLength", "Texts of fewer than 2 characters"), ("/maxLength", "Texts of more than 8 characters")],
    ),
    (
        text(), text(minLength=1, maxLength=8),
        [("/minLength", "Texts of fewer than 1 characters"), ("/maxLength", "Texts of more than 8 characters")],
    ),
    (text(), text(pattern="^a"), [("/pattern", 'Texts that do not match "^a"')]),
    (text(), text(format="date"), [("/format", 'Texts that are no "date"')]),
    (items(maxItems=2), items(maxItems=2, uniqueItems=True), [("/uniqueItems", "Lists with an item twice")]),
    (items(), items(uniqueItems=True), [("/uniqueItems", "Lists with an item twice")]),
    (
        items(minItems=1, maxItems=5), items(minItems=2, maxItems=4),
        [("/minItems", "Lists of fewer than 2 items"), ("/maxItems", "Lists of more than 4 items")],
    ),
    (items(), items(items=False), [("/items", "Lists with items beyond the first ones")]),
    (
        fields(minProperties=1, maxProperties=5), fields(minProperties=2, maxProperties=4),
        [("/minProperties", "Objects of fewer than 2 fields"), ("/maxProperties", "Objects of more than 4 fields")],
    ),
    (
        fields(), fields(minProperties=1, maxProperties=4),
        [("/minProperties", "Objects of fewer than 1 fields"), ("/maxProperties", "Objects of more than 4 fields")],
    ),
    (fields(required=["x"]), fields(required=["x"], minProperties=2),
     [("/minProperties", "Objects of fewer than 2 fields")]),
    (fields(), fields(required=["x"]), [("/required", 'Objects without "x"')]),
    (
        fields(), fields(dependentRequired={"x": ["y", "z"]}),
        [
            ("/dependentRequired/x", 'Objects with "x" and without "y"'),
            ("/dependentRequired/x", 'Objects with "x" and without "z"'),
        ],
    ),
    (
        fields(dependentRequired={"x": ["y"]}), fields(dependentRequired={"x": ["y", "z"]}),
        [("/dependentRequired/x", 'Objects with "x" and without "z"')],
    ),
    (fields(), fields(additionalProperties=False), [("/additionalProperties", "Fields that the schema does not name")]),
    (fields(), fields(properties={"x": False}), [("/properties/x", 'Objects with "x"')]),
    ({}, {"allOf": [False]}, [("/allOf/0", "Any values")]),
    ({}, text(), [("/type", "Values of another type than string")]),
    ({}, {"type": ["string", "null"]}, [("/type", "Values of another type than string or null")]),
    (text(), {"enum": ["a", "b"]}, [("/enum", 'Values other than "a", "b"')]),
    (text(), {"const": "a"}, [("/const", 'Values other than "a"')]),
    (text(), {"enum": list("abcdefg")}, [("/enum", 'Values other than "a", "b", "c", "d", "e" and 2 more')]),
    ({"enum": list("abcdef")}, {"enum": ["a"]}, [("/enum", 'The values "b", "c", "d", "e", "f"')]),
    ({"enum": list("abcdefgh")}, {"enum": ["a"]}, [("/enum", 'The values "b", "c", "d", "e", "f" and 2 more')]),
    ({"enum": [58 * "x", 59 * "x", "y"]}, {"const": "y"}, [("/const", f'The values "{58 * "x"}", {CUT}')]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "found"), NARROWED)
def test_what_is_told(old: Any, new: Any, found: list[tuple[str, str]]) -> None:
    """A gap is told where the demand stands: of the new schema it is refused now, of the old one it is taken now."""
    before, after = {"properties": {"a~/b": old}}, {"properties": {"a~/b": new}}
    compared = compare(before, after)
    assert compared.level == "breaking"
    assert [(one.level, one.pointer, one.detail) for one in compared.findings] == [
        ("breaking", f"/properties/a~0~1b{place}", f"{what} are refused now.") for place, what in found
    ]
    compared = compare(after, before)
    assert compared.level == "widening"
    assert [(one.level, one.pointer, one.detail) for one in compared.findings] == [
        ("widening", f"/properties/a~0~1b{place}", f"{what} are taken now.") for place, what in found
    ]


OPAQUE: list[tuple[Any, Any, str, str]] = [
    (items(), items(contains=text()), "/contains", "contains"),
    (items(contains=text()), items(contains=text(), minContains=2), "/contains", "contains"),
    (items(), items(unevaluatedItems=False), "/unevaluatedItems", ""),
    (fields(), fields(unevaluatedProperties=False), "/unevaluatedProperties", ""),
    ({}, {"not": text()}, "/not", "not"),
    ({}, {"oneOf": [text(), number()]}, "/oneOf", "oneOf"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "keyword"), OPAQUE)
def test_what_cannot_be_judged(old: Any, new: Any, place: str, keyword: str) -> None:
    """What cannot be compared breaks, and says so."""
    what = f"Schemas with this {keyword}" if keyword else f"Schemas with {place[1:]}"
    (found,) = compare({"properties": {"a": old}}, {"properties": {"a": new}}).findings
    assert (found.level, found.pointer) == ("breaking", f"/properties/a{place}")
    assert found.detail == f"{what} cannot be compared: values may be refused now."


def test_dependencies_of_older_drafts() -> None:
    """What an older draft demands beside a field is told in the same way."""
    old, new = ({"$schema": DRAFT_7, "dependencies": {"x": needed}} for needed in (["y"], ["y", "z"]))
    (found,) = compare(old, new).findings
    assert (found.pointer, found.detail) == ("/dependencies/x", 'Objects with "x" and without "z" are refused now.')


def test_single_values_that_are_lost() -> None:
    """Values are named at the keyword that picks them out, or at the part where several do."""
    for new, place in ((text(), "/type"), ({"minLength": 1}, "")):
        compared = compare({"properties": {"a": {"enum": ["", 1, "x"]}}}, {"properties": {"a": new}})
        assert compared.findings[0].pointer == f"/properties/a{place}"
        lost = "The values 1 are refused now." if place else 'The values "" are refused now.'
        assert compared.findings[0].detail == lost
