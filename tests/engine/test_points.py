"""Points given, taken and let go in the kernel, with what policies, debts and limits make of them, to the point."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import pytest

from punchcard.engine import awaiting, earning
from punchcard.engine.awaiting import KEY_CHARACTERS_MAX, Release, key_expression, key_of
from punchcard.engine.decide import decide, given, may_give
from punchcard.engine.derivation import NotDerivable, round_points
from punchcard.engine.effects import AwardBadge, Badge, GiveReward, Stock, find_obstacle, points_of, take_from
from punchcard.engine.holdings import Account, Lot, Move
from punchcard.engine.limits import ROLLING_MAX, Limit, Window, count, used
from punchcard.engine.lots import Terms
from punchcard.engine.merging import enter, leave
from punchcard.engine.period import Duration, Unit
from punchcard.engine.policy import Cap, CountedCap, Deal, Expiry, Policies, Use, terms
from punchcard.engine.situation import (
    BALANCE_MAX,
    EVERYBODY,
    Code,
    Decision,
    InLots,
    PointsReaction,
    Posting,
    Reactor,
    Situation,
    Subject,
    Verdict,
)
from tests.engine.past import ADA, NOON, REACTOR, TOTAL, a_cup, a_limit, a_reactor, an_event, gives

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO_POLICIES = Policies(UTC)


def judged(reactor: Reactor, subject: Subject, policies: Policies | None = None, **situation: Any) -> Decision:
    """Return what comes of an event of ten."""
    return decide(an_event(total=10), [reactor], Situation({ADA: subject}, **situation), policies)


def detail(decision: Decision) -> tuple[str, tuple[Any, ...]]:
    """Return the code and the detail of the only verdict."""
    (verdict,) = decision.verdicts
    return verdict.code.value, verdict.detail


# debts -------------------------------------------------------------------------------------------


def test_what_is_given_pays_the_debt_first() -> None:
    """Of ten points seven pay what is owed, and three are there to be spent by the next reaction."""
    subject = Subject(0, 4, debt=7)
    decision = judged(a_reactor(reactions=gives(10, -3)), subject)
    assert detail(decision) == ("F", ((0, 10), (1, -3)))
    assert [(one.points, one.number, one.balance_after, one.owed) for one in decision.postings] == [
        (10, 5, 3, 7), (-3, 6, 0, 0),
    ]  # fmt: skip
    assert (decision.points, subject.balance, subject.debt) == (0, 0, 0)
    assert detail(judged(a_reactor(reactions=gives(10, -4)), Subject(0, 4, debt=7))) == ("B", (0, -1))


def test_a_debt_that_stays() -> None:
    """Ten points of twelve that are owed are gone at once, and nothing is left to be taken."""
    subject = Subject(0, 0, debt=12)
    decision = judged(a_reactor(reactions=gives(10)), subject)
    assert (decision.points, subject.balance, subject.debt) == (0, 0, 2)
    assert detail(judged(a_reactor(reactions=gives(10, -1)), Subject(0, 0, debt=12))) == ("B", (0, -1))


def test_what_is_taken_pays_no_debt() -> None:
    """Who owes has nothing, and a reaction that takes nothing changes nothing."""
    subject = Subject(0, 0, debt=5)
    assert detail(judged(a_reactor(reactions=gives(-1)), subject)) == ("B", (0, -1))
    assert detail(judged(a_reactor(reactions=gives(0)), subject)) == ("F", ((0, 0),))
    posting = earning.move(Subject(9, 0, debt=5), -2)
    assert (posting.owed, posting.balance_after, posting.points) == (0, 7, -2)


def test_points_in_lots_pay_the_debt() -> None:
    """A lot of ten of which four pay a debt has six in it; a pending one pays nothing yet."""
    subject = Subject(0, 1, debt=4)
    posting = earning.give(subject, 10, Terms(), NOON, pending=False)
    assert posting == Posting(None, None, 10, 2, 6, "ISSUE", InLots(6, Terms(), NOON), 4)
    assert (subject.balance, subject.in_lots, subject.debt, subject.pending) == (6, 6, 0, 0)
    assert (posting.points_of_balance, posting.is_undo) == (6, False)
    subject = Subject(0, 1, debt=4)
    posting = earning.give(subject, 10, Terms(), NOON, pending=True)
    assert posting == Posting(None, None, 10, 2, 0, "ISSUE", InLots(0, Terms(), NOON, is_pending=True))
    assert (subject.balance, subject.in_lots, subject.debt, subject.pending) == (0, 0, 4, 10)
    assert posting.points_of_balance == 0


def test_points_in_lots_are_spent_first() -> None:
    """Of five points taken three come out of lots, where there are no more; and none where there are none."""
    subject = Subject(9, 0, in_lots=3)
    assert earning.move(subject, -5).lots == InLots(-3)
    assert (subject.balance, subject.in_lots) == (4, 0)
    assert earning.move(subject, -1).lots is None
    assert earning.move(Subject(9, 0, in_lots=9), -1).lots == InLots(-1)
    assert earning.move(Subject(9, 0, in_lots=9), 1).lots is None


# balances ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("balance", "code"), [(BALANCE_MAX - 10, "F"), (BALANCE_MAX - 9, "H")]
)  # fmt: skip
@pytest.mark.parametrize("policies", [None, NO_POLICIES])
def test_a_wallet_is_full(balance: int, code: str, policies: Policies | None) -> None:
    """The last point that a wallet holds is given, and one more is not, under policies or without."""
    assert detail(judged(a_reactor(), Subject(balance, 0), policies))[0] == code


def a_cap(points: int) -> tuple[PointsReaction, ...]:
    """Return a reaction that leaves a balance of so many points at most."""
    return (PointsReaction(1, gives(points)[0].derivation, is_cap=True),)


@pytest.mark.parametrize(("balance", "cap", "taken"), [(12, 5, -7), (5, 5, 0), (4, 5, 0), (3, -2, -3), (0, 0, 0)])
def test_a_balance_that_is_capped(balance: int, cap: int, taken: int) -> None:
    """What lies above the cap is taken, one below nothing is none, and less than the cap stays."""
    assert detail(judged(a_reactor(reactions=a_cap(cap)), Subject(balance, 0))) == ("F", ((1, taken),))


def test_a_cap_counts_what_was_just_given() -> None:
    """Of seven and ten points five stay."""
    decision = judged(a_reactor(reactions=(*gives(10), *a_cap(5))), Subject(7, 0))
    assert detail(decision) == ("F", ((0, 10), (1, -12)))
    assert decision.points == -2


# limits ------------------------------------------------------------------------------------------


def test_room_is_shared_by_reactions() -> None:
    """Under a limit of twelve, of which three are used, the second gives what the first has left, the third nothing."""
    limits = a_limit(12, points=True), a_limit(100, points=True, everybody=True), a_limit(9)
    windows = {(ADA, REACTOR, "EVER"): Window(1, 3)}
    situation = Situation({ADA: Subject(0, 0)}, windows=windows)
    reactor = a_reactor(reactions=gives(5, 6, -2, 3), limits=limits)
    decision = decide(an_event(), [reactor], situation)
    assert detail(decision) == ("F", ((0, 5), (1, 4, 6), (2, -2), (3, 0, 3)))
    assert situation.windows == {(ADA, REACTOR, "EVER"): Window(2, 12), (EVERYBODY, REACTOR, "EVER"): Window(1, 9)}
    assert decision.windows == [(ADA, REACTOR, "EVER"), (EVERYBODY, REACTOR, "EVER")]
    assert detail(decide(an_event(), [reactor], situation)) == ("L", (12, 12, "points", "EVER", "SUBJECT"))


def test_the_words_of_a_limit() -> None:
    """Times or points, ever, in a period or in a window, by one or by all."""
    for limit, words in (
        (a_limit(0), (0, 0, "times", "EVER", "SUBJECT")),
        (a_limit(0, points=True, per=Unit.DAY, everybody=True), (0, 0, "points", "DAY", "EVERYBODY")),
        (a_limit(0, per=Duration(days=1)), (0, 0, "times", "WINDOW", "SUBJECT")),
    ):
        assert detail(judged(a_reactor(limits=(limit,)), Subject(0, 0))) == ("L", words)


def test_an_instant_at_the_border_of_a_window() -> None:
    """A firing exactly a day ago is out of a day's window, and one a moment later is in it, on either side."""
    limit, moment = a_limit(5, per=Duration(days=1)), timedelta(microseconds=1)
    for fired, near in (
        (NOON - DAY, 0),
        (NOON - DAY + moment, 1),
        (NOON, 1),
        (NOON + DAY - moment, 1),
        (NOON + DAY, 0),
    ):
        assert used(limit, Window(fired_at=[fired]), NOON) == near


def test_a_window_that_is_full() -> None:
    """Of more firings than are kept an event from before them uses the limit up; from the first on it is counted."""
    limit = a_limit(5, per=Duration(days=1))
    later = [NOON + DAY + step * HOUR for step in range(ROLLING_MAX)]
    assert used(limit, Window(fired_at=later[1:]), NOON) == 0
    assert used(limit, Window(fired_at=later), NOON) == 5
    assert used(limit, Window(fired_at=later), later[0] + DAY - HOUR) == 47
    at_the_border = later[0] + DAY
    assert used(limit, Window(fired_at=[*later[:1], *(at_the_border + DAY for _ in later[1:])]), at_the_border) == 0
    many = a_limit(2_000, per=Duration(days=1))
    assert used(many, Window(fired_at=[NOON] * ROLLING_MAX), NOON) == 2_000


def test_a_window_is_counted_once() -> None:
    """Two limits of one window count one firing; of a rolling one the latest instants are kept."""
    window, rolling = Window(), Window(fired_at=[NOON + step * HOUR for step in range(ROLLING_MAX)])
    limits: list[Limit] = [a_limit(5), a_limit(9, points=True), a_limit(5, per=Duration(days=1))]
    count(limits, [window, window, rolling], 7, NOON + HOUR / 2)
    assert (window, rolling.count, rolling.points) == (Window(1, 7), 1, 7)
    assert (len(rolling.fired_at), rolling.fired_at[0]) == (ROLLING_MAX, NOON + HOUR / 2)
    count(limits, [window, window, rolling], 2, NOON, fired=False)
    assert (window.count, window.points, rolling.fired_at[0]) == (1, 9, NOON + HOUR / 2)


def test_what_is_counted_of_a_firing() -> None:
    """Activations go up by one; points that were pending before, and those taken, are not given."""
    fired = Verdict(Code.FIRED, 3, ((0, 5), (1, -2), (2, 9, "ACTIVATED"), (3, "R")))
    assert (given(fired), points_of((0, "R")), points_of((0, 5))) == (3, 0, 5)
    situation = Situation({ADA: Subject(9, 0)}, {(ADA, REACTOR): 4})
    reactor = a_reactor(max_activations=5, limits=(a_limit(50, points=True),), reactions=gives(5, -2))
    assert decide(an_event(), [reactor], situation).activated == [(ADA, REACTOR)]
    assert situation.activations == {(ADA, REACTOR): 5}
    assert situation.windows[ADA, REACTOR, "EVER"] == Window(1, 5)


# policies ----------------------------------------------------------------------------------------


def test_what_a_cap_cuts_off() -> None:
    """A cap on earning leaves what it has room for, names itself, and counts what was given."""
    cap = CountedCap(UUID(int=50), a_limit(12, points=True, per=Unit.DAY))
    policies, key = Policies(UTC, earn_caps=(cap,)), (ADA, UUID(int=50), "DAY 2026-01-01")
    situation = Situation({ADA: Subject(0, 0)}, windows={key: Window(0, 5)})
    decision = decide(an_event(total=10), [a_reactor()], situation, policies)
    assert detail(decision) == ("F", ((0, 7, 10, "DAY", 12),))
    assert (situation.windows[key].points, decision.windows) == (12, [key])
    ever = Policies(UTC, earn_caps=(CountedCap(UUID(int=50), a_limit(4, points=True)),))
    assert detail(judged(a_reactor(), Subject(0, 0), ever)) == ("F", ((0, 4, 10, "EVER", 4),))


def test_a_cap_on_the_balance() -> None:
    """It counts pending points, too, and what is taken makes room again; a cap on earning has none back."""
    policies = Policies(UTC, balance_caps=(Cap(20, of_balance=True),))
    assert detail(judged(a_reactor(), Subject(8, 0, pending=6), policies)) == ("F", ((0, 6, 10, "BALANCE", 20),))
    two = a_reactor(reactions=gives(10, -4, 10))
    assert detail(judged(two, Subject(8, 0), policies)) == ("F", ((0, 10), (1, -4), (2, 6, 10, "BALANCE", 20)))
    earn = Policies(UTC, earn_caps=(CountedCap(UUID(int=50), a_limit(12, points=True)),))
    assert detail(judged(two, Subject(8, 0), earn)) == ("F", ((0, 10), (1, -4), (2, 2, 10, "EVER", 12)))
    uses = [Use(Cap(20, of_balance=True), 5), Use(Cap(20), 5)]
    assert [use.used for use in earning.move_on(uses, -3)] == [2, 5]


def test_what_is_agreed() -> None:
    """What a reaction says comes before the policies; without either, points are open-ended."""
    week = Policies(UTC, expiries=(Expiry(Duration(days=7)), Expiry(Duration(days=9))))
    assert terms(NO_POLICIES, None, NOON) is None
    assert terms(week, None, NOON) == Terms(NOON + 7 * DAY)
    assert terms(week, Deal(expires_after=Duration(days=1)), NOON) == Terms(NOON + DAY)
    assert terms(NO_POLICIES, Deal(usable_after=Duration(days=1)), NOON) == Terms(None, NOON + DAY)
    both = Deal(Duration(days=1), Duration(days=2))
    assert terms(week, both, NOON) == Terms(NOON + 2 * DAY, NOON + DAY)


def test_what_has_run_out_before_it_is_reported() -> None:
    """What runs out as it is reported is not given; a moment later it is; and nobody knows without a clock."""
    reactor = a_reactor(reactions=(PointsReaction(0, TOTAL[0].derivation, Deal(expires_after=Duration(days=1))),))
    assert detail(judged(reactor, Subject(0, 0), NO_POLICIES, now=NOON + DAY)) == ("F", ((0, 0, 10, "EXPIRED", 0),))
    assert detail(judged(reactor, Subject(0, 0), NO_POLICIES, now=NOON + DAY - HOUR)) == ("F", ((0, 10),))
    assert detail(judged(reactor, Subject(0, 0), NO_POLICIES)) == ("F", ((0, 10),))


def test_what_is_pending_as_it_is_reported() -> None:
    """What becomes usable as it is reported is usable; before that, and without a clock, it is pending."""
    reactor = a_reactor(reactions=(PointsReaction(0, TOTAL[0].derivation, Deal(usable_after=Duration(days=1))),))
    assert detail(judged(reactor, Subject(0, 0), NO_POLICIES, now=NOON + DAY)) == ("F", ((0, 10),))
    for situation in ({"now": NOON + DAY - HOUR}, {}):
        decision = judged(reactor, subject := Subject(0, 0), NO_POLICIES, **situation)
        assert detail(decision) == ("F", ((0, 10, "PENDING"),))
        assert (decision.points, subject.balance, subject.pending) == (0, 0, 10)


def test_a_backdated_event_earned_when_it_happened() -> None:
    """Points are earned when the event happened, or as it is reported where that was before."""
    event = an_event()
    for now, earned in ((None, NOON), (NOON + DAY, NOON), (NOON - DAY, NOON - DAY)):
        assert earning.earned_at(event, Situation({}, now=now)) == earned


# points that wait --------------------------------------------------------------------------------


def waits(number: int, points: int, **more: Any) -> Lot:
    """Return a pending lot."""
    return Lot(number, points, points, NOON - DAY, **{"is_pending": True, "awaits": "d", **more})


def letting_go(number: int, *, cancels: bool = False) -> PointsReaction:
    """Return a reaction that makes usable, or takes back, what waits for "d"."""
    return PointsReaction(number, TOTAL[0].derivation, release=Release(key_expression('"d"'), cancels))


def test_what_waited_becomes_usable() -> None:
    """Twelve points wait, five pay the debt, seven are usable; a second reaction finds none."""
    subject = Subject(0, 3, pending=14, debt=5)
    lots = {1: waits(1, 5), 2: waits(2, 7)}
    decision = judged(
        a_reactor(reactions=(letting_go(0), letting_go(1), *gives(-7, start=2))), subject, NO_POLICIES,
        waiting={ADA: {"d": lots}},
    )  # fmt: skip
    assert detail(decision) == ("F", ((0, 12, "ACTIVATED"), (1, 0, "ACTIVATED"), (2, -7)))
    first = decision.postings[0]
    assert (first.points, first.number, first.balance_after, first.account, first.owed) == (12, 4, 7, "PENDING", 5)
    assert first.lots is not None
    assert (first.lots.usable, first.lots.is_pending, first.is_undo, first.points_of_balance) == (7, False, False, 7)
    assert (subject.balance, subject.pending, subject.debt, subject.in_lots) == (0, 2, 0, 0)
    assert decision.points == 0
    (released,) = decision.released
    assert (released.awaits, released.cancels, dict(released.lots)) == ("d", False, lots)
    assert released.moves == (Move(1, Account.PENDING, Account.USABLE, 5), Move(2, Account.PENDING, Account.USABLE, 7))


def test_what_waited_is_taken_back() -> None:
    """It leaves the pending side, was not earned, and changes no balance."""
    subject = Subject(1, 3, pending=14)
    reactor = a_reactor(reactions=(letting_go(0, cancels=True), *gives(-1, start=1)))
    decision = judged(reactor, subject, NO_POLICIES, waiting={ADA: {"d": {1: waits(1, 5), 2: waits(2, 7)}}})
    assert detail(decision) == ("F", ((0, -12, "CANCELLED"), (1, -1)))
    first = decision.postings[0]
    assert (first.points, first.account, first.is_undo, first.points_of_balance) == (-12, "ISSUE", True, 0)
    assert first.lots is not None
    assert (first.lots.is_pending, [move.target for move in first.lots.moves]) == (True, [Account.ISSUE] * 2)
    assert (subject.balance, subject.pending, subject.in_lots, decision.points) == (0, 2, 0, -1)
    assert decision.released[0].cancels


def test_where_nothing_waits_nothing_happens() -> None:
    """No posting is made, and no entry is counted."""
    decision = judged(a_reactor(reactions=(letting_go(0),)), subject := Subject(1, 3), NO_POLICIES)
    assert (decision.postings, subject.entries, decision.released) == ([], 3, ())
    assert awaiting.release(subject, {}, NOON, cancels=True) is None
    assert awaiting.release(subject, {1: Lot(1, 5, 0, NOON, is_pending=True)}, NOON, cancels=True) is None


@pytest.mark.parametrize(("found", "name"), [('"a"', "a"), ("7", "7"), ('"' + "a" * KEY_CHARACTERS_MAX + '"', None)])
def test_names_of_what_points_wait_for(found: str, name: str | None) -> None:
    """A text, or a whole number as one, of 1 to 128 characters."""
    assert key_of(key_expression(found), {}, None) == (name or "a" * KEY_CHARACTERS_MAX)


@pytest.mark.parametrize("found", ['""', "true", "[1]", "payload.gone", '"' + "a" * (KEY_CHARACTERS_MAX + 1) + '"'])
def test_what_names_nothing(found: str) -> None:
    """An empty or longer text, a truth, a list, and what is missing name nothing."""
    with pytest.raises(NotDerivable):
        key_of(key_expression(found), {}, None)


def test_a_reaction_does_not_let_go_what_its_own_reactor_gave() -> None:
    """What is given to wait for a name stays, though the same reactor lets that name go; the next event finds it."""
    gives_waiting = PointsReaction(0, TOTAL[0].derivation, Deal(awaits=key_expression('"d"')))
    situation = Situation({ADA: Subject(0, 0)}, now=NOON)
    reactor = a_reactor(reactions=(gives_waiting, letting_go(1)))
    first = decide(an_event(total=10), [reactor], situation, NO_POLICIES)
    assert detail(first) == ("F", ((0, 10, "PENDING"), (1, 0, "ACTIVATED")))
    assert situation.waiting == {ADA: {"d": {1: Lot(1, 10, 10, NOON, is_pending=True, awaits="d")}}}
    second = decide(an_event(total=4), [reactor], situation, NO_POLICIES)
    assert detail(second) == ("F", ((0, 4, "PENDING"), (1, 10, "ACTIVATED")))
    assert (situation.subjects[ADA].balance, situation.subjects[ADA].pending) == (10, 4)


# acts --------------------------------------------------------------------------------------------


def test_what_keeps_acts_from_being_done() -> None:
    """Two cups need two; what is not available, or not active, is another obstacle than what is used up."""
    cups, cup = (a_cup(1), a_cup(2)), UUID(int=101)
    badge = AwardBadge(3, UUID(int=200))

    def obstacle(left: int | None, acts: Any = cups, *, available: bool = True) -> tuple[int, bool] | None:
        found = find_obstacle(acts, {badge.badge_id: Badge("", is_active=False)}, {cup: Stock("", left, available)})
        return None if found is None else (found.number, found.is_used_up)

    assert [obstacle(left) for left in (0, 1, 2, None)] == [(1, True), (2, True), None, None]
    assert obstacle(None, available=False) == (1, False)
    assert obstacle(2, (badge, *cups)) == (3, False)
    assert find_obstacle((badge, *cups), {}, {}) is None
    stock = {cup: Stock("", 2, is_available=True), UUID(int=102): Stock("", None, is_available=True)}
    for act in (*cups, a_cup(3, of=2), a_cup(4, of=9), badge):
        take_from(stock, act)
    assert [one.left for one in stock.values()] == [0, None]


def test_what_a_reactor_may_give() -> None:
    """Where all that rules will see is seen, one that does not fire gives nothing, but for what it gives instead."""
    failing = a_reactor(acts=(GiveReward(1, UUID(int=9)),))
    never, acts = "payload.total > 99", (a_cup(1),)
    cup, instead = frozenset({UUID(int=101)}), frozenset({UUID(int=9)})
    for reactor, whole, part in (
        (a_reactor(acts=acts), cup, cup),
        (a_reactor(never, acts=acts), frozenset(), cup),
        (a_reactor(never, acts=acts, failing=failing), instead, cup | instead),
        (a_reactor("user.tier == null", acts=acts), cup, cup),
        (a_reactor(acts=acts, effective_from=NOON + DAY), frozenset(), cup),
        (a_reactor(), frozenset(), frozenset()),
    ):
        assert may_give(an_event(total=1), reactor, is_seen_whole=True) == whole
        assert may_give(an_event(total=1), reactor, is_seen_whole=False) == part


# rounding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exact", "unit", "up", "points"),
    [(7, 5, True, 10), (7, 5, False, 5), (-7, 5, True, -10), (-7, 5, False, -5), (10, 5, True, 10), (0, 5, True, 0),
     (1, 1, True, 1), (-1, 1, True, -1), (1, 2, False, 0), (-1, 2, True, -2)],
)  # fmt: skip
def test_points_are_rounded(exact: int, unit: int, points: int, *, up: bool) -> None:
    """To a multiple of the unit, away from nothing or towards it, whatever the sign."""
    assert round_points(exact, unit, up=up) == points


# merging -----------------------------------------------------------------------------------------


def test_a_wallet_is_emptied() -> None:
    """Usable points, pending ones and the debt leave by a posting each, of what there is."""
    subject = Subject(12, 3, in_lots=5, pending=4)
    usable, pending = Lot(1, 9, 5, NOON), Lot(2, 4, 4, NOON, is_pending=True)
    first, second = leave(subject, {1: usable, 2: pending})
    assert first.lots == InLots(-5, moves=(Move(1, Account.USABLE, Account.MERGE, 5),))
    assert second.lots == InLots(is_pending=True, moves=(Move(2, Account.PENDING, Account.MERGE, 4),))
    assert [(one.reaction, one.points, one.number, one.balance_after) for one in (first, second)] == [
        (0, -12, 4, 0), (1, -4, 5, 0),
    ]  # fmt: skip
    assert subject == Subject(0, 5)
    (owing,) = leave(owes := Subject(0, 3, debt=6), {})
    assert (owing.points, owing.owed, owing.lots, owes) == (6, 6, None, Subject(0, 4))


def test_a_wallet_is_filled() -> None:
    """Lots go over on their terms, what is usable pays what is owed, and pending points wait on."""
    subject = Subject(0, 0, debt=6)
    lots = {1: Lot(1, 9, 4, NOON, NOON + DAY), 2: waits(2, 3, usable_at=NOON + DAY), 3: Lot(3, 5, 5, NOON)}
    postings = enter(subject, lots, 10, 0)
    assert [(one.points, one.owed, one.balance_after) for one in postings] == [
        (4, 4, 0), (3, 0, 0), (5, 2, 3), (10, 0, 13),
    ]  # fmt: skip
    assert postings[0].lots == InLots(0, Terms(NOON + DAY), NOON)
    assert postings[1].lots == InLots(0, Terms(None, NOON + DAY, "d"), NOON - DAY, is_pending=True)
    assert subject == Subject(13, 4, in_lots=3, pending=3)
    (paid,) = enter(subject, {}, 0, 15)
    assert (paid.points, paid.owed, paid.lots) == (-15, -2, InLots(-3))
    assert subject == Subject(0, 5, pending=3, debt=2)
    (open_ended,) = enter(subject, {}, 5, 0)
    assert (open_ended.owed, subject) == (2, Subject(3, 6, pending=3))
