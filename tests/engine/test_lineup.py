"""A lineup leaves out only what would not hold: verdicts are the same as when every reactor is asked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.decide import decide
from punchcard.engine.demands import Demand, demands_of_schema
from punchcard.engine.derivation import compile_derivation, number
from punchcard.engine.lineup import Lineup
from punchcard.engine.situation import Code, Occurrence, PointsReaction, Reactor, Situation, Subject

ADA = UUID(int=1)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = (PointsReaction(0, compile_derivation("SUM", [number(1)])),)
VALUES: list[Any] = ["a", "b", "1", 1, 2, 0, -1, 10**30, True, False, None, [1], {"b": 1}]
VALUES += [Decimal(text) for text in ("1.0", "1.5", "2e0", "1e30")]
FACTS = ("payload.a", "payload.b", "payload.c.b", 'payload["a"]', "event.hour", "event.weekday", "counters.c.count")
SIGNS = ("==", "!=", "<", "<=", ">", ">=")


def shown(value: Any) -> str:
    """Return a value as an expression."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(value).lower() if isinstance(value, bool | None) else format(value, "f")


plain = st.sampled_from([value for value in VALUES if not isinstance(value, list | dict)])
comparisons = st.one_of(
    st.tuples(st.sampled_from(FACTS), st.sampled_from(SIGNS), plain).map(lambda t: f"{t[0]} {t[1]} {shown(t[2])}"),
    st.tuples(plain, st.sampled_from(SIGNS), st.sampled_from(FACTS)).map(lambda t: f"{shown(t[0])} {t[1]} {t[2]}"),
    st.tuples(st.sampled_from(FACTS), st.lists(plain, max_size=3)).map(
        lambda t: f"{t[0]} in [{', '.join(map(shown, t[1]))}]"
    ),
    st.just("has(payload.a)"),
)
rules = st.lists(comparisons, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([" && ", " || ", " && !"]).map(lambda sign: f"({sign.join(parts)})")
)
fields = st.fixed_dictionaries(
    {},
    optional={
        "const": st.sampled_from(["a", "b", 1, True]),
        "enum": st.lists(st.sampled_from(["a", "b", "1", 1]), min_size=1, max_size=2, unique_by=str),
        "type": st.sampled_from(["number", "integer", "string"]),
        "minimum": st.sampled_from([0, 1, Decimal("1.5")]),
        "exclusiveMaximum": st.sampled_from([1, 2]),
    },
)
schemas = st.fixed_dictionaries(
    {"properties": st.dictionaries(st.sampled_from("ab"), fields, max_size=2)},
    optional={
        "required": st.lists(st.sampled_from("ab"), max_size=2, unique=True),
        "$schema": st.sampled_from(
            ["http://json-schema.org/draft-06/schema#", "http://json-schema.org/draft-04/schema#"]
        ),
    },
)
payloads = st.dictionaries(st.sampled_from("abc"), st.sampled_from(VALUES), max_size=3)


def compiled(constraints: list[Any]) -> list[Reactor]:
    """Return a reactor of each constraint that can be used, every third of them in a group."""
    found = []
    for place, one in enumerate(constraints):
        try:
            constraint = compile_constraint(one)
        except Exception:  # noqa: BLE001, S112 - such as "a" < 1, which is refused
            continue
        group = "g" if place % 3 == 2 else None
        found.append(Reactor(UUID(int=place + 1), place + 1, constraint, ONE, group=group))
    return found


@given(
    constraints=st.lists(st.one_of(rules, schemas), min_size=8, max_size=30),
    payload=payloads,
    hour=st.integers(0, 2),
)
def test_verdicts_are_the_same(constraints: list[Any], payload: dict[str, Any], hour: int) -> None:
    """Whatever constraints there are, and whatever the payload is."""
    reactors = compiled(constraints)
    facts = {"payload": payload, "event": {"hour": hour, "weekday": "a"}, "counters": {"c": {"count": hour}}}
    told = [
        decide(Occurrence(ADA, payload, AT), lined, Situation({ADA: Subject(0, 0)}), None, facts)
        for lined in (reactors, Lineup(reactors))
    ]
    assert told[0].verdicts == told[1].verdicts
    assert told[0].points == told[1].points
    certain = Lineup(reactors).false(payload, None)
    codes = {verdict.reactor_version_id: verdict.code for verdict in told[0].verdicts}
    assert {codes[version] for version in certain} <= {Code.CONSTRAINT_FALSE}


def test_few_are_asked() -> None:
    """Of a thousand reactors for a thousand shops one is asked; of as many borders those that are passed."""
    shops = Lineup(compiled([f'payload.total > 1 && payload.shop == "{shop}"' for shop in range(1_000)]))
    assert set(range(1, 1_001)) - shops.false({"shop": "7", "total": 2}, None).keys() == {8}
    borders = Lineup(compiled([f"{border} <= payload.total" for border in range(1_000)]))
    assert len(borders.false({"total": Decimal("9.5")}, None)) == 990


@pytest.mark.parametrize(
    ("document", "demands"),
    [
        ({"required": ["a"], "properties": {"a": {"const": "x"}}}, [("in", ("x",))]),
        ({"required": ["a"], "properties": {"a": {"enum": ["x", "y"]}}}, [("in", ("x", "y"))]),
        ({"required": ["a"], "properties": {"a": {"type": "number", "minimum": 5}}}, [(">=", (5,))]),
        ({"required": ["a"], "properties": {"a": {"minimum": 5}}}, []),
        ({"properties": {"a": {"const": "x"}}}, []),
        ({"required": ["a"], "properties": {"a": {"const": 1}}}, []),
        ({"required": ["a"], "properties": {"a": {"$ref": "#/x", "const": "x"}}}, []),
        ({"required": ["a"], "properties": {"a": {"const": "x"}}, "$ref": "#/x"}, []),
        ({"required": True, "properties": {"a": {"const": "x"}}}, []),
        ({"required": ["a"], "properties": []}, []),
        (True, []),
    ],
)
def test_what_a_schema_demands(document: Any, demands: list[Any]) -> None:
    """Fields that have to be there and to have a text, or to lie beyond a border; nothing that might pass otherwise."""
    assert demands_of_schema(document) == tuple(Demand(("payload", "a"), *one) for one in demands)
