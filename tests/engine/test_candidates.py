"""What is tried for a schema, in its order: likely values first, then those at the borders of what is asked for."""

from decimal import Decimal
from typing import Any

import pytest

from punchcard.engine.example import FIELDS_MAX, ITEMS_MAX, make_example
from punchcard.engine.example_texts import TEXT_CHARACTERS_MAX, numbers, texts
from punchcard.engine.schema_facts import Facts
from punchcard.engine.schema_parts import Parts


def known(*more: Any, **schema: Any) -> Facts:
    """Return what a schema, and more of them, say of a value."""
    return Facts(Parts({"allOf": [schema, *more]}), [()])


HALF = Decimal("0.5")
NUMBERS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"type": "integer"}, [1, 10, *range(9), HALF, HALF]),
    ({"minimum": 1, "maximum": 9}, [
        1, 10, *range(1, 10), *range(9, 1, -1), 5, *range(2, 5), *range(6, 9), 1 + HALF, 9 + HALF, 1, 9,
    ]),
    ({"minimum": 2}, [*range(2, 11), 2 + HALF, HALF, 2]),
    ({"type": "integer", "maximum": 0}, [*range(-8, 1), *range(0, -8, -1), HALF, HALF, 0]),
    ({"minimum": 3, "maximum": 11}, [
        *range(3, 12), *range(11, 3, -1), 7, *range(4, 7), *range(8, 11), 3 + HALF, 11 + HALF, 3, 11,
    ]),
    ({"multipleOf": 0.5, "minimum": 2}, [
        2, 2 + HALF, 3, 3 + HALF, 4, 4 + HALF, 5, 5 + HALF, 6, 2 + HALF, HALF, 2,
    ]),
    ({"type": "integer", "multipleOf": 6, "maximum": 20, "allOf": [{"multipleOf": 4}]}, [
        1, 10, *range(-84, 13, 12), *range(12, -73, -12), HALF, 20 + HALF, 20,
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("schema", "tried"), NUMBERS)
def test_numbers_to_try(schema: dict[str, Any], tried: list[Any]) -> None:
    """One and ten where they fit, multiples from the lower bound up, from the upper one down, and what lies between."""
    assert list(numbers(known(**schema))) == tried


def test_steps_of_fractions_have_a_common_one() -> None:
    """Of two steps it is the least number that is a multiple of both."""
    facts = known({"multipleOf": Decimal("0.4")}, multipleOf=Decimal("0.6"), minimum=1)
    assert list(numbers(facts))[2:6] == [Decimal("1.2"), Decimal("2.4"), Decimal("3.6"), Decimal("4.8")]


PLAIN = ["example", *(f"example {number}" for number in range(2, 8))]
LETTERS = "abcdefgh"


def test_texts_to_try() -> None:
    """Plain ones are made longer behind and shorter in front; letters are as many as are needed."""
    tried = list(texts(known(minLength=9)))
    assert tried[:15] == ["examplexx", *PLAIN[1:], *(letter * 9 for letter in LETTERS)]
    assert list(texts(known(maxLength=3)))[:15] == ["ple", *(text[-3:] for text in PLAIN[1:]), *LETTERS]
    assert list(texts(known(format="date", maxLength=10)))[:2] == ["2026-03-01", "example"]
    assert next(texts(known(format="unheard-of"))) == "example"
    assert len(next(texts(known(minLength=TEXT_CHARACTERS_MAX)))) == TEXT_CHARACTERS_MAX == 10_000
    assert list(texts(known(minLength=TEXT_CHARACTERS_MAX + 1))) == []


@pytest.mark.parametrize(
    ("pattern", "tried"),
    [
        ("^[ab]{2,}$", ["aa", "bb"] * 4 + ["aaa", "bbb"] * 4 + ["aaaa", "bbbb"] * 4), ("^[^x]$", ["y"] * 24),
        ("^[^y]$", ["x"] * 24), ("^[^xX]$", ["1"] * 24), ("^[^xX1é-]$", ["~"] * 24),
        ("^[a-c]\\d\\s\\D.(?:q|r)$", [f"{'abc'[salt % 3]}{salt} -x{'qr'[salt % 2]}" for salt in range(8)] * 3),
        ("^a{3,5}$", ["aaa"] * 8 + ["aaaa"] * 8 + ["aaaaa"] * 8), ("^\\w$", list(LETTERS) * 3),
        ("^a(?=b)", []), ("(", []), ("a{10001}", []), ("(?:a{9000}){5}", []),
    ],
)  # fmt: skip
def test_texts_of_a_pattern(pattern: str, tried: list[str]) -> None:
    """With the fewest repetitions, one and two more, in eight ways each; nothing of what cannot be written."""
    assert list(texts(known(pattern=pattern)))[: -29 or None] == tried


def test_repetitions_go_up_to_the_length() -> None:
    """Where a text has to be long, what may be repeated is repeated as often."""
    assert "a" * 9 in list(texts(known(pattern="^a+$", minLength=8)))
    assert len(next(texts(known(pattern=f"^a{{{TEXT_CHARACTERS_MAX}}}$")))) == TEXT_CHARACTERS_MAX


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "array", "minItems": ITEMS_MAX, "items": {"const": 1}}, [1] * ITEMS_MAX),
        ({"type": "array", "minItems": ITEMS_MAX + 1}, None),
        ({"type": "array", "items": {"const": 1}}, [1]), ({"type": "array", "maxItems": 0}, []),
        ({"type": "array", "contains": {"const": 1}, "minContains": 2}, [1, 1]),
        ({"type": "array", "contains": {"const": 1}}, [1]),
        ({"type": "array", "prefixItems": [{"const": 1}, False]}, [1]),
        ({"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True, "minItems": 3}, [1, 2, 3]),
        ({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 3}, None),
        ({"if": {"type": "string"}, "then": {"minLength": 9}, "else": {"const": 5}}, "examplexx"),
        ({"if": {"const": 1}, "else": {"const": 5}}, 1), ({"if": {"const": 1}, "then": {"const": 2}}, "example"),
        ({"anyOf": [{"const": 4}, {"const": 5}], "minimum": 5}, 5),
        ({"oneOf": [{"const": "b"}, {"minLength": 9}]}, "b"),
        ({"type": "object", "properties": {"b": {"const": 2}, "c": {"const": 3}}, "maxProperties": 1}, {"b": 2}),
        ({"required": ["b"], "dependentRequired": {"b": ["c"], "c": ["d"]}}, dict.fromkeys("bcd", "example")),
        ({"required": ["b"], "dependentSchemas": {"b": {"required": ["c"]}}}, {"b": "example", "c": "example"}),
        ({"properties": {"b": {"const": 1}}, "dependentSchemas": {"b": {"required": ["c"]}}}, {}),
        ({"type": "object", "minProperties": 2}, {"field1": "example", "field2": "example"}),
        ({"type": "object", "minProperties": 1, "propertyNames": {"enum": ["k"]}}, {"k": "example"}),
        ({"minProperties": 1, "patternProperties": {"^k$": {"const": 1}}, "additionalProperties": False}, {"k": 1}),
        ({"type": "object", "minProperties": FIELDS_MAX + 1}, None),
        ({"type": ["null", "boolean"]}, None), ({"type": "boolean"}, False), ({"default": 7, "minimum": 8}, 8),
        ({"examples": [7, 9], "minimum": 8}, 9), ({"default": "x"}, "x"), ({"not": {}}, None),
    ],
)  # fmt: skip
def test_examples(schema: dict[str, Any], made: Any) -> None:
    """What is made for a field that has to be there; None where nothing is, or where that is the value."""
    example = make_example({"type": "object", "required": ["a"], "properties": {"a": schema}})
    assert (example or {"a": None})["a"] == made
