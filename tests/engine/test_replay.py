"""A life judged again in the kernel: what verdicts tell of limits over everybody, of stock and of badges."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

from punchcard.engine.awaiting import Release, key_expression
from punchcard.engine.effects import AwardBadge
from punchcard.engine.holdings import Lot
from punchcard.engine.limits import Window
from punchcard.engine.period import Duration
from punchcard.engine.policy import Deal, Policies
from punchcard.engine.replay import Life, Told, counted_over_everybody, verdict_parts
from punchcard.engine.situation import EVERYBODY, Code, Decision, PointsReaction, Reactor, Verdict
from tests.engine.past import ADA, NOON, REACTOR, TOTAL, a_cup, a_limit, a_reactor, an_event, gives

BADGE = AwardBadge(1, UUID(int=200))


def told(*reacted: tuple[Reactor, Verdict], total: int = 10, policies: Policies | None = None) -> Told:
    """Return an event and how it was judged."""
    reactors, verdicts = zip(*reacted, strict=True)
    return Told(
        an_event(total=total), NOON + timedelta(hours=1), {}, verdicts, reactors, policies or Policies(UTC),
    )  # fmt: skip


def again(life: Life, *reacted: tuple[Reactor, Verdict], total: int = 10) -> list[tuple[Any, ...]]:
    """Return the verdicts of judging once more, as code and detail."""
    decision = life.judge(told(*reacted, total=total))
    return [(verdict.code.value, verdict.detail) for verdict in decision.verdicts]


def reached(*detail: Any, code: Code = Code.LIMIT_REACHED, version: int = 3) -> Verdict:
    """Return a verdict."""
    return Verdict(code, version, detail)


FIRED = reached((0, 10), code=Code.FIRED)


def test_a_wallet_moves_on() -> None:
    """Each event is judged after those before it, and the wallet holds what they gave."""
    life, reactor = Life.begin(ADA), a_reactor()
    assert again(life, (reactor, FIRED)) == [("F", ((0, 10),))]
    assert again(life, (reactor, FIRED), total=-10) == [("F", ((0, -10),))]
    assert again(life, (reactor, FIRED), total=-1) == [("B", (0, -1))]
    assert (life.subject.balance, life.subject.entries, life.user_id) == (0, 2, ADA)


def test_a_members_own_limit_is_counted_again() -> None:
    """What one member has used up is worked out, whatever the verdict says."""
    life, reactor = Life.begin(ADA), a_reactor(max_activations=1, limits=(a_limit(15, points=True),))
    assert again(life, (reactor, reached(1))) == [("F", ((0, 10),))]
    assert again(life, (reactor, FIRED)) == [("L", (1,))]


def test_what_everybody_had_used_up_is_told_by_the_verdict() -> None:
    """A count of activations over everybody stands as the verdict has it, and is forgotten with the next event."""
    life, reactor = Life.begin(ADA), a_reactor(max_activations=5, counts_everybody=True)
    assert again(life, (reactor, reached(5))) == [("L", (5,))]
    assert again(life, (reactor, FIRED)) == [("F", ((0, 10),))]
    assert again(life, (reactor, reached(7))) == [("L", (7,))]


def test_activations_and_limits_over_everybody() -> None:
    """A count of activations that was reached says nothing of the limits beside it."""
    reactor = a_reactor(max_activations=5, counts_everybody=True, limits=(a_limit(5, everybody=True),))
    assert again(Life.begin(ADA), (reactor, reached(5))) == [("L", (5,))]


def test_the_limit_over_everybody_that_was_reached() -> None:
    """Of two limits over everybody the one that the verdict names was reached, with what was used of it."""
    limits = a_limit(5, everybody=True), a_limit(5, points=True, everybody=True)
    life, reactor = Life.begin(ADA), a_reactor(limits=limits)
    for detail in ((5, 5, "times", "EVER", "EVERYBODY"), (8, 5, "points", "EVER", "EVERYBODY")):
        assert again(life, (reactor, reached(*detail))) == [("L", detail)]
    assert again(life, (a_reactor(limits=limits[:1]), FIRED)) == [("F", ((0, 10),))]
    more = 6, 5, "times", "EVER", "EVERYBODY"
    assert again(life, (a_reactor(limits=limits[:1]), reached(*more))) == [("L", more)]
    points_first = a_reactor(limits=limits[::-1], reactions=gives(1))
    assert again(life, (points_first, reached(*more))) == [("L", more)]
    other = a_reactor(limits=(a_limit(6, everybody=True),))
    assert again(life, (other, reached(5, 5, "times", "EVER", "EVERYBODY"))) == [("F", ((0, 10),))]


def test_a_window_over_everybody_that_was_reached() -> None:
    """A rolling limit that was used up is used up again, though nobody knows by whom."""
    life, reactor = Life.begin(ADA), a_reactor(limits=(a_limit(2, everybody=True, per=Duration(days=1)),))
    detail = 2, 2, "times", "WINDOW", "EVERYBODY"
    assert again(life, (reactor, reached(*detail))) == [("L", detail)]
    assert life.situation.windows[EVERYBODY, REACTOR, "0 1 0"].fired_at == [NOON, NOON]


def test_what_a_limit_over_everybody_cut_off_is_cut_off_again() -> None:
    """Of 10 points 4 were given: so much room was left, for this one and what it gave beside it."""
    life, limits = Life.begin(ADA), (a_limit(100, points=True, everybody=True),)
    assert again(life, (a_reactor(limits=limits), reached((0, 4, 10), code=Code.FIRED))) == [("F", ((0, 4, 10),))]
    two = a_reactor(limits=limits, reactions=(*TOTAL, *gives(5, start=1)))
    detail = (0, 10), (1, 2, 5)
    assert again(life, (two, reached(*detail, code=Code.FIRED))) == [("F", detail)]
    assert life.situation.windows[EVERYBODY, REACTOR, "EVER"].points == 100
    none = a_reactor(limits=(a_limit(3, points=True, everybody=True),))
    assert again(life, (none, reached((0, 4, 10), code=Code.FIRED))) == [("F", ((0, 3, 10),))]


def test_what_a_policy_cut_off_says_nothing_of_limits() -> None:
    """Where a cap of a policy cut points off, limits over everybody had room."""
    life, reactor = Life.begin(ADA), a_reactor(limits=(a_limit(100, points=True, everybody=True),))
    capped = reached((0, 4, 10, "DAY", 4), code=Code.FIRED)
    assert again(life, (reactor, capped)) == [("F", ((0, 10),))]


def test_a_members_own_limit_is_not_that_of_everybody() -> None:
    """What was cut off for a limit of the member's own leaves that limit as it was counted."""
    life, reactor = Life.begin(ADA), a_reactor(limits=(a_limit(100, points=True),))
    assert again(life, (reactor, reached((0, 4, 10), code=Code.FIRED))) == [("F", ((0, 10),))]


def test_a_reward_that_had_run_out_has_run_out_again() -> None:
    """A reactor that lacked a reward lacks it again; one that could not be had cannot be had."""
    reactor = a_reactor(acts=(a_cup(1, of=1), a_cup(2, of=2)))
    for code in (Code.OUT_OF_STOCK, Code.UNAVAILABLE):
        for number in (1, 2):
            assert again(Life.begin(ADA), (reactor, reached(number, code=code))) == [(code.value, (number,))]
    assert again(Life.begin(ADA), (reactor, FIRED))[0][0] == "F"


def test_what_was_given_before_it_ran_out_is_given_again() -> None:
    """Two reactors gave what the third lacked; and of one that gives two, one was there."""
    cups = [a_reactor(version_id=version, acts=(a_cup(1),)) for version in (3, 4, 5)]
    fired = [reached((0, 10), (1, "R"), code=Code.FIRED, version=version) for version in (3, 4)]
    lacking = reached(1, code=Code.OUT_OF_STOCK, version=5)
    found = again(Life.begin(ADA), *zip(cups, (*fired, lacking), strict=True))
    assert [code for code, _ in found] == ["F", "F", "O"]
    instead = a_reactor("payload.total > 99", failing=a_reactor(acts=(a_cup(1),)))
    failed = reached(("C",), (0, 10), (1, "R"), code=Code.FAILED)
    found = again(Life.begin(ADA), (instead, failed), (cups[2], lacking))
    assert [code for code, _ in found] == ["X", "O"]
    found = again(Life.begin(ADA), (instead, reached(code=Code.CONSTRAINT_FALSE)), (cups[2], lacking))
    assert [code for code, _ in found] == ["C", "O"]
    twice = a_reactor(acts=(a_cup(1), a_cup(2), a_cup(3, of=2)))
    assert again(Life.begin(ADA), (twice, reached(2, code=Code.OUT_OF_STOCK))) == [("O", (2,))]


def test_a_badge_that_was_not_active_is_not_active_again() -> None:
    """A reactor that could not award a badge cannot again, and another badge is there."""
    reactor = a_reactor(acts=(BADGE, AwardBadge(2, UUID(int=201))))
    assert again(Life.begin(ADA), (reactor, reached(1, code=Code.UNAVAILABLE))) == [("U", (1,))]
    assert again(Life.begin(ADA), (reactor, reached(2, code=Code.UNAVAILABLE))) == [("U", (2,))]


def test_what_it_did_instead_it_does_again() -> None:
    """A reactor that lacked a reward and gave another instead does so again, and no more than that."""
    failing = a_reactor(reactions=gives(1), acts=(a_cup(1, of=2),))
    reactor = a_reactor(acts=(a_cup(1),), failing=failing)
    detail = ("O", 1), (0, 1), (1, "R")
    assert again(Life.begin(ADA), (reactor, reached(*detail, code=Code.FAILED))) == [("X", detail)]
    assert again(Life.begin(ADA), (reactor, reached(1, code=Code.OUT_OF_STOCK))) == [("O", (1,))]
    points_alone = a_reactor("payload.total > 99", failing=a_reactor(reactions=gives(1)))
    assert again(Life.begin(ADA), (points_alone, reached(code=Code.CONSTRAINT_FALSE))) == [("X", (("C",), (0, 1)))]


def waits(number: int, points: int, **more: Any) -> Lot:
    """Return a lot that waits for a delivery."""
    fields: dict[str, Any] = {"is_pending": True, "awaits": "d"} | more
    return Lot(number, points, points, NOON, **fields)


def test_what_waited_becomes_usable_again() -> None:
    """A reaction that lets points go finds those that wait, and none that are usable, spent or wait for nothing."""
    life = Life.begin(ADA)
    life.subject.pending = 12
    spent = Lot(4, 5, 0, NOON, is_pending=True, awaits="d")
    lots = (
        waits(1, 5),
        waits(2, 7),
        waits(3, 9, is_pending=False),
        spent,
        waits(5, 2, awaits=None),
        waits(6, 1, awaits="e"),
    )
    life.lots = {lot.number: lot for lot in lots}
    lets_go = PointsReaction(0, TOTAL[0].derivation, release=Release(key_expression('"d"'), cancels=False))
    decision = life.judge(told((a_reactor(reactions=(lets_go, *gives(3, start=1))), FIRED)))
    assert [verdict.detail for verdict in decision.verdicts] == [((0, 12, "ACTIVATED"), (1, 3))]
    assert (life.subject.balance, life.subject.pending) == (15, 0)


def test_points_are_earned_when_they_were_reported() -> None:
    """What was given pending until after the report is pending again."""
    life = Life.begin(ADA)
    waiting = PointsReaction(0, TOTAL[0].derivation, deal=Deal(usable_after=Duration(seconds=1)))
    reactor = a_reactor(reactions=(waiting,))
    assert again(life, (reactor, FIRED)) == [("F", ((0, 10),))]
    late = PointsReaction(0, TOTAL[0].derivation, deal=Deal(usable_after=Duration(days=1)))
    assert again(life, (a_reactor(reactions=(late,)), FIRED)) == [("F", ((0, 10, "PENDING"),))]
    assert (life.subject.balance, life.subject.pending) == (10, 10)


def counted(reactors: Sequence[Reactor], *verdicts: Verdict) -> tuple[list[Any], dict[Any, Any]]:
    """Return what an event counts for over everybody."""
    return counted_over_everybody(an_event(), Decision(list(verdicts), [], []), reactors)


def test_what_counts_over_everybody() -> None:
    """Firings count where everybody's do, points under limits over everybody, and nothing where it did not fire."""
    limits = (
        a_limit(9, points=True, everybody=True),
        a_limit(9, everybody=True, per=Duration(days=1)),
        a_limit(9, points=True),
    )
    reactor = a_reactor(max_activations=5, counts_everybody=True, limits=limits)
    keys = [(EVERYBODY, REACTOR, "EVER"), (EVERYBODY, REACTOR, "0 1 0")]
    assert counted([reactor], reached((0, 4), (1, -3), (2, 5, "ACTIVATED"), (3, 2, "PENDING"), code=Code.FIRED)) == (
        [(EVERYBODY, REACTOR)], {keys[0]: (6, False, True), keys[1]: (6, True, True)},
    )  # fmt: skip
    assert counted([reactor], reached(("C",), (0, 4), code=Code.FAILED)) == (
        [], {keys[0]: (4, False, False), keys[1]: (4, True, False)},
    )  # fmt: skip
    assert counted([reactor], reached(5)) == ([], {})
    assert counted([a_reactor(max_activations=5)], FIRED) == ([], {})
    assert counted([a_reactor(counts_everybody=True)], FIRED) == ([], {})


def test_verdicts_are_compared_by_what_they_say() -> None:
    """The code, what is told as a whole, and of each reaction what it did, however it was written."""
    verdicts = [
        reached((0, 4, 10, "DAY", 4, "PENDING"), (1, "R"), code=Code.FIRED, version=1),
        reached(("C",), (0, 4), code=Code.FAILED, version=2), reached(5, 5, "times", version=3),
    ]  # fmt: skip
    assert verdict_parts(verdicts) == {
        1: ("F", b"[]", (0, 4, 10, ("DAY", 4), "PENDING", ""), (1, 0, 0, (), "", "R")),
        2: ("X", b'[["C"]]', (0, 4, 4, (), "", "")), 3: ("L", b'[5,5,"times"]'),
    }  # fmt: skip


def test_windows_of_everybody_are_forgotten() -> None:
    """What everybody had used up before is not carried on from one event to the next; a member's own is."""
    life = Life.begin(ADA)
    life.situation.windows = {(EVERYBODY, REACTOR, "EVER"): Window(9), (ADA, REACTOR, "EVER"): Window(1)}
    life.situation.activations = {(EVERYBODY, REACTOR): 9, (ADA, REACTOR): 1}
    reactor = a_reactor(limits=(a_limit(2), a_limit(9, everybody=True)), max_activations=9, counts_everybody=True)
    assert again(life, (reactor, FIRED)) == [("F", ((0, 10),))]
    assert life.situation.windows == {
        (ADA, REACTOR, "EVER"): Window(2, 10),
        (EVERYBODY, REACTOR, "EVER"): Window(1, 10),
    }
    assert life.situation.activations == {(ADA, REACTOR): 1, (EVERYBODY, REACTOR): 1}
