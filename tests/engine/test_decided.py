"""What one event comes to at the borders of balances, debts, limits and groups, to the point."""

from datetime import UTC
from typing import Any

import pytest

from punchcard.engine.awaiting import Release, key_expression
from punchcard.engine.decide import decide, given
from punchcard.engine.derivation import compile_derivation, json_value, number
from punchcard.engine.effects import GiveReward, Stock, find_obstacle
from punchcard.engine.holdings import Lot
from punchcard.engine.policy import Policies
from punchcard.engine.situation import BALANCE_MAX, Code, Decision, PointsReaction, Reactor, Situation, Subject, Verdict
from tests.engine.past import ADA, NOON, REACTOR, a_cup, a_limit, a_reactor, an_event, gives


def decided(subject: Subject, *reactors: Reactor, policies: Policies | None = None, **payload: Any) -> Decision:
    """Return what an event comes to for a member."""
    return decide(an_event(**payload), reactors, Situation({ADA: subject}), policies)


@pytest.mark.parametrize("policies", [None, Policies(UTC)])
@pytest.mark.parametrize(
    ("balance", "debt", "points", "code", "left"),
    [
        (5, 0, (-5,), Code.FIRED, (0, 0)), (5, 0, (-6,), Code.BALANCE_TOO_LOW, (5, 0)),
        (5, 0, (-6, 9), Code.BALANCE_TOO_LOW, (5, 0)), (5, 0, (9, -14), Code.FIRED, (0, 0)),
        (0, 4, (3,), Code.FIRED, (0, 1)), (0, 4, (4,), Code.FIRED, (0, 0)), (0, 4, (5,), Code.FIRED, (1, 0)),
        (0, 4, (5, -1), Code.FIRED, (0, 0)), (0, 4, (5, -2), Code.BALANCE_TOO_LOW, (0, 4)),
        (0, 4, (3, 3, -2), Code.FIRED, (0, 0)), (0, 4, (-1, 9), Code.BALANCE_TOO_LOW, (0, 4)),
        (BALANCE_MAX - 1, 0, (1,), Code.FIRED, (BALANCE_MAX, 0)),
        (BALANCE_MAX, 0, (1,), Code.BALANCE_TOO_HIGH, (BALANCE_MAX, 0)),
        (BALANCE_MAX, 0, (1, -1), Code.FIRED, (BALANCE_MAX, 0)), (0, 0, (0,), Code.FIRED, (0, 0)),
        (0, 1, (1,), Code.FIRED, (0, 0)), (0, 1, (0,), Code.FIRED, (0, 1)), (1, 0, (-1,), Code.FIRED, (0, 0)),
    ],
)  # fmt: skip
def test_balances_and_debts(
    balance: int, debt: int, points: tuple[int, ...], code: Code, left: tuple[int, int], policies: Policies | None
) -> None:
    """What is given pays what is owed first; no step on the way may go below zero, and the whole not above the most."""
    subject = Subject(balance, 0, debt=debt)
    found = decided(subject, a_reactor(reactions=gives(*points)), policies=policies)
    assert (found.verdicts[0].code, (subject.balance, subject.debt)) == (code, left)
    assert subject.entries == (sum(1 for one in points if one) if code is Code.FIRED else 0)


@pytest.mark.parametrize(("balance", "most", "taken"), [(9, 5, -4), (5, 5, 0), (3, 5, 0), (3, 0, -3), (3, -1, -3)])
def test_a_balance_is_brought_down(balance: int, most: int, taken: int) -> None:
    """A reaction that caps the balance takes what is above, and gives nothing."""
    capping = PointsReaction(0, compile_derivation("SUM", [number(most)]), is_cap=True)
    assert decided(Subject(balance, 0), a_reactor(reactions=(capping,))).verdicts[0].detail == ((0, taken),)
    after = (*gives(2), PointsReaction(1, capping.derivation, is_cap=True))
    found = decided(Subject(balance, 0), a_reactor(reactions=after)).verdicts[0].detail
    assert found == ((0, 2), (1, min(0, max(0, most) - balance - 2)))


@pytest.mark.parametrize(
    ("limits", "points", "detail"),
    [
        ((a_limit(5, points=True),), (3, 3), ((0, 3), (1, 2, 3))),
        ((a_limit(5, points=True),), (5, 1), ((0, 5), (1, 0, 1))),
        ((a_limit(5, points=True),), (-3, 6), ((0, -3), (1, 5, 6))),
        ((a_limit(5, points=True), a_limit(4, points=True)), (9,), ((0, 4, 9),)),
        ((a_limit(4, points=True), a_limit(5, points=True)), (9,), ((0, 4, 9),)),
        ((a_limit(1), a_limit(4, points=True)), (9,), ((0, 4, 9),)), ((a_limit(1),), (9,), ((0, 9),)),
    ],
)  # fmt: skip
def test_room_under_limits(limits: Any, points: tuple[int, ...], detail: Any) -> None:
    """Points pass as long as the least of the limits leaves room; what is taken makes none."""
    verdict = decided(Subject(9, 0), a_reactor(limits=limits, reactions=gives(*points))).verdicts[0]
    assert (verdict.code, verdict.detail) == (Code.FIRED, detail)


def test_of_a_group_the_first_or_the_best_fires() -> None:
    """The first that can, or the one that gives the most, the first of equals; others are told which it was."""
    group = [a_reactor(group="g", version_id=at, reactions=gives(points)) for at, points in enumerate((0, 3, 5, 5), 1)]
    for takes_best, fired in ((False, 1), (True, 3)):
        reactors = [
            a_reactor(
                group="g", version_id=one.version_id, reactions=one.reactions, takes_best=takes_best and one is group[0]
            )
            for one in group
        ]
        verdicts = decided(Subject(0, 0), *reactors).verdicts
        assert [one.code for one in verdicts] == [Code.FIRED if at == fired else Code.SUPPRESSED for at in range(1, 5)]
        assert {one.detail for one in verdicts if one.code is Code.SUPPRESSED} == {(fired,)}


def test_what_a_verdict_gives() -> None:
    """Points of all reactions, without those that were pending already and letters of what else it does."""
    verdict = Verdict(Code.FIRED, 1, ((0, 5), (1, -2), (2, 9, "ACTIVATED"), (3, 4, "PENDING"), (4, "R"), (5, 3, 7)))
    assert given(verdict) == 10


def test_what_a_group_does_where_none_fires() -> None:
    """What is to be done for failure is done by each of a group where none fires, and by none where one does."""
    failing = a_reactor(reactions=gives(6, start=1))
    members = [a_reactor("payload.n > 5", group="g", version_id=at, failing=failing) for at in (1, 2)]
    for n, balance, codes in ((1, 12, [Code.FAILED] * 2), (9, 4, [Code.FIRED, Code.SUPPRESSED])):
        subject = Subject(0, 0)
        assert [one.code for one in decided(subject, *members, n=n, total=4).verdicts] == codes
        assert subject.balance == balance


def test_pending_points_that_become_usable_pay_first() -> None:
    """Points that are let go count for what the next reaction may take, less what pays a debt."""
    lets_go = PointsReaction(0, gives(1)[0].derivation, release=Release(key_expression('"d"'), cancels=False))
    for debt, takes, code in ((0, -12, Code.FIRED), (4, -8, Code.FIRED), (4, -9, Code.BALANCE_TOO_LOW)):
        lots = {1: Lot(1, 12, 12, NOON, is_pending=True, awaits="d")}
        subject = Subject(0, 1, pending=12, debt=debt)
        situation = Situation({ADA: subject}, waiting={ADA: {"d": lots}})
        reactor = a_reactor(reactions=(lets_go, *gives(takes, start=1)))
        assert decide(an_event(), [reactor], situation, Policies(UTC)).verdicts[0].code is code


def test_stock_lasts_for_all_that_a_reactor_gives() -> None:
    """Two cups need a stock of two; what nobody has looked at is there."""
    acts: tuple[GiveReward, ...] = (a_cup(0), a_cup(1))
    reward = acts[0].reward_id
    for left, number_of in ((2, None), (1, 1), (0, 0), (None, None)):
        found = find_obstacle(acts, {}, {reward: Stock("", left, is_available=True)})
        assert (found.number if found else None) == number_of
    assert find_obstacle(acts, {}, {}) is None
    assert find_obstacle(acts, {}, {reward: Stock("", 9, is_available=False)}).is_used_up is False  # type: ignore[union-attr]


def test_activations_reach_their_most() -> None:
    """The last activation is had, and the next one is told how many there were."""
    reactor = a_reactor(max_activations=2, reactions=gives(1))
    for before, code, detail in (
        (1, Code.FIRED, ((0, 1),)),
        (2, Code.LIMIT_REACHED, (2,)),
        (3, Code.LIMIT_REACHED, (3,)),
    ):
        situation = Situation({ADA: Subject(0, 0)}, {(ADA, REACTOR): before})
        verdict = decide(an_event(), [reactor], situation).verdicts[0]
        assert (verdict.code, verdict.detail) == (code, detail)
        assert situation.activations[ADA, REACTOR] == before + (code is Code.FIRED)


def test_what_cannot_be_worked_out_is_told() -> None:
    """One reaction that cannot be worked out keeps all from firing."""
    lacking = PointsReaction(1, compile_derivation("SUM", [json_value("gone")]))
    verdict = decided(Subject(0, 0), a_reactor(reactions=(*gives(5), lacking)), total=1).verdicts[0]
    assert (verdict.code, verdict.detail) == (Code.NOT_DERIVABLE, ("gone is missing",))
