"""Criteria of audiences: the two forms say the same, and what cannot be is refused with its place."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.audience import FIELDS, OPERATORS, Comparison, CriteriaFault, Criterion, Group, Kind, Operator
from punchcard.engine.audience import read_field as field_of
from punchcard.engine.audience_logic import read_logic, write_logic
from punchcard.engine.audience_tree import read_tree, write_tree


def rule(field: str, operator: str, *values: Any, **more: Any) -> dict[str, Any]:
    """Return a rule of a tree."""
    return {"type": "rule", "properties": {"field": field, "operator": operator, "value": list(values), **more}}


def group(*children: Any, conjunction: str = "AND", negated: bool = False) -> dict[str, Any]:
    """Return a group of a tree."""
    properties = {"conjunction": conjunction, "not": negated}
    return {"type": "group", "properties": properties, "children1": list(children)}


def test_a_tree_as_a_query_builder_writes_it() -> None:
    """Children by their ids, and the parts that a builder keeps for itself."""
    kept = {"valueSrc": ["value"], "valueType": ["number"]}
    tree = {
        "type": "group", "id": "9a8b-1", "children1": {
            "1": {**rule("points.balance", "greater_or_equal", 100, **kept), "id": "1"},
            "2": {**rule("profile.country", "select_any_in", ["DE", "AT"], valueSrc=["value"]), "id": "2"},
        }, "properties": {"conjunction": "OR", "not": True},
    }  # fmt: skip
    assert read_tree(tree) == Group(
        False, True, (
            Comparison(field_of("points.balance", ""), Operator.GREATER_OR_EQUAL, (Decimal(100),)),
            Comparison(field_of("profile.country", ""), Operator.IN, ("DE", "AT")),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("logic", "same"),
    [
        ({">": [{"var": "points.balance"}, 10]}, rule("points.balance", "greater", 10)),
        ({">": [10, {"var": "points.balance"}]}, rule("points.balance", "less", 10)),
        ({"<=": [1, {"var": "profile.age"}, 9]}, rule("profile.age", "between", 1, 9)),
        ({"in": ["Bas", {"var": "profile.city"}]}, rule("profile.city", "like", "Bas")),
        ({"in": [{"var": "tier"}, ["Gold"]]}, rule("tier", "select_any_in", ["Gold"])),
        ({"==": [{"var": "tier"}, None]}, rule("tier", "is_null")),
        ({"!": {"var": "tier"}}, rule("tier", "is_empty")),
        ({"!!": {"var": "tier"}}, rule("tier", "is_not_null")),
        ({"==": [{"var": "consents.Newsletter"}, True]}, rule("consents.Newsletter", "equal", True)),
        ({"startsWith": [{"var": "attributes.plan"}, "pro"]}, rule("attributes.plan", "starts_with", "pro")),
        (
            {">=": [{"var": "account.registeredAt"}, "2026-03-01"]},
            rule("account.registeredAt", "greater_or_equal", "2026-03-01T00:00:00Z"),
        ),
    ],
)
def test_both_forms_are_one(logic: dict[str, Any], same: dict[str, Any]) -> None:
    """JsonLogic and the tree are read into the same test."""
    assert Group(True, False, (read_logic(logic),)) == read_tree(group(same))


def test_an_instant_without_a_zone_is_utc() -> None:
    """And a date stands for its first moment."""
    for value in ("2026-03-01", "2026-03-01 00:00:00", "2026-03-01T01:00:00+01:00"):
        (test,) = read_tree(group(rule("account.registeredAt", "less", value))).parts  # type: ignore[union-attr]
        assert test.values == (datetime(2026, 3, 1, tzinfo=UTC),)  # type: ignore[union-attr]


FAULTS = [
    ({}, "/type"),
    (group(), "/children1"),
    (group(group()), "/children1/0/children1"),
    (group(rule("nobody", "equal", 1)), "/children1/0/properties/field"),
    (group(rule("points.balance; drop table users", "equal", 1)), "/children1/0/properties/field"),
    (group(rule("points.balance", "explode", 1)), "/children1/0/properties/operator"),
    (group(rule("points.balance", "like", "1")), "/children1/0/properties/value"),
    (group(rule("points.balance", "equal")), "/children1/0/properties/value"),
    (group(rule("points.balance", "equal", "many")), "/children1/0/properties/value"),
    (group(rule("points.balance", "equal", True)), "/children1/0/properties/value"),
    (group(rule("points.balance", "between", 1)), "/children1/0/properties/value"),
    (group(rule("profile.city", "equal", "")), "/children1/0/properties/value"),
    (group(rule("profile.city", "select_any_in", [])), "/children1/0/properties/value"),
    (group(rule("profile.city", "select_any_in", ["x"] * 201)), "/children1/0/properties/value"),
    (group(rule("profile.birthdate", "equal", "yesterday")), "/children1/0/properties/value"),
    (group(rule("attributes.size", "select_any_in", ["x", 1])), "/children1/0/properties/value"),
    (group(rule("consents.News", "equal", "yes")), "/children1/0/properties/value"),
    (group(rule("events.BOUGHT.soon", "equal", 1)), "/children1/0/properties/field"),
    (group(rule("points.balance", "equal", "points.earned", valueSrc=["field"])), "/children1/0/properties/valueSrc"),
    (group(rule("points.balance", "equal", 1), conjunction="XOR"), "/properties/conjunction"),
    (group(*[rule("points.balance", "equal", 1)] * 201), "/children1/199"),
    ({"type": "group", "properties": [], "children1": 7}, "/children1"),
    ({"type": "switch_group", "children1": []}, "/type"),
]


@pytest.mark.parametrize(("tree", "pointer"), FAULTS)
def test_what_cannot_be_is_refused_with_its_place(tree: Any, pointer: str) -> None:
    """A rule that is not complete, or does not go with its field, would mean somebody else than its author thinks."""
    with pytest.raises(CriteriaFault) as caught:
        read_tree(tree)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    "logic",
    [
        {}, {"and": []}, {"and": {}}, {"==": 1}, {"==": [1, 2]}, {"+": [{"var": "points.balance"}, 1]},
        {"<": [1, {"var": "points.balance"}, 2]}, {"==": [{"var": "points.balance"}, {"var": "points.earned"}]},
        {"map": [{"var": "x"}, 1]}, [], None, {"==": [{"var": ["points.balance", 0]}, 1]}, {"in": ["x", "y"]},
        {"!": []}, {"or": [{"and": [{"!": {"or": 1}}]}]},
    ],
)  # fmt: skip
def test_other_logic_is_refused(logic: Any) -> None:
    """Arithmetic, loops, fields on both sides, and what is no logic."""
    with pytest.raises(CriteriaFault):
        read_logic(logic)


def test_depth_is_bounded() -> None:
    """Nobody nests deeper than can be read."""
    tree: dict[str, Any] = rule("points.balance", "equal", 1)
    logic: dict[str, Any] = {"==": [{"var": "points.balance"}, 1]}
    for _ in range(20):
        tree, logic = group(tree), {"and": [logic]}
    with pytest.raises(CriteriaFault):
        read_tree(tree)
    with pytest.raises(CriteriaFault):
        read_logic(logic)


VALUES = {
    Kind.TEXT: st.text(min_size=1, max_size=9),
    Kind.NAMES: st.text(min_size=1, max_size=9),
    Kind.NUMBER: st.integers(-100, 100).map(Decimal),
    Kind.FLAG: st.booleans(),
    Kind.DATE: st.dates().map(str),
    Kind.INSTANT: st.datetimes(timezones=st.just(UTC)),
    Kind.ANY: st.text(min_size=1, max_size=9),
}


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Draw one comparison."""
    name = draw(st.sampled_from([*FIELDS, "attributes.plan", "consents.News", "badges.Bird", "events.BOUGHT.P30D"]))
    field = field_of(name, "")
    operator = draw(st.sampled_from(OPERATORS[field.kind]))
    count = {"between": 2, "not_between": 2, "is_null": 0, "is_not_null": 0}.get(operator, 1)
    if operator in (Operator.IN, Operator.NOT_IN):
        count = draw(st.integers(1, 3))
    return Comparison(field, operator, tuple(draw(VALUES[field.kind]) for _ in range(count)))


CRITERIA = st.recursive(
    comparisons(),
    lambda inner: st.builds(
        Group, st.booleans(), st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)  # fmt: skip


def plain(criterion: Criterion) -> Criterion:
    """Return criteria without the operators that say not, which JsonLogic writes as a negation."""
    if isinstance(criterion, Group):
        parts = tuple(plain(part) for part in criterion.parts)
        if len(parts) == 1 and isinstance(parts[0], Group) and not criterion.is_negated:
            return parts[0]
        return Group(criterion.is_all or len(parts) == 1, criterion.is_negated, parts)
    opposite = {Operator.NOT_BETWEEN: Operator.BETWEEN, Operator.NOT_IN: Operator.IN, Operator.NOT_LIKE: Operator.LIKE}
    if criterion.operator not in opposite:
        return criterion
    return Group(True, True, (Comparison(criterion.field, opposite[criterion.operator], criterion.values),))


@given(CRITERIA)
def test_criteria_are_written_as_they_are_read(criterion: Criterion) -> None:
    """Law: a tree gives back what it was made of, and JsonLogic the same with its negations written out."""
    whole = criterion if isinstance(criterion, Group) else Group(True, False, (criterion,))
    assert read_tree(write_tree(criterion)) == whole
    assert plain(read_logic(write_logic(criterion))) == plain(criterion)
