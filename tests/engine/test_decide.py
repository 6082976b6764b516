"""The decision alone: no database, no clock."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.decide import decide
from punchcard.engine.derivation import compile_derivation, json_value, number
from punchcard.engine.situation import (
    BALANCE_MAX,
    EVERYBODY,
    Code,
    Occurrence,
    PointsReaction,
    Reactor,
    Situation,
    Subject,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
ADA = UUID(int=1)
REACTOR = UUID(int=7)


def gives(*points: int) -> tuple[PointsReaction, ...]:
    """Return reactions that give fixed points."""
    return tuple(PointsReaction(place, compile_derivation("SUM", [number(each)])) for place, each in enumerate(points))


def a_reactor(**changes: Any) -> Reactor:
    """Return a reactor that gives the total, with changes."""
    total = (PointsReaction(0, compile_derivation("SUM", [json_value("total")])),)
    fields: dict[str, Any] = {"counter_id": REACTOR, "version_id": 3, "constraint": None, "reactions": total}
    return Reactor(**(fields | changes))


def an_occurrence(**payload: Any) -> Occurrence:
    """Return an event about Ada at noon."""
    return Occurrence(ADA, payload or {"total": 100}, NOON)


def a_situation(balance: int = 0, activations: int = 0) -> Situation:
    """Return Ada's wallet and counts."""
    return Situation({ADA: Subject(balance, 0)}, {(ADA, REACTOR): activations})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, Code.FIRED),
        ({"effective_from": NOON + YEAR}, Code.NOT_EFFECTIVE),
        ({"effective_until": NOON}, Code.NOT_EFFECTIVE),
        ({"effective_from": NOON, "effective_until": NOON + YEAR}, Code.FIRED),
        ({"constraint": compile_constraint({"properties": {"total": {"minimum": 101}}})}, Code.CONSTRAINT_FALSE),
        ({"constraint": compile_constraint({"properties": {"total": {"minimum": 100}}})}, Code.FIRED),
        ({"max_activations": 2}, Code.LIMIT_REACHED),
        ({"max_activations": 3}, Code.FIRED),
        ({"reactions": (PointsReaction(0, compile_derivation("SUM", [json_value("missing")])),)}, Code.NOT_DERIVABLE),
        ({"reactions": gives(-1)}, Code.BALANCE_TOO_LOW),
        ({"reactions": gives(-1, 2)}, Code.BALANCE_TOO_LOW),
        ({"reactions": gives(2, -1)}, Code.FIRED),
    ],
)
def test_every_reactor_gets_a_verdict(changes: dict[str, Any], code: Code) -> None:
    """Whatever stands in a reactor's way is its verdict; a border of effectivity belongs to the side after it."""
    decision = decide(an_occurrence(), [a_reactor(**changes)], a_situation(activations=2))

    assert [verdict.code for verdict in decision.verdicts] == [code]
    assert bool(decision.postings) == (code is Code.FIRED)


def test_a_full_wallet_takes_no_more() -> None:
    """A balance beyond what a wallet holds is refused with a verdict, long before a bigint ends."""
    decision = decide(an_occurrence(), [a_reactor()], a_situation(balance=BALANCE_MAX - 99))

    assert [verdict.code for verdict in decision.verdicts] == [Code.BALANCE_TOO_HIGH]


def test_a_false_constraint_hides_a_reached_limit() -> None:
    """The first reason that is told is the constraint, since a limit matters only to what would have matched."""
    never = compile_constraint({"required": ["coupon"]})

    decision = decide(an_occurrence(), [a_reactor(constraint=never, max_activations=1)], a_situation(activations=1))

    assert [verdict.code for verdict in decision.verdicts] == [Code.CONSTRAINT_FALSE]


def test_a_limit_holds_within_a_batch() -> None:
    """Events of one batch see the activations of those before them."""
    situation = a_situation()
    reactor = a_reactor(max_activations=2)

    codes = [decide(an_occurrence(), [reactor], situation).verdicts[0].code for _ in range(3)]

    assert codes == [Code.FIRED, Code.FIRED, Code.LIMIT_REACHED]
    assert situation.activations[ADA, REACTOR] == 2


def test_a_limit_over_everybody_counts_all_users() -> None:
    """A reactor that counts everybody stops for one user because of another."""
    ben = UUID(int=2)
    situation = Situation({ADA: Subject(0, 0), ben: Subject(0, 0)})
    reactor = a_reactor(max_activations=1, counts_everybody=True)

    first = decide(an_occurrence(), [reactor], situation)
    second = decide(Occurrence(ben, {"total": 1}, NOON), [reactor], situation)

    assert first.activated == [(EVERYBODY, REACTOR)]
    assert second.verdicts[0].code is Code.LIMIT_REACHED


@given(
    st.integers(0, 1000),
    st.lists(st.lists(st.integers(-500, 500), min_size=1, max_size=3), max_size=8),
)
def test_a_balance_is_never_below_zero_and_equals_its_postings(balance: int, reactors: list[list[int]]) -> None:
    """Whatever reactors give and take: no prefix of the postings is below zero, and they add up to the balance."""
    situation = a_situation(balance)
    made = [
        a_reactor(counter_id=UUID(int=place), version_id=place, reactions=gives(*points))
        for place, points in enumerate(reactors)
    ]

    decision = decide(an_occurrence(), made, situation)

    running = balance
    for expected_number, posting in enumerate(decision.postings, 1):
        running += posting.points
        assert posting.balance_after == running >= 0
        assert posting.number == expected_number
    assert situation.subjects[ADA].balance == running == balance + decision.points
    assert len(decision.verdicts) == len(made)


@given(st.decimals(0, 10**6, places=2))
def test_a_unit_is_given_for_each_whole_unit(total: Decimal) -> None:
    """One point a whole unit of the total is the total without its fraction, exactly."""
    decision = decide(an_occurrence(total=total), [a_reactor()], a_situation())

    assert decision.points == int(str(total).partition(".")[0])
