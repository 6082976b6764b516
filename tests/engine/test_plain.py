"""Reactors that only give or take points, in one pass (engine/plain.py), beside the long way that takes them all."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from punchcard import wire
from punchcard.engine.constraint import compile_constraint
from punchcard.engine.decide import decide, judge
from punchcard.engine.derivation import compile_derivation, json_value, number
from punchcard.engine.firing import fire
from punchcard.engine.situation import (
    BALANCE_MAX,
    Code,
    Decision,
    Occurrence,
    PointsReaction,
    Reactor,
    Situation,
    Subject,
)
from punchcard.engine.verdicts import pack, written

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ADA = UUID(int=1)
amounts = st.integers(-200, 200) | st.sampled_from([0, BALANCE_MAX, -BALANCE_MAX, 10**13])
sources = amounts.map(number) | st.sampled_from(["total", "missing", "note"]).map(json_value)
reactions = st.lists(sources, max_size=3).map(
    lambda found: tuple(PointsReaction(place, compile_derivation("SUM", [one])) for place, one in enumerate(found))
)
constraints = st.sampled_from([None, compile_constraint({"properties": {"total": {"minimum": 50}}})])
reactors = st.lists(
    st.builds(Reactor, st.just(UUID(int=7)), st.integers(1, 9), constraints, reactions), min_size=1, max_size=3
)


def long_way(event: Occurrence, reactors: list[Reactor], situation: Situation) -> Decision:
    """Judge and fire each reactor as those are that are not plain."""
    decision = Decision([], [], [])
    for reactor in reactors:
        verdict = judge(event, reactor, situation)
        decision.verdicts.append(verdict)
        if verdict.code is Code.FIRED:
            fire(event, reactor, verdict, situation, decision, None, None)
    return decision


@given(reactors, st.integers(0, 300) | st.just(BALANCE_MAX - 100), st.integers(0, 100), st.integers(0, 200))
def test_one_pass_comes_to_the_same(reactors: list[Reactor], balance: int, in_lots: int, total: int) -> None:
    """Verdicts, postings, points and the wallet afterwards are those of the long way."""
    event = Occurrence(ADA, {"total": total, "note": "x"}, NOON)
    ways: list[Any] = []
    for way in (decide, long_way):
        situation = Situation({ADA: Subject(balance, 3, min(in_lots, balance))})
        ways.append((way(event, reactors, situation), situation))
    assert all(reactor.is_plain for reactor in reactors)
    assert ways[0] == ways[1]


@given(reactors, st.integers(0, 300))
def test_verdicts_are_written_as_they_are_packed(reactors: list[Reactor], balance: int) -> None:
    """What is written without packing is what packing comes to, as text."""
    event = Occurrence(ADA, {"total": 75, "note": "x"}, NOON)
    verdicts = decide(event, reactors, Situation({ADA: Subject(balance, 0)})).verdicts
    assert written(verdicts) in (None, wire.text(pack(verdicts)))
    if [verdict.code for verdict in verdicts] == [Code.FIRED] and len(verdicts[0].detail) == 1:
        assert written(verdicts) is not None
