"""Rows: the same constraints, in the form that the console edits."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.expression.expression import compile_expression, compile_tree
from punchcard.engine.expression.parser import parse
from punchcard.engine.expression.printer import show
from punchcard.engine.rows import OPERATORS, ROWS_MAX, Rows, RowsFault, read_rows, to_rows
from tests.engine import expression_trees as trees

PATHS = st.sampled_from(["payload.total", "payload.a", 'payload["a b"]', "user.tier", "payload.items[0].price", "now"])
FIELDS = st.sampled_from(["payload.total", 'payload["a b"]', "user.tier"])
SIMPLE = st.none() | st.booleans() | st.integers(-99, 99) | st.decimals(-9, 9, places=2) | st.text(max_size=4)
VALUES = st.recursive(
    SIMPLE, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=3), below, max_size=2)
)


def _rows(
    facts: st.SearchStrategy[str], operators: list[str], values: st.SearchStrategy[Any]
) -> st.SearchStrategy[Rows]:
    return st.fixed_dictionaries({"fact": facts, "operator": st.sampled_from(operators), "value": values})


LEAVES = st.one_of(
    _rows(PATHS, ["==", "!=", "<", "<=", ">", ">="], VALUES),
    _rows(FIELDS, ["includes"], VALUES),
    _rows(PATHS, ["in", "notIn"], st.lists(SIMPLE, max_size=3)),
    _rows(PATHS, ["contains", "startsWith", "endsWith", "matches"], st.text(max_size=4)),
    _rows(PATHS, ["before", "after"], st.just("2026-03-01T00:00:00Z")),
    st.fixed_dictionaries({"fact": FIELDS, "operator": st.sampled_from(["exists", "missing"])}),
)


def _groups(below: st.SearchStrategy[Rows]) -> st.SearchStrategy[Rows]:
    lists = st.lists(below, min_size=1, max_size=3)
    return st.builds(lambda kind, rows: {kind: rows}, st.sampled_from(["all", "any", "none"]), lists)


ROWS = _groups(st.recursive(LEAVES, _groups, max_leaves=8))


@given(ROWS)
def test_rows_become_text_and_rows_again(rows: Rows) -> None:
    """Rows say the same after a way through the text; written a second time they stay as they are."""
    tree = read_rows(rows)
    text = show(tree)
    again = to_rows(parse(text))

    assert parse(text) == tree
    assert again is not None
    assert read_rows(again) == tree
    assert to_rows(read_rows(again)) == again


@given(trees.bools(2))
def test_an_expression_that_becomes_rows_stays_the_same(tree: Any) -> None:
    """What rows can say of an expression, they say without a difference."""
    rows = to_rows(tree)
    if rows is not None:
        assert read_rows(rows) == tree


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            {"all": [{"fact": "payload.total", "operator": ">=", "value": Decimal("49.90")}]},
            "payload.total >= 49.90",
        ),
        (
            {
                "all": [
                    {"fact": "user.tier", "operator": "in", "value": ["GOLD", "PLATINUM"]},
                    {
                        "any": [
                            {"fact": "payload.categories", "operator": "includes", "value": "shoes"},
                            {"fact": 'payload["a b"]', "operator": "exists"},
                        ]
                    },
                    {"none": [{"fact": "payload.channel", "operator": "startsWith", "value": "test"}]},
                ]
            },
            (
                'user.tier in ["GOLD", "PLATINUM"] && ("shoes" in payload.categories || has(payload["a b"]))'
                ' && !payload.channel.startsWith("test")'
            ),
        ),
        (
            {
                "none": [
                    {"fact": "payload.a", "operator": "==", "value": 1},
                    {"fact": "payload.b", "operator": "missing"},
                ]
            },
            "!(payload.a == 1 || !has(payload.b))",
        ),
        (
            {"any": [{"fact": "event.occurredAt", "operator": "before", "value": "2026-03-01T00:00:00Z"}]},
            'event.occurredAt < timestamp("2026-03-01T00:00:00Z")',
        ),
        (
            {"all": [{"fact": "size(payload.items)", "operator": ">", "value": 2}]},
            "size(payload.items) > 2",
        ),
    ],
    ids=["one", "nested", "none", "instant", "reckoned"],
)
def test_rows_as_text(rows: Rows, text: str) -> None:
    """Each operator has a form in the language."""
    assert show(read_rows(rows)) == text
    assert compile_tree(read_rows(rows)).tree == compile_expression(text).tree


@pytest.mark.parametrize(
    "text",
    ["payload.member", "payload.total + 1 > payload.other", "payload.a ? true : false", "payload.l.exists(x, x > 1)"],
)
def test_what_rows_cannot_say(text: str) -> None:
    """Such an expression stays text."""
    assert to_rows(parse(text)) is None


@pytest.mark.parametrize(
    ("rows", "pointer", "detail"),
    [
        ([], "", "Write one of all, any and none"),
        ({}, "", "Write one of all, any and none"),
        ({"all": [], "any": []}, "", "Write one of all, any and none"),
        ({"all": []}, "/all", "Write a list of at least one row."),
        ({"all": [{"any": 3}]}, "/all/0/any", "Write a list of at least one row."),
        ({"all": [7]}, "/all/0", "Write one of all, any and none"),
        ({"all": [{"fact": "payload.a", "operator": "=", "value": 1}]}, "/all/0/operator", "Write one of =="),
        ({"all": [{"fact": "payload.a", "operator": ["=="], "value": 1}]}, "/all/0/operator", "Write one of =="),
        ({"all": [{"fact": "payload.a", "operator": "=="}]}, "/all/0/value", "The operator == needs a value"),
        (
            {"all": [{"fact": "payload.a", "operator": "exists", "value": 1}]},
            "/all/0/value",
            "The operator exists takes",
        ),
        ({"all": [{"fact": "payload", "operator": "exists"}]}, "/all/0/fact", "Name a field here"),
        ({"all": [{"fact": "payload.", "operator": "==", "value": 1}]}, "/all/0/fact", "Here stands the end"),
        ({"all": [{"fact": 3, "operator": "==", "value": 1}]}, "/all/0/fact", "Write the fact as text"),
        (
            {"all": [{"fact": "payload.a", "operator": "in", "value": 1}]},
            "/all/0/value",
            "The operator in takes a list",
        ),
        (
            {"all": [{"fact": "payload.a", "operator": "matches", "value": 1}]},
            "/all/0/value",
            "The operator matches takes",
        ),
        ({"all": [{"fact": "payload.a", "operator": "==", "value": 1.5}]}, "/all/0/value", "Write a JSON value"),
        (
            {"all": [{"fact": "payload.a", "operator": "==", "value": {"a/b": 1.5}}]},
            "/all/0/value/a~1b",
            "Write a JSON",
        ),
        ({"all": [{"fact": "a", "operator": "==", "value": 1, "not": 1}]}, "/all/0/not", "A row has a fact"),
        (
            {"all": [{"fact": "payload.a", "operator": "==", "value": 1}] * (ROWS_MAX + 1)},
            f"/all/{ROWS_MAX}",
            "There are more",
        ),
        (
            {"all": [{"fact": "payload.a", "operator": "==", "value": "x" * 9_000}]},
            "",
            "As an expression the rows have",
        ),
    ],
)
def test_faults_point_at_the_row(rows: Any, pointer: str, detail: str) -> None:
    """What cannot be used is refused with a JSON pointer."""
    with pytest.raises(RowsFault) as caught:
        read_rows(rows)

    assert caught.value.pointer == pointer
    assert caught.value.detail.startswith(detail)


def test_rows_are_not_endlessly_deep() -> None:
    """Neither groups nor values."""
    rows: Rows = {"fact": "payload.a", "operator": "exists"}
    value: list[Any] = []
    for _ in range(5_000):
        rows, value = {"none": [rows]}, [value]

    with pytest.raises(RowsFault, match="nested deeper than 16"):
        read_rows(rows)
    with pytest.raises(RowsFault, match="nested deeper than 16"):
        read_rows({"all": [{"fact": "payload.a", "operator": "==", "value": value}]})


def test_every_operator_compiles() -> None:
    """The list of operators is what the rows take."""
    for operator in OPERATORS:
        row: Rows = {"fact": "payload.a", "operator": operator}
        if operator in {"before", "after"}:
            row["value"] = "2026-03-01T00:00:00Z"
        elif operator in {"in", "notIn"}:
            row["value"] = ["a"]
        elif operator not in {"exists", "missing"}:
            row["value"] = "a"
        assert compile_tree(read_rows({"all": [row]})).cost > 0
