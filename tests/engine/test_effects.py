"""Effects in the kernel: done as a whole or not at all, out of a stock that never falls below nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.decide import decide
from punchcard.engine.derivation import compile_derivation, number
from punchcard.engine.effects import (
    AttributeValue,
    AwardBadge,
    Badge,
    Effect,
    GiveReward,
    SetAttributes,
    Stock,
    attributes_after,
    badges_after,
)
from punchcard.engine.situation import Code, Occurrence, PointsReaction, Reactor, Situation, Subject

USER = UUID(int=1)
EVENT = Occurrence(USER, {}, datetime(2026, 3, 1, tzinfo=UTC))
CUPS = [UUID(int=place) for place in (10, 11)]
BADGES = {UUID(int=20): Badge("Early bird", is_active=True), UUID(int=21): Badge("Gone", is_active=False)}


def giving(points: int) -> PointsReaction:
    """Return a reaction that gives so many points."""
    return PointsReaction(0, compile_derivation("SUM", [number(points)]))


acts = st.lists(
    st.sampled_from([GiveReward(1, CUPS[0]), GiveReward(2, CUPS[1]), *(AwardBadge(3, one) for one in BADGES)])
)
stocks = st.builds(Stock, st.just("A cup"), st.none() | st.integers(0, 5), st.booleans())


@given(st.lists(st.tuples(acts, acts), max_size=8), st.lists(stocks, min_size=2, max_size=2), st.integers(1, 5))
def test_stock_holds_and_reactors_are_whole(reactors: list[Any], stock: list[Stock], events: int) -> None:
    """Whatever reactors give: what is given is what was there, and who does not fire gives and takes nothing."""
    situation = Situation({USER: Subject(0, 0)}, stock=dict(zip(CUPS, stock, strict=True)), badges=dict(BADGES))
    live = [
        Reactor(
            UUID(int=place), place, None, (giving(1),), acts=tuple(firing),
            failing=Reactor(UUID(int=place), place, None, (giving(100),), acts=tuple(failing)),
        )
        for place, (firing, failing) in enumerate(reactors)
    ]  # fmt: skip
    given: dict[UUID, int] = {}
    for _ in range(events):
        decision = decide(EVENT, live, situation)
        for effect in decision.effects:
            if isinstance(effect.act, GiveReward):
                given[effect.act.reward_id] = given.get(effect.act.reward_id, 0) + 1
            elif isinstance(effect.act, AwardBadge):
                assert BADGES[effect.act.badge_id].is_active
        for verdict, reactor in zip(decision.verdicts, live, strict=True):
            done = [one.act for one in decision.effects if one.reactor_version_id == reactor.version_id]
            assert reactor.failing is not None
            expected = {Code.FIRED: reactor.acts, Code.FAILED: reactor.failing.acts}.get(verdict.code, ())
            assert done == list(expected)
        fired = [verdict.code for verdict in decision.verdicts]
        assert decision.points == fired.count(Code.FIRED) + 100 * fired.count(Code.FAILED)
    for reward_id, before in zip(CUPS, stock, strict=True):
        count, left = given.get(reward_id, 0), situation.stock[reward_id].left
        assert before.is_available or not count
        assert left is None if before.left is None else left == before.left - count >= 0


def test_facts_move_on() -> None:
    """The last value of a key counts, a disabled one takes it away, and a badge is there once however often earned."""
    size, none = AttributeValue("size", "L", is_enabled=True), AttributeValue("old", 1, is_enabled=False)
    effects = [
        Effect(1, SetAttributes(0, (size, none))),
        Effect(1, AwardBadge(1, CUPS[0])),
        Effect(2, AwardBadge(0, CUPS[0])),
    ]
    assert attributes_after({"size": "M", "old": 0, "kept": True}, effects) == {"size": "L", "kept": True}
    assert badges_after([str(USER)], effects) == (str(USER), str(CUPS[0]))
    assert badges_after(None, effects) is None
