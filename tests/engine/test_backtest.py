"""A backtest in the kernel: sums to the point, what balances are taken to be, and where memory ends."""

from datetime import UTC, date, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from punchcard.engine import backtest
from punchcard.engine.backtest import ENTRIES_MAX, Candidate, Day, Fold, Past, Sum, TooMuch, alone, follow, take
from punchcard.engine.counters import Counter, What
from punchcard.engine.derivation import compile_derivation, json_value
from punchcard.engine.effects import RunHandler
from punchcard.engine.limits import Window
from punchcard.engine.period import Unit
from punchcard.engine.situation import PointsReaction
from tests.engine.past import ADA, BEN, NOON, a_limit, a_reactor, gives

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


def past(total: int, then: int | None = None, user: UUID = ADA, **more: Any) -> Past:
    """Return an event of so much, for which the reactor gave `then`."""
    fields = {"occurred_at": NOON, "day": MONDAY} | more
    return Past(user_id=user, payload={"total": total}, then=then, **fields)


def taken(candidate: Candidate, *events: Past, balance: tuple[int, int] | None = None) -> Fold:
    """Return what comes of events."""
    fold = Fold()
    for event in events:
        assert take(candidate, fold, event, balance)
        follow(candidate, fold, event)
    return fold


def test_sums_are_told_of_now_and_of_then() -> None:
    """In all, by day and by member: points and times it would have given, and points and times that it gave."""
    fold = taken(
        alone(a_reactor("payload.total > 1")),
        past(5, 3), past(7, None, BEN, instead=2, day=TUESDAY), past(1, 4), past(9, 9, BEN),
    )  # fmt: skip
    assert fold.total == Day(21, 3, 18, 3, 4)
    assert fold.days == {MONDAY: Day(14, 2, 16, 3, 3), TUESDAY: Day(7, 1, 2, 0, 1)}
    assert fold.members == {ADA: Sum(5, 1, 7, 2), BEN: Sum(16, 2, 11, 1)}
    assert fold.outcomes == {"F": 3, "C": 1}
    assert (fold.cut_off, fold.assumed) == (0, 0)


def test_what_a_limit_cuts_off_is_told() -> None:
    """Of 5, 5 and 5 points under a limit of 8 two are cut off, and the third event finds it used up."""
    fold = taken(alone(a_reactor(limits=(a_limit(8, points=True),))), past(5), past(5), past(5))
    assert fold.total == Day(8, 2, 0, 0, 3)
    assert (fold.cut_off, fold.outcomes) == (2, {"F": 2, "L": 1})


def test_what_it_gives_for_failure_is_no_firing() -> None:
    """Points given where it does not fire are counted, and cut, and times are not."""
    failing = a_reactor(reactions=gives(6, start=1))
    candidate = alone(a_reactor("payload.total > 1", failing=failing, limits=(a_limit(10, points=True),)))
    fold = taken(candidate, past(1), past(1), past(2))
    assert fold.total == Day(10, 0, 0, 0, 3)
    assert (fold.cut_off, fold.outcomes) == (2, {"X": 2, "L": 1})


def test_the_limits_of_activations_start_empty() -> None:
    """Whatever it did then, two firings are two."""
    fold = taken(alone(a_reactor(max_activations=2)), past(1, 1), past(1, 1), past(1, 1))
    assert fold.outcomes == {"F": 2, "L": 1}


def test_who_takes_points_needs_the_balance() -> None:
    """Without a balance nothing has happened; who gives nothing, or cannot work it out, needs none."""
    fold, candidate = Fold(), alone(a_reactor())
    assert not take(candidate, fold, past(-1))
    assert fold == Fold()
    assert take(candidate, fold, past(0))
    missing = a_reactor(reactions=(PointsReaction(0, compile_derivation("SUM", [json_value("gone")])),))
    assert take(alone(missing), fold, past(0))
    assert fold.outcomes == {"F": 1, "D": 1}
    for needs in (
        a_reactor("payload.total > 5", failing=a_reactor(reactions=gives(-1))),
        a_reactor(reactions=(structs.replace(gives(3)[0], is_cap=True),)),
        a_reactor("wallet.balance >= 0"),
    ):
        assert not take(alone(needs), fold, past(0, facts={}))


@pytest.mark.parametrize(("total", "code"), [(-9, "F"), (-10, "B")])
def test_what_it_takes_is_covered_by_what_it_would_have_given(total: int, code: str) -> None:
    """It gave 3 and would have given 10: of a balance of 2 then there would have been 9 when it was its turn."""
    fold, candidate = taken(alone(a_reactor()), past(10, 3)), alone(a_reactor())
    assert take(candidate, fold, past(total), (0, 2))
    assert fold.outcomes.get(code) == (2 if code == "F" else 1)


def test_it_never_took_below_zero() -> None:
    """Of a member who would have got less than there was by now, the balance is 0 and not below."""
    fold, candidate = taken(alone(a_reactor()), past(1, 30)), alone(a_reactor())
    assert take(candidate, fold, past(0), (5, 5))
    assert take(candidate, fold, past(-1), (5, 5))
    assert take(candidate, fold, past(-1), (30, 30))
    assert fold.outcomes == {"F": 3, "B": 1}


def test_rules_see_the_balance_before_the_event() -> None:
    """They see what there was before the event, not when it was the reactor's turn, and pending points as they were."""
    candidate = alone(a_reactor("wallet.balance == 7 && wallet.pending == 4 && payload.total == 1"))
    fold = Fold()
    assert take(candidate, fold, past(1, facts={}, pending=4), (7, 100))
    assert take(candidate, fold, past(1, facts={}, pending=5), (6, 7))
    assert take(candidate, fold, past(1, facts={}, pending=4), (6, 100))
    assert fold.outcomes == {"F": 2, "C": 1}
    assert take(alone(a_reactor("wallet.pending == 0")), fold, past(1, facts={}), (0, 0))
    assert fold.outcomes == {"F": 3, "C": 1}


def test_what_a_candidate_looks_at() -> None:
    """The balance, pending points and the user are read for those alone that look at them."""
    seen = {
        rule: (one.sees_balance, one.sees_pending, one.sees_user)
        for rule in ("payload.total > 1", "wallet.balance > 1", "wallet.pending > 1", "wallet == {}", "user == {}")
        for one in [alone(a_reactor(rule))]
    }
    assert seen == {
        "payload.total > 1": (False, False, False), "wallet.balance > 1": (True, False, False),
        "wallet.pending > 1": (True, True, False), "wallet == {}": (True, True, False),
        "user == {}": (False, False, True),
    }  # fmt: skip


def a_counter(name: str, what: What = What.COUNT, per: Unit | None = None) -> Counter:
    """Return a counter of purchases."""
    return Counter(name, UUID(int=sum(name.encode())), UUID(int=5), what, UTC, per)


COUNTERS = {name: a_counter(name) for name in ("visits", "orders")}


def test_it_is_tried_alone() -> None:
    """Out of its group, for points alone, with the counters that it names, in order, as far as there are any."""
    acts = (RunHandler(1, "EXAMPLE"),)
    rule = 'counters.visits.count > 1 || counters.orders.count > 1 || counters.gone.count > 1 || counters == {"a": 1}'
    tried = a_reactor(rule, group="A", takes_best=True, acts=acts, failing=a_reactor(acts=acts))
    candidate = alone(tried, COUNTERS)
    one = candidate.reactor
    assert one.failing is not None
    assert (one.group, one.takes_best, one.acts, one.failing.acts, one.failing.reactions) == (
        None, False, (), (), tried.reactions,
    )  # fmt: skip
    assert candidate.counters == (COUNTERS["orders"], COUNTERS["visits"])
    assert alone(tried).counters == ()
    assert candidate.added_by(UUID(int=5), {"payload": {}}) == (1, 1)
    assert candidate.added_by(UUID(int=6), {"payload": {}}) == (None, None)


def test_counters_are_counted_anew() -> None:
    """The second visit is the second, whoever else came meanwhile, and what does not count is none."""
    candidate = alone(a_reactor("counters.visits.count == 2"), COUNTERS)
    visit: dict[str, Any] = {"facts": {}, "added": (1,)}
    fold = taken(candidate, past(1, **visit), past(1, None, BEN, **visit), past(1, facts={}, added=(None,)))
    assert fold.outcomes == {"C": 3}
    assert take(candidate, fold, past(8, **visit))
    assert fold.total.points == 8


def test_rules_see_what_is_told_of_the_event_and_all_of_a_counter() -> None:
    """What was gathered with the event is seen beside the counters, and a counter can be named as a whole."""
    fold = taken(
        alone(a_reactor("event.hour == 3")), past(1, facts={"event": {"hour": 3}}), past(1, facts={"event": {}})
    )
    assert fold.outcomes == {"F": 1, "C": 1}
    assert alone(a_reactor("counters.visits == {}"), COUNTERS).counters == (COUNTERS["visits"],)


def test_what_counters_hold_is_counted() -> None:
    """A stretch and a run of days are two; the next day lengthens the run, and one after a gap begins another."""
    counter = a_counter("visits", per=Unit.MONTH)
    candidate, fold = Candidate(a_reactor(), (counter,)), Fold()
    counted = []
    for days in (0, 1, 3, 2, 40):
        follow(candidate, fold, past(1, added=(1,), occurred_at=NOON + timedelta(days=days)))
        counted.append(fold.counted)
    assert counted == [2, 2, 3, 2, 4]
    assert [tally.changed for tally in fold.tallies.values()] == [set()]
    follow(candidate, fold, past(1, None, BEN, added=(None,)))
    assert fold.counted == 4


def test_memory_ends_where_it_is_said_to() -> None:
    """Members, activations, windows and what is counted are held together up to the limit, and no one more."""
    held = [
        Fold(members={ADA: Sum()}),
        Fold(activations={(ADA, UUID(int=7)): 1}),
        Fold(windows={(ADA, UUID(int=7), "EVER"): Window()}),
    ]
    for fold in held:
        fold.counted = ENTRIES_MAX - 1
        fold.require_room()
        fold.counted = ENTRIES_MAX
        with pytest.raises(TooMuch):
            fold.require_room()


def test_room_is_asked_for_what_is_new() -> None:
    """A member that is known is tried on; a new one, and what would be counted, is too much."""
    candidate = Candidate(a_reactor(), (COUNTERS["visits"],))
    fold = taken(candidate, past(1, added=(1,)))
    fold.counted = backtest.ENTRIES_MAX + 1
    assert take(candidate, fold, past(1))
    with pytest.raises(TooMuch):
        take(candidate, fold, past(1, None, BEN))
    with pytest.raises(TooMuch):
        follow(candidate, fold, past(1, added=(1,)))
    assert BEN not in fold.members


def test_the_first_members() -> None:
    """Most points come first, of equals the smaller id; who got nothing by a firing is not among them."""
    ids = [UUID(int=number) for number in range(1, 5)]
    sums = [Sum(5, 1), Sum(9, 1), Sum(9, 2), Sum(100, 0)]
    fold = Fold(members=dict(zip(ids, sums, strict=True)))
    assert fold.top(2) == [(ids[1], sums[1]), (ids[2], sums[2])]
    assert [user_id for user_id, _ in fold.top(9)] == [ids[1], ids[2], ids[0]]


def test_a_year_of_events_has_its_days() -> None:
    """Each event is of its own day, whenever it comes."""
    events = [past(1, 1, day=date(2026, 1, 1) + timedelta(days=step % 3)) for step in range(9)]
    fold = taken(alone(a_reactor()), *events)
    assert set(fold.days) == {date(2026, 1, day) for day in (1, 2, 3)}
    assert all(day == Day(3, 3, 3, 3, 3) for day in fold.days.values())
