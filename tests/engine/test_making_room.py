"""Room under limits and caps again, once an event is undone: how much, where, and when the firing is gone, too."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from punchcard.engine.limits import Window
from punchcard.engine.making_room import Room, given_by, under_caps, under_limits
from punchcard.engine.period import Duration, Unit
from punchcard.engine.policy import CountedCap, Policies
from punchcard.engine.situation import EVERYBODY, Code, Verdict
from punchcard.engine.undoing import WHOLE, Share
from tests.engine.past import ADA, NOON, REACTOR, a_limit, a_reactor, an_event

HALF = WHOLE // 2
FIRED = Verdict(Code.FIRED, 3, ((0, 5), (1, -3), (2, 4, 9), (3, 6, "ACTIVATED"), (4, 2, "PENDING"), (5, "R")))
FAILED = Verdict(Code.FAILED, 3, (("C",), (0, 5), (1, 4)))
HOUR = timedelta(hours=1)


def test_what_a_verdict_gave() -> None:
    """What was given, pending or not; not what was taken, cut off, or pending before."""
    assert given_by(FIRED) == [5, 0, 4, 2, 0]
    assert given_by(FAILED) == [5, 4]


def test_a_window_has_room_again() -> None:
    """Points and the firing are taken out, and never more than is there."""
    window = Window(2, 10, [NOON, NOON + HOUR, NOON])
    Room(4).make(window)
    assert window == Window(2, 6, [NOON, NOON + HOUR, NOON])
    Room(4, is_firing=True, fired_at=NOON).make(window)
    assert window == Window(1, 2, [NOON + HOUR, NOON])
    Room(4, is_firing=True, fired_at=NOON - HOUR).make(window)
    assert window == Window(0, 0, [NOON + HOUR, NOON])
    Room(0, is_firing=True).make(window)
    assert window == Window(0, 0, [NOON + HOUR, NOON])


def test_a_limit_for_ever_beside_a_window() -> None:
    """Of each limit its own window: a rolling one loses the instant, the other does not have any."""
    limits = a_limit(9), a_limit(9, per=Duration(days=7)), a_limit(9, points=True, everybody=True, per=Unit.DAY)
    reactor = a_reactor(limits=limits, max_activations=3)
    keys: list[Any] = [(ADA, REACTOR, "EVER"), (ADA, REACTOR, "0 7 0"), (EVERYBODY, REACTOR, "DAY 2026-01-01")]
    firing = Room(11, is_firing=True), Room(11, is_firing=True, fired_at=NOON), Room(11, is_firing=True)
    assert under_limits(an_event(), [(reactor, FIRED)], Share(0, WHOLE)) == (
        [(ADA, REACTOR)], dict(zip(keys, firing, strict=True)),
    )  # fmt: skip
    half = Room(5), Room(5, fired_at=NOON), Room(5)
    assert under_limits(an_event(), [(reactor, FIRED)], Share(0, HALF)) == ([], dict(zip(keys, half, strict=True)))


def test_the_last_share_takes_the_firing_out() -> None:
    """It is counted as long as some of the event stands, and points given without firing were none."""
    reactor = a_reactor(limits=(a_limit(9),), max_activations=3)
    key = ADA, REACTOR, "EVER"
    last = Share(HALF, WHOLE)
    assert under_limits(an_event(), [(reactor, FIRED)], last) == ([(ADA, REACTOR)], {key: Room(6, is_firing=True)})
    assert under_limits(an_event(), [(reactor, FAILED)], last) == ([], {key: Room(5)})
    without = a_reactor(limits=(a_limit(9),))
    assert under_limits(an_event(), [(without, FIRED)], last) == ([], {key: Room(6, is_firing=True)})


def test_caps_have_room_again() -> None:
    """Caps on earning where it happened, for what was given; caps on spending where it was paid, for the price."""
    earn = CountedCap(UUID(int=50), a_limit(100, points=True, per=Unit.DAY))
    spend = CountedCap(UUID(int=51), a_limit(100, points=True, per=Unit.DAY))
    policies = Policies(UTC, earn_caps=(earn,), spend_caps=(spend,))
    paid_at, whole = NOON + timedelta(days=3), Share(0, WHOLE)
    earned, spent = (ADA, UUID(int=50), "DAY 2026-01-01"), (ADA, UUID(int=51), "DAY 2026-01-04")
    assert under_caps(policies, an_event(), [FIRED, FAILED], whole, 7, paid_at) == {earned: Room(20), spent: Room(7)}
    assert under_caps(policies, an_event(), [FIRED], Share(0, HALF), 7, paid_at) == {earned: Room(5), spent: Room(3)}
    assert under_caps(policies, an_event(), [], whole, 1, paid_at) == {spent: Room(1)}
    assert under_caps(policies, an_event(), [FAILED], whole, 0, paid_at) == {earned: Room(9)}
    one = Verdict(Code.FIRED, 3, ((0, 1),))
    assert under_caps(policies, an_event(), [one], whole, 0, paid_at) == {earned: Room(1)}
