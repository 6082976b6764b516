"""Lots, against a model in which every single point is a thing of its own and time passes hour by hour."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from punchcard.engine.holdings import Account, Holdings, Move
from punchcard.engine.lots import Change, NotCovered, Terms, activate, cancel, earn, settle, spend, touch

START = datetime(2026, 1, 1, tzinfo=UTC)
OWN = {Account.USABLE, Account.PENDING, Account.DEBT}


def at(hour: int | None) -> Any:
    """Return the instant of an hour."""
    return None if hour is None else START + timedelta(hours=hour)


@dataclass
class Point:
    """One point of the model."""

    lot: int
    earned: int
    expires: int | None
    usable: int | None
    awaits: str | None


@dataclass
class Model:
    """A member of the model: points one by one, and what is owed."""

    hour: int = 0
    points: list[Point] = field(default_factory=list)
    pending: list[Point] = field(default_factory=list)
    debt: int = 0
    idle: int | None = None

    def pass_to(self, hour: int) -> None:
        """Let the hours pass."""
        while self.hour < hour:
            self.hour += 1
            self._tick()

    def _tick(self) -> None:
        is_idle = self.idle == self.hour
        self.points = [point for point in self.points if not (is_idle or point.expires == self.hour)]
        self.pending = [point for point in self.pending if not (is_idle or point.expires == self.hour)]
        for point in [point for point in self.pending if point.usable == self.hour]:
            self.make_usable(point)

    def make_usable(self, point: Point) -> None:
        """Let a point be spent, or pay what is owed."""
        self.pending.remove(point)
        self.give(point)

    def give(self, point: Point) -> None:
        """Give a usable point."""
        self.points.append(point)
        while self.debt and self.points:
            self._take_one()
            self.debt -= 1

    def _take_one(self) -> int:
        first = min(
            self.points,
            key=lambda point: (10**9 if point.expires is None else point.expires, point.earned, point.lot),
        )
        self.points.remove(first)
        return first.lot

    def spend(self, count: int, floor: int) -> list[int] | None:
        """Take points one by one; return their lots, or None if that is too many."""
        if len(self.points) - self.debt - count < floor:
            return None
        taken = [self._take_one() for _ in range(min(count, len(self.points)))]
        self.debt += count - len(taken)
        return taken

    def remaining(self) -> dict[int, int]:
        """Return how many points of each lot there are, usable or pending."""
        lots = [point.lot for point in [*self.points, *self.pending]]
        return {lot: lots.count(lot) for lot in lots}


HOURS = st.integers(1, 30)
OPTIONAL_HOURS = st.none() | HOURS
STEPS = st.one_of(
    st.tuples(
        st.just("earn"), st.integers(1, 9), OPTIONAL_HOURS, OPTIONAL_HOURS, st.sampled_from([None, None, "a", "b"])
    ),
    st.tuples(st.just("spend"), st.integers(1, 12), st.sampled_from([0, 0, -5, -100])),
    st.tuples(st.just("pass"), HOURS),
    st.tuples(st.just("activate"), st.sampled_from("ab")),
    st.tuples(st.just("cancel"), st.sets(st.integers(1, 8))),
    st.tuples(st.just("touch"), OPTIONAL_HOURS),
)
LIVES = st.lists(STEPS, max_size=25)


def check(before: Holdings, change: Change) -> None:
    """Require what always holds: moves make up the difference, and nothing is below zero, made or lost."""
    totals = dict.fromkeys(Account, 0)
    for move in (*change.by_time, *change.moves):
        assert move.points > 0
        totals[move.source] -= move.points
        totals[move.target] += move.points
    after = change.holdings
    assert sum(totals.values()) == 0
    assert totals[Account.USABLE] + totals[Account.DEBT] == after.balance - before.balance
    assert totals[Account.PENDING] == after.pending - before.pending
    usable = sum(lot.remaining for lot in after.lots.values() if not lot.is_pending)
    assert after.balance == usable - after.debt
    assert after.debt >= 0
    assert not (after.debt and usable), "nobody owes and has"
    for lot in after.lots.values():
        assert min(lot.remaining, lot.expired, lot.withdrawn, lot.spent) >= 0
        assert lot.remaining + lot.expired + lot.withdrawn + lot.spent == lot.points


def live(life: list[tuple[Any, ...]]) -> list[tuple[Holdings, int]]:
    """Live a life beside the model, comparing after each step; return the holdings after each, with the hour."""
    model, holdings, hour, lots = Model(), Holdings(), 0, 0
    seen = [(holdings, hour)]
    for kind, *arguments in life:
        if kind == "pass":
            hour += arguments[0]
            change = settle(holdings, at(hour))
            model.pass_to(hour)
        elif kind == "earn":
            lots += 1
            change = _earn(model, holdings, hour, lots, *arguments)
        elif kind == "spend":
            change = _spend(model, holdings, hour, *arguments)
        elif kind == "activate":
            change = activate(holdings, arguments[0], at(hour))
            for point in [point for point in model.pending if point.awaits == arguments[0]]:
                model.make_usable(point)
        elif kind == "cancel":
            change = cancel(holdings, arguments[0], at(hour))
            model.pending = [point for point in model.pending if point.lot not in arguments[0]]
        else:
            model.idle = None if arguments[0] is None else hour + arguments[0]
            change = touch(holdings, at(model.idle), at(hour))
        check(holdings, change)
        holdings = change.holdings
        assert (holdings.balance, holdings.debt) == (len(model.points) - model.debt, model.debt)
        assert holdings.pending == len(model.pending)
        assert {n: lot.remaining for n, lot in holdings.lots.items() if lot.remaining} == model.remaining()
        seen.append((holdings, hour))
    return seen


def _earn(
    model: Model,
    holdings: Holdings,
    hour: int,
    lot: int,
    points: int,
    expires: int | None,
    usable: int | None,
    awaits: str | None,
) -> Change:
    ends = None if expires is None else hour + expires
    begins = None if usable is None or awaits else hour + usable
    change = earn(holdings, lot, points, at(hour), terms=Terms(at(ends), at(begins), awaits))
    for _ in range(points):
        point = Point(lot, hour, ends, begins, awaits)
        if awaits or begins is not None:
            model.pending.append(point)
        else:
            model.give(point)
    return change


def _spend(model: Model, holdings: Holdings, hour: int, points: int, floor: int) -> Change:
    balance = holdings.balance
    lots = model.spend(points, floor)
    if lots is None:
        with pytest.raises(NotCovered) as refused:
            spend(holdings, points, at(hour), floor=floor)
        assert (refused.value.balance, refused.value.points, refused.value.floor) == (balance, points, floor)
        return Change(holdings, (), ())
    change = spend(holdings, points, at(hour), floor=floor)
    assert [move.lot for move in change.moves for _ in range(move.points) if move.lot is not None] == lots
    assert change.holdings.balance == balance - points >= floor
    return change


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_lots_are_what_single_points_would_be(life: list[tuple[Any, ...]]) -> None:
    """Balance, what is pending, owed and left of each lot, and the lots that are spent from: as in the model."""
    live(life)


@settings(max_examples=300, deadline=None)
@given(LIVES, st.lists(st.integers(0, 40), max_size=5))
def test_time_passes_in_any_pieces(life: list[tuple[Any, ...]], pieces: list[int]) -> None:
    """Settling in pieces, and again, comes to what settling once does; with the same moves."""
    holdings, hour = live(life)[-1]
    end = hour + sum(pieces)
    once = settle(holdings, at(end))
    by_time: tuple[Move, ...] = ()
    for piece in pieces:
        hour += piece
        change = settle(holdings, at(hour))
        holdings, by_time = change.holdings, by_time + change.by_time
    rest = settle(holdings, at(end))
    assert (rest.holdings, by_time + rest.by_time) == (once.holdings, once.by_time)
    assert settle(rest.holdings, at(end)).by_time == ()


@settings(max_examples=300, deadline=None)
@given(LIVES)
def test_nothing_expired_can_be_spent(life: list[tuple[Any, ...]]) -> None:
    """Spending all there is takes what expires first before the rest, and nothing that has expired."""
    holdings, hour = live(life)[-1]
    now = at(hour + 7)
    balance = settle(holdings, now).holdings.balance
    if balance <= 0:
        return
    change = spend(holdings, balance, now)
    ends = [holdings.lots[move.lot].expires_at for move in change.moves if move.lot is not None]
    assert all(end is None or end > now for end in ends)
    assert ends == sorted(ends, key=lambda end: (end is None, end))
    assert change.holdings.balance == 0


def test_points_are_spent_by_expiry_then_age() -> None:
    """The lot that expires first is first, among equals the older; one that does not expire is last."""
    holdings = Holdings()
    for number, expires in ((1, None), (2, 50), (3, 20), (4, 50)):
        holdings = earn(holdings, number, 10, at(number), terms=Terms(at(expires))).holdings
    assert [(move.lot, move.points) for move in spend(holdings, 35, at(10)).moves] == [
        (3, 10),
        (2, 10),
        (4, 10),
        (1, 5),
    ]


def test_a_lot_is_gone_at_the_instant_it_expires() -> None:
    """It can be spent up to, and not at, its expiry; what becomes usable then never was."""
    holdings = earn(Holdings(), 1, 10, at(0), terms=Terms(at(5))).holdings
    holdings = earn(holdings, 2, 10, at(0), terms=Terms(at(5), usable_at=at(5))).holdings
    assert spend(holdings, 10, at(5) - timedelta(microseconds=1)).holdings.balance == 0
    with pytest.raises(NotCovered):
        spend(holdings, 1, at(5))
    assert settle(holdings, at(5)).by_time == (
        Move(1, Account.USABLE, Account.BREAKAGE, 10), Move(2, Account.PENDING, Account.BREAKAGE, 10),
    )  # fmt: skip


def test_points_of_the_past_may_have_run_out() -> None:
    """What is reported too late to be spent is earned and has expired, and pays nothing that is owed."""
    owing = spend(Holdings(), 5, at(9), floor=-5).holdings
    change = earn(owing, 1, 10, at(9), earned_at=at(1), terms=Terms(at(8)))
    assert [(move.source, move.target) for move in change.moves] == [
        (Account.ISSUE, Account.USABLE), (Account.USABLE, Account.BREAKAGE),
    ]  # fmt: skip
    assert (change.holdings.balance, change.holdings.lots[1].expired) == (-5, 10)


def test_what_is_owed_is_paid_first() -> None:
    """Below zero, an earning pays first; the lot says that this part was spent."""
    owing = spend(Holdings(), 30, at(0), floor=-30).holdings
    assert (owing.balance, owing.debt) == (-30, 30)
    change = earn(owing, 1, 50, at(1))
    assert change.moves == (Move(1, Account.ISSUE, Account.USABLE, 50), Move(1, Account.USABLE, Account.DEBT, 30))
    assert (change.holdings.balance, change.holdings.debt, change.holdings.lots[1].spent) == (20, 0, 30)


@pytest.mark.parametrize(
    ("expires", "idle", "usable", "owed", "expired"),
    [
        (20, None, 10, 0, 5),  # usable before it expires: it pays, and the rest expires
        (5, 20, 10, 5, 10),  # expired before it would have become usable
        (20, 5, 10, 5, 10),
        (10, None, 10, 5, 10),
    ],
)
def test_what_happened_first_comes_first(expires: int, idle: int | None, usable: int, owed: int, expired: int) -> None:
    """Looked at late, time has done everything in its order: a pending lot pays what is owed only while it lives."""
    owing = spend(Holdings(), 5, at(0), floor=-5).holdings
    pending = earn(owing, 1, 10, at(0), terms=Terms(at(expires), at(usable))).holdings
    late = settle(touch(pending, at(idle), at(0)).holdings, at(30)).holdings
    assert (late.debt, late.lots[1].expired, late.balance) == (owed, expired, -owed)


def test_what_becomes_usable_pays_first() -> None:
    """By its time or by what happens: a pending lot pays what is owed as it becomes usable, and not before."""
    owing = spend(Holdings(), 4, at(0), floor=-5).holdings
    by_time = earn(owing, 1, 10, at(0), terms=Terms(usable_at=at(3))).holdings
    assert (by_time.balance, by_time.pending) == (-4, 10)
    assert settle(by_time, at(3)).holdings.balance == 6
    by_event = earn(owing, 1, 10, at(0), terms=Terms(awaits="delivery")).holdings
    assert activate(by_event, "something else", at(1)).holdings == by_event
    found = activate(by_event, "delivery", at(1))
    assert (found.holdings.balance, found.holdings.debt) == (6, 0)
    assert found.moves[-1] == Move(1, Account.USABLE, Account.DEBT, 4)


@pytest.mark.parametrize("points", [0, -1])
def test_no_points_are_no_earning_and_no_spending(points: int) -> None:
    """None, or less, is a mistake of the caller."""
    with pytest.raises(ValueError, match="more than none"):
        earn(Holdings(), 1, points, at(0))
    with pytest.raises(ValueError, match="more than none"):
        spend(Holdings(), points, at(0), floor=-10)


def test_a_number_is_used_once_and_the_first_of_two_conditions_counts() -> None:
    """A number is used once; what waits for an instant and for something becomes usable by the first of them."""
    holdings = earn(Holdings(), 1, 1, at(0)).holdings
    with pytest.raises(ValueError, match="lot 1 already"):
        earn(holdings, 1, 1, at(0))
    both = earn(holdings, 2, 1, at(0), terms=Terms(usable_at=at(3), awaits="a")).holdings
    assert both.pending == 1
    assert activate(both, "a", at(1)).holdings.balance == settle(both, at(3)).holdings.balance == 2
