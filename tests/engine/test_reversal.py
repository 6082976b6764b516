"""Reversal: what was recorded is undone, lot by lot; laws over whole lives, and a table of what is spent meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from punchcard.engine.holdings import Account, Holdings, Move
from punchcard.engine.lots import Change, NotCovered, Terms, activate, cancel, earn, settle, spend
from punchcard.engine.reversal import Reversal, WhenSpent, is_earning, is_spending, reverse

START = datetime(2026, 1, 1, tzinfo=UTC)
NEW = 1_000
ALL = list(WhenSpent)


def at(hour: int) -> datetime:
    """Return the instant of an hour."""
    return START + timedelta(hours=hour)


def undo(holdings: Holdings, moves: Sequence[Move], hour: int, **options: Any) -> Reversal:
    """Reverse moves at an hour; what is missing is owed unless said otherwise."""
    return reverse(holdings, moves, at(hour), **{"when_spent": WhenSpent.DEBT, "new_lot": NEW, **options})


# An event's own: earnings (points, hours until they expire, hours until they are usable) and spendings (None).
EARNING = st.tuples(st.integers(1, 20), st.none() | st.integers(1, 30), st.none() | st.integers(1, 30))
EVENTS = st.lists(st.one_of(EARNING, st.integers(1, 25)), min_size=1, max_size=5)


class Member:
    """A member whose events follow each other, an hour apart."""

    def __init__(self) -> None:
        self.holdings, self.hour, self.lots = Holdings(), 0, 0

    def live(self, event: Sequence[Any], *, floor: int = 0) -> tuple[Move, ...]:
        """Let an event happen, without the spendings that are not covered; return its moves."""
        moves: tuple[Move, ...] = ()
        for part in event:
            try:
                change = self._part(part, floor)
            except NotCovered:
                continue
            self.holdings, moves = change.holdings, moves + change.moves
        return moves

    def _part(self, part: Any, floor: int) -> Change:
        if isinstance(part, int):
            return spend(self.holdings, part, at(self.hour), floor=floor)
        points, expires, usable = part
        self.lots += 1
        ends, begins = (None if hours is None else at(self.hour + hours) for hours in (expires, usable))
        terms = Terms(ends, begins)
        return earn(self.holdings, self.lots, points, at(self.hour), terms=terms)


def open_lots(holdings: Holdings) -> dict[int, tuple[int, bool]]:
    """Return what is left of each lot, and whether it is pending."""
    return {number: (lot.remaining, lot.is_pending) for number, lot in holdings.lots.items() if lot.remaining}


def sound(before: Holdings, found: Reversal) -> None:
    """Require that moves make up the difference, that every point is somewhere, and that the sums are true."""
    totals = dict.fromkeys(Account, 0)
    for move in (*found.by_time, *found.moves):
        assert move.points > 0
        totals[move.source] -= move.points
        totals[move.target] += move.points
    after = found.holdings
    assert sum(totals.values()) == 0
    assert totals[Account.USABLE] + totals[Account.DEBT] == after.balance - before.balance
    assert totals[Account.PENDING] == after.pending - before.pending
    own = after.balance + after.pending
    by_time = sum(move.points for move in found.by_time if move.target is Account.BREAKAGE)
    assert own == before.balance + before.pending - by_time + found.given_back - found.taken_back - found.lapsed
    assert after.debt >= 0
    assert not (after.debt and any(lot.remaining and not lot.is_pending for lot in after.lots.values()))
    for lot in after.lots.values():
        assert min(lot.remaining, lot.expired, lot.withdrawn, lot.spent) >= 0
        assert lot.remaining + lot.expired + lot.withdrawn + lot.spent == lot.points


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=4), EVENTS, st.sampled_from([0, -10, -1_000]))
def test_a_reversal_at_once_restores_everything(lives: list[Any], event: list[Any], floor: int) -> None:
    """Whatever came before: after an event and its reversal each lot has what it had, and as much is owed."""
    member = Member()
    for life in lives:
        member.live(life, floor=floor)
        member.hour += 1
    before = settle(member.holdings, at(member.hour)).holdings
    moves = member.live(event, floor=floor)
    found = undo(member.holdings, moves, member.hour)
    sound(member.holdings, found)
    assert open_lots(found.holdings) == open_lots(before)
    assert (found.holdings.balance, found.holdings.debt) == (before.balance, before.debt)
    assert (found.forgiven, found.lapsed, found.run_out) == (0, 0, 0)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(EVENTS, max_size=3), EVENTS, st.lists(EVENTS, max_size=3), st.integers(0, 40), st.sampled_from(ALL),
    st.fractions(0, 1, max_denominator=12), st.booleans(),
)  # fmt: skip
def test_a_later_reversal_is_sound(
    before: list[Any],
    event: list[Any],
    after: list[Any],
    hours: int,
    when: WhenSpent,
    share: Fraction,
    renews: bool,  # noqa: FBT001
) -> None:
    """At any later time, by every policy and share: no point is made or lost, and the promises of the policy hold."""
    assume(share > 0)
    member = Member()
    for life in before:
        member.live(life)
        member.hour += 1
    moves = member.live(event)
    for life in after:
        member.hour += 1
        member.live(life)
    member.hour += hours
    settled = settle(member.holdings, at(member.hour)).holdings
    try:
        found = undo(member.holdings, moves, member.hour, when_spent=when, share=share, renews=renews)
    except NotCovered:
        assert when is WhenSpent.REFUSE
        return
    sound(member.holdings, found)
    earned = sum(move.points for move in moves if is_earning(move))
    assert found.given_back == int(sum(move.points for move in moves if is_spending(move)) * share)
    assert found.taken_back + found.run_out + found.forgiven == int(earned * share)
    assert found.left == ()
    if when is WhenSpent.DEBT:
        assert found.forgiven == 0
    else:
        assert found.holdings.debt <= settled.debt
    if when is WhenSpent.REFUSE:
        assert found.forgiven == 0
    if renews:
        assert found.lapsed == 0


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 300), st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_a_share_is_rounded_down_in_all(numerator: int, points: list[int]) -> None:
    """A share of several lots comes to the whole share of their sum, and no lot is a point away from its own."""
    share = min(Fraction(numerator, 300), Fraction(1))
    member = Member()
    moves = member.live([(one, None, None) for one in points])
    found = undo(member.holdings, moves, 0, share=share)
    assert found.taken_back == int(sum(points) * share)
    for number, one in enumerate(points, start=1):
        assert abs(found.holdings.lots[number].withdrawn - one * share) < 1


def spent_meanwhile() -> tuple[Holdings, tuple[Move, ...]]:
    """Return a member who had 30, earned 100 by an event, and has spent 110 of the 130 since."""
    holdings = earn(Holdings(), 1, 30, at(0)).holdings
    event = earn(holdings, 2, 100, at(1), terms=Terms(at(100)))
    return spend(event.holdings, 110, at(2)).holdings, event.moves


def test_within_the_balance() -> None:
    """What is left is taken, and the rest is forgiven."""
    holdings, moves = spent_meanwhile()
    found = undo(holdings, moves, 3, when_spent=WhenSpent.WITHIN_BALANCE)
    assert (found.holdings.balance, found.taken_back, found.forgiven) == (0, 20, 80)
    assert found.moves == (Move(1, Account.USABLE, Account.ISSUE, 20),)


def test_debt() -> None:
    """What is missing is owed, down to the floor and no further."""
    holdings, moves = spent_meanwhile()
    found = undo(holdings, moves, 3)
    assert (found.holdings.balance, found.holdings.debt, found.taken_back) == (-80, 80, 100)
    assert undo(holdings, moves, 3, floor=-80).holdings.balance == -80
    with pytest.raises(NotCovered) as refused:
        undo(holdings, moves, 3, floor=-79)
    assert (refused.value.balance, refused.value.points, refused.value.floor) == (0, 80, -79)


def test_refuse() -> None:
    """What the balance does not cover is refused; what it covers is taken, from other lots too."""
    holdings, moves = spent_meanwhile()
    with pytest.raises(NotCovered):
        undo(holdings, moves, 3, when_spent=WhenSpent.REFUSE)
    found = undo(holdings, moves, 3, when_spent=WhenSpent.REFUSE, share=Fraction(1, 5))
    assert (found.holdings.balance, found.taken_back) == (0, 20)


def test_what_has_run_out_is_not_taken_twice() -> None:
    """Of 100 points 40 were spent and 60 have expired: 40 are taken from elsewhere, 60 out of what expired."""
    event = earn(Holdings(), 1, 100, at(0), terms=Terms(at(10)))
    holdings = spend(event.holdings, 40, at(1)).holdings
    holdings = earn(holdings, 2, 50, at(20)).holdings
    found = undo(holdings, event.moves, 21)
    assert (found.taken_back, found.run_out, found.holdings.balance) == (40, 60, 10)
    assert found.moves == (
        Move(1, Account.BREAKAGE, Account.ISSUE, 60), Move(2, Account.USABLE, Account.ISSUE, 40),
    )  # fmt: skip


@pytest.mark.parametrize(("renews", "balance", "lapsed"), [(False, 0, 30), (True, 30, 0)])
def test_a_refund_into_a_lot_that_has_run_out(renews: bool, balance: int, lapsed: int) -> None:  # noqa: FBT001
    """Points go back where they came from, and run out at once; or into a new lot with terms of its own."""
    holdings = earn(Holdings(), 1, 30, at(0), terms=Terms(at(10))).holdings
    bought = spend(holdings, 30, at(1))
    found = undo(bought.holdings, bought.moves, 20, renews=renews, terms=Terms(at(50)))
    assert (found.holdings.balance, found.given_back, found.lapsed) == (balance, 30, lapsed)
    if renews:
        assert found.moves == (Move(NEW, Account.REDEMPTION, Account.USABLE, 30),)
        assert found.holdings.lots[NEW].expires_at == at(50)


def test_a_refund_of_what_was_owed() -> None:
    """Points that were spent below zero pay what is still owed of it; what has been paid since comes back as a lot."""
    bought = spend(Holdings(), 50, at(0), floor=-50)
    paid_in_part = earn(bought.holdings, 1, 20, at(1)).holdings
    found = undo(paid_in_part, bought.moves, 2)
    assert found.moves == (
        Move(None, Account.REDEMPTION, Account.DEBT, 30), Move(NEW, Account.REDEMPTION, Account.USABLE, 20),
    )  # fmt: skip
    assert (found.holdings.balance, found.holdings.debt) == (20, 0)


def test_points_given_back_pay_what_is_owed() -> None:
    """A refund of somebody who owes something else pays that first."""
    bought = spend(earn(Holdings(), 1, 30, at(0)).holdings, 30, at(1))
    owing = spend(bought.holdings, 20, at(2), floor=-20).holdings
    found = undo(owing, bought.moves, 3)
    assert found.moves == (Move(1, Account.REDEMPTION, Account.USABLE, 30), Move(1, Account.USABLE, Account.DEBT, 20))
    assert (found.holdings.balance, found.holdings.debt) == (10, 0)


def test_an_event_that_owed_twice_and_paid_in_part() -> None:
    """What its own lot had paid goes back there, and what others have paid since into a new lot."""
    member = Member()
    moves = member.live([2, 3, (3, None, None)], floor=-5)
    assert member.holdings.debt == 2
    member.live([(2, None, None)])
    found = undo(member.holdings, [move for move in moves if not is_earning(move)], 0)
    sound(member.holdings, found)
    assert open_lots(found.holdings) == {1: (3, False), NEW: (2, False)}


def test_adjustments_go_back_to_their_own_account() -> None:
    """Points that an administrator gave or took are undone against the adjustments."""
    given_ = earn(Holdings(), 1, 10, at(0), source=Account.ADJUSTMENT)
    assert undo(given_.holdings, given_.moves, 0).moves == (Move(1, Account.USABLE, Account.ADJUSTMENT, 10),)
    taken = spend(given_.holdings, 4, at(0), target=Account.ADJUSTMENT)
    assert undo(taken.holdings, taken.moves, 0).moves == (Move(1, Account.ADJUSTMENT, Account.USABLE, 4),)


def test_pending_points_are_taken_back_where_they_are() -> None:
    """What is pending still is taken from what is pending; a cancelled lot has nothing that could be taken."""
    event = earn(Holdings(), 1, 10, at(0), terms=Terms(awaits="delivery"))
    found = undo(event.holdings, event.moves, 1)
    assert found.moves == (Move(1, Account.PENDING, Account.ISSUE, 10),)
    assert undo(cancel(event.holdings, [1], at(1)).holdings, event.moves, 2).moves == ()


def test_what_cannot_be_undone_is_named() -> None:
    """An event that made points usable, or cancelled some: its moves are left."""
    holdings = earn(Holdings(), 1, 10, at(0), terms=Terms(awaits="delivery")).holdings
    for change in (activate(holdings, "delivery", at(1)), cancel(holdings, [1], at(1))):
        found = undo(change.holdings, change.moves, 2)
        assert (found.left, found.moves, found.holdings) == (change.moves, (), change.holdings)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(3, 2)])
def test_what_is_no_share(share: Fraction) -> None:
    """Nothing, less, and more than all cannot be undone."""
    with pytest.raises(ValueError, match="share"):
        undo(Holdings(), [], 0, share=share)
