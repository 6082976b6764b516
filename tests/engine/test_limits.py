"""Limits for a stretch of time and groups, by the decision alone."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.engine.decide import decide
from punchcard.engine.derivation import compile_derivation, json_value
from punchcard.engine.limits import Limit
from punchcard.engine.period import Duration, Unit
from punchcard.engine.situation import Code, Occurrence, PointsReaction, Reactor, Situation, Subject

BERLIN = ZoneInfo("Europe/Berlin")
ADA, BEN = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOTAL = (PointsReaction(0, compile_derivation("SUM", [json_value("total")])),)


def a_limit(most: int, per: Unit | Duration | None = None, *, points: bool = False, everybody: bool = False) -> Limit:
    """Return a limit in Berlin's time."""
    return Limit(most, points, per, everybody, BERLIN)


def limited(*limits: Limit, version: int = 1, group: str | None = None, best: bool = False) -> Reactor:
    """Return a reactor that gives the total, within limits."""
    return Reactor(UUID(int=version), version, None, TOTAL, limits=limits, group=group, takes_best=best)


def fold(reactor: Reactor, *events: tuple[datetime, int], user: UUID = ADA) -> list[tuple[Code, int]]:
    """Return what came of events, one after the other."""
    situation = Situation({ADA: Subject(0, 0), BEN: Subject(0, 0)})
    decisions = [decide(Occurrence(user, {"total": total}, at), [reactor], situation) for at, total in events]
    return [(decision.verdicts[0].code, decision.points) for decision in decisions]


FIRED, REACHED = Code.FIRED, Code.LIMIT_REACHED


@pytest.mark.parametrize(
    ("per", "steps", "fired"),
    [
        (None, [0, 1_000, 100_000], [True, True, False]),
        (Unit.HOUR, [0, 0.5, 0.9, 1.1], [True, True, False, True]),
        (Unit.DAY, [0, 1, 10, 11], [True, True, False, True]),
        (Unit.WEEK, [0, 24, 30, 36], [True, True, False, True]),
        (Unit.MONTH, [0, 24, 48, 96], [True, True, False, True]),
        (Unit.YEAR, [0, 24, 6_000, 6_800], [True, True, False, True]),
        (Duration(seconds=3_600), [0, 0.5, 0.9, 1.0, 1.4, 1.6], [True, True, False, True, False, True]),
        (Duration(days=1), [0, 1, 22.9, 23.5], [True, True, False, True]),
    ],
    ids=["ever", "hour", "day", "week", "month", "year", "rolling-hour", "rolling-day-of-23-hours"],
)
def test_two_in_each_stretch(per: Unit | Duration | None, steps: list[float], fired: list[bool]) -> None:
    """Hours after noon of the day before Berlin's clocks go forward; a day of the calendar has 23 hours there."""
    told = fold(limited(a_limit(2, per)), *((NOON + HOUR * step, 1) for step in steps))
    assert [code is FIRED for code, _ in told] == fired


def test_a_backdated_event_uses_up_its_own_day() -> None:
    """What counts is when it happened, not when it was reported."""
    told = fold(limited(a_limit(1, Unit.DAY)), (NOON, 1), (NOON - 24 * HOUR, 1), (NOON - 25 * HOUR, 1), (NOON, 1))
    assert [code for code, _ in told] == [FIRED, FIRED, REACHED, REACHED]


def test_a_budget_of_points_gives_what_is_left() -> None:
    """What does not fit is cut off, and the verdict keeps what was asked for; with nothing left it does not fire."""
    situation = Situation({ADA: Subject(0, 0)})
    reactor = limited(a_limit(500, Unit.DAY, points=True))
    decisions = [decide(Occurrence(ADA, {"total": total}, NOON), [reactor], situation) for total in (420, 120, 10)]
    assert [decision.points for decision in decisions] == [420, 80, 0]
    assert decisions[1].verdicts[0].detail == ((0, 80, 120),)
    assert decisions[2].verdicts[0].detail == (500, 500, "points", "DAY", "SUBJECT")
    assert situation.subjects[ADA].balance == 500


def test_points_that_are_taken_use_nothing_up() -> None:
    """A counter-event passes, and gives no room back."""
    told = fold(limited(a_limit(10, points=True)), (NOON, 8), (NOON, -5), (NOON, 8), (NOON, 1))
    assert told == [(FIRED, 8), (FIRED, -5), (FIRED, 2), (REACHED, 0)]


def test_everybody_shares_one_limit() -> None:
    """Members' own limits are apart; one over everybody is not."""
    for everybody, expected in ((False, [FIRED, FIRED]), (True, [FIRED, REACHED])):
        situation = Situation({ADA: Subject(0, 0), BEN: Subject(0, 0)})
        reactor = limited(a_limit(1, everybody=everybody))
        told = [decide(Occurrence(user, {"total": 1}, NOON), [reactor], situation) for user in (ADA, BEN)]
        assert [decision.verdicts[0].code for decision in told] == expected


@given(
    most=st.integers(1, 4),
    hours=st.lists(st.integers(0, 60), min_size=1, max_size=25),
    length=st.sampled_from([1, 5, 24]),
)
def test_no_window_holds_more_wherever_it_is_laid(most: int, hours: list[int], length: int) -> None:
    """In whatever order events come, no stretch of the window's length has more firings than the limit."""
    events = [(NOON + HOUR * hour, 1) for hour in hours]
    told = fold(limited(a_limit(most, Duration(seconds=3_600 * length))), *events)
    fired = sorted(at for (at, _), (code, _) in zip(events, told, strict=True) if code is FIRED)
    assert all(late - early >= HOUR * length for early, late in zip(fired, fired[most:], strict=False))
    assert len(fired) >= min(most, len(events), 1)


@given(
    budget=st.integers(1, 50),
    days=st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 40)), min_size=1, max_size=20),
)
def test_a_budget_is_never_passed_and_never_left_unused(budget: int, days: list[tuple[int, int]]) -> None:
    """Each day gives the points asked for on it, up to the budget; what the balance refuses uses nothing up."""
    reactor = limited(a_limit(budget, Unit.DAY, points=True))
    situation = Situation({ADA: Subject(0, 0)})
    given_on: dict[int, int] = {}
    for day, total in days:
        already = given_on.get(day, 0)
        decision = decide(Occurrence(ADA, {"total": total}, NOON + 24 * HOUR * day), [reactor], situation)
        if total > 0:
            assert decision.points == min(total, budget - already)
            given_on[day] = already + decision.points
    assert all(points <= budget for points in given_on.values())


@pytest.mark.parametrize(
    ("best", "totals", "winner"),
    [(False, (5, 50), 1), (True, (5, 50), 2), (True, (50, 50), 1), (False, (None, 50), 2), (True, (None, None), 0)],
    ids=["first", "best", "first-of-equals", "first-that-can", "none"],
)
def test_of_a_group_one_fires(*, best: bool, totals: tuple[int | None, ...], winner: int) -> None:
    """The first that can, or the best for the member; the others say which fired instead."""
    reactors = [
        Reactor(
            UUID(int=number), number, None, (PointsReaction(0, compile_derivation("SUM", [json_value(f"t{number}")])),),
            group="weekend", takes_best=best,
        )
        for number in (1, 2)
    ]  # fmt: skip
    payload = {f"t{number}": total for number, total in enumerate(totals, 1) if total is not None}
    decision = decide(Occurrence(ADA, payload, NOON), reactors, Situation({ADA: Subject(0, 0)}))
    codes = {verdict.reactor_version_id: (verdict.code, verdict.detail) for verdict in decision.verdicts}
    assert decision.points == payload.get(f"t{winner}", 0)
    for number in (1, 2):
        expected = FIRED if number == winner else Code.SUPPRESSED if f"t{number}" in payload else Code.NOT_DERIVABLE
        assert codes[number][0] is expected
        assert expected is not Code.SUPPRESSED or codes[number][1] == (winner,)


def test_what_a_group_suppresses_counts_nothing() -> None:
    """Only what fired uses its limit up."""
    first = limited(a_limit(1), version=1, group="one")
    second = limited(a_limit(1), version=2, group="one")
    situation = Situation({ADA: Subject(0, 0)})
    told = [decide(Occurrence(ADA, {"total": 1}, NOON), [first, second], situation) for _ in range(3)]
    codes = [[verdict.code for verdict in decision.verdicts] for decision in told]
    assert codes == [[FIRED, Code.SUPPRESSED], [REACHED, FIRED], [REACHED, REACHED]]
    assert all(early.points >= late.points for early, late in pairwise(told))
