"""Entries undone in the kernel, each by one posting: what it takes and gives, and what becomes of wallet and lots."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.lots import NotCovered
from punchcard.engine.reversal import WhenSpent
from punchcard.engine.situation import InLots, Subject
from punchcard.engine.undoing import OPEN_ENDED, WHOLE, Entry, Share, Undoing, undo, with_open_ended
from tests.engine.past import NOON

ALL = Share(0, WHOLE)
ISSUE, USABLE, PENDING, DEBT = Account.ISSUE, Account.USABLE, Account.PENDING, Account.DEBT
REDEMPTION, ADJUSTMENT = Account.REDEMPTION, Account.ADJUSTMENT


class Wallet:
    """A member's wallet with some open-ended points, and lots."""

    def __init__(self, open_ended: int, *lots: Lot, debt: int = 0) -> None:
        usable = sum(lot.remaining for lot in lots if not lot.is_pending)
        pending = sum(lot.remaining for lot in lots if lot.is_pending)
        self.subject = Subject(open_ended + usable, 9, usable, pending, debt)
        kept = {OPEN_ENDED: Lot(OPEN_ENDED, 0, open_ended, NOON)} | {lot.number: lot for lot in lots}
        self.holdings = with_open_ended(Holdings(kept, debt), 10**6)

    def undo(self, *entries: Entry, share: Share = ALL, when_spent: str = "DEBT", floor: int | None = None) -> Undoing:
        """Undo entries, and move on."""
        undoing = undo(entries, self.holdings, self.subject, NOON, share, WhenSpent(when_spent), floor)
        self.holdings = undoing.holdings
        return undoing

    def stands(self) -> tuple[int, int, int, int, int]:
        """Return entries, balance, points in lots, pending ones, and debt."""
        one = self.subject
        return one.entries, one.balance, one.in_lots, one.pending, one.debt


def entry(points: int, account: str = "ISSUE", **more: Any) -> Entry:
    """Return an entry with the number 4, of the first reaction of a reactor's version 3."""
    return Entry(4, 3, 0, account, points, **more)


def a_lot(number: int, points: int, remaining: int, **more: Any) -> Lot:
    """Return a lot earned an hour ago."""
    return Lot(number, points, remaining, NOON - timedelta(hours=1), **more)


def told(undoing: Undoing) -> list[tuple[int, int, int, str, int]]:
    """Return of each posting its points, number, balance after it, account, and what it owes."""
    assert all(one.is_undo and (one.reactor_version_id, one.reaction) == (3, 0) for one in undoing.postings)
    return [(one.points, one.number, one.balance_after, one.account, one.owed) for one in undoing.postings]


def sums(undoing: Undoing) -> tuple[int, int, int, int, int]:
    """Return what was taken back, given back, had run out, is forgiven, and is owed."""
    return undoing.taken_back, undoing.given_back, undoing.run_out, undoing.forgiven, undoing.owed


def test_shares_add_up() -> None:
    """A third of ten points is three, and the rest is seven; nothing of a point is nothing."""
    third = WHOLE // 3
    assert (Share(0, third).of(10), Share(third, WHOLE).of(10), Share(0, WHOLE).of(10)) == (3, 7, 10)
    assert Share(WHOLE // 2, WHOLE).of(-3) == -1


def test_open_ended_points_are_taken_back() -> None:
    """They leave the balance, and no lot is touched."""
    wallet = Wallet(25)
    undoing = wallet.undo(entry(10))
    assert told(undoing) == [(-10, 10, 15, "ISSUE", 0)]
    assert undoing.postings[0].lots == InLots(0, is_applied=True)
    assert wallet.stands() == (10, 15, 0, 0, 0)
    assert sums(undoing) == (10, 0, 0, 0, 0)


def test_points_of_a_lot_are_taken_back() -> None:
    """They leave their lot, whatever it is, and what was open-ended stays."""
    end = NOON + timedelta(days=1)
    wallet = Wallet(5, a_lot(4, 10, 10, expires_at=end))
    undoing = wallet.undo(entry(10, has_lot=True))
    assert told(undoing) == [(-10, 10, 5, "ISSUE", 0)]
    assert undoing.postings[0].lots == InLots(-10, moves=(Move(4, USABLE, ISSUE, 10),), is_applied=True)
    assert undoing.holdings.lots[4].withdrawn == 10
    assert wallet.stands() == (10, 5, 0, 0, 0)


def test_pending_points_are_taken_back() -> None:
    """They leave the pending side, and the balance stays."""
    wallet = Wallet(5, a_lot(4, 10, 10, is_pending=True), a_lot(5, 7, 7, is_pending=True))
    undoing = wallet.undo(entry(10, has_lot=True, is_pending=True))
    assert told(undoing) == [(-10, 10, 5, "ISSUE", 0)]
    moved = (Move(4, PENDING, ISSUE, 10),)
    assert undoing.postings[0].lots == InLots(0, is_pending=True, moves=moved, is_applied=True)
    assert wallet.stands() == (10, 5, 0, 7, 0)


def test_what_was_spent_goes_back_where_it_came_from() -> None:
    """Of seven points four go back to their lot, which may run out then, and three are open-ended."""
    end = NOON + timedelta(days=1)
    wallet = Wallet(1, a_lot(1, 9, 2, expires_at=end), a_lot(2, 9, 9, expires_at=NOON + timedelta(hours=1)))
    undoing = wallet.undo(entry(-7, "REDEMPTION", moves=(Move(1, USABLE, REDEMPTION, 4),)))
    assert told(undoing) == [(7, 10, 19, "REDEMPTION", 0)]
    moved = (Move(1, REDEMPTION, USABLE, 4),)
    assert undoing.postings[0].lots == InLots(4, moves=moved, is_applied=True, due_at=end)
    assert (undoing.holdings.lots[1].remaining, undoing.holdings.lots[OPEN_ENDED].remaining) == (6, 4)
    assert wallet.stands() == (10, 19, 15, 0, 0)
    assert sums(undoing) == (0, 7, 0, 0, 0)


def test_the_first_end_of_what_goes_back() -> None:
    """Of the lots that points go back to the one that runs out first says when time changes something."""
    ends = [NOON + timedelta(days=days) for days in (3, 1, 2)]
    wallet = Wallet(0, *(a_lot(number, 5, 0, expires_at=end) for number, end in enumerate(ends, 1)), a_lot(9, 5, 0))
    spent = tuple(Move(number, USABLE, REDEMPTION, 2) for number in (1, 2, 3, 9))
    undoing = wallet.undo(entry(-8, "REDEMPTION", moves=spent))
    assert undoing.postings[0].lots is not None
    assert undoing.postings[0].lots.due_at == ends[1]
    assert wallet.stands() == (10, 8, 8, 0, 0)


def test_parts_are_undone_one_after_the_other() -> None:
    """Two shares take back what the whole would, and a share of nothing makes no entry."""
    wallet, third = Wallet(10), WHOLE // 3
    assert told(wallet.undo(entry(10), share=Share(0, third))) == [(-3, 10, 7, "ISSUE", 0)]
    assert told(wallet.undo(entry(10), share=Share(third, WHOLE))) == [(-7, 11, 0, "ISSUE", 0)]
    assert told(wallet.undo(entry(10), share=Share(0, 1))) == []
    assert wallet.stands() == (11, 0, 0, 0, 0)


def test_what_is_missing_is_owed() -> None:
    """Of ten points six were spent since: the entry takes ten, of which six make a debt."""
    wallet = Wallet(4)
    undoing = wallet.undo(entry(10))
    assert told(undoing) == [(-10, 10, 0, "ISSUE", -6)]
    assert wallet.stands() == (10, 0, 0, 0, 6)
    assert sums(undoing) == (10, 0, 0, 0, 6)


def test_what_is_missing_is_forgiven() -> None:
    """Within the balance alone four of ten are taken, and six forgiven."""
    wallet = Wallet(4)
    undoing = wallet.undo(entry(10), when_spent="WITHIN_BALANCE")
    assert told(undoing) == [(-4, 10, 0, "ISSUE", 0)]
    assert wallet.stands() == (10, 0, 0, 0, 0)
    assert sums(undoing) == (4, 0, 0, 6, 0)
    assert sums(wallet.undo(entry(3), entry(2), when_spent="WITHIN_BALANCE")) == (0, 0, 0, 5, 0)


def test_what_is_missing_is_refused() -> None:
    """A debt can be refused, or bounded: down to the floor is allowed, and a point more is not."""
    for options in ({"when_spent": "REFUSE"}, {"floor": -5}):
        with pytest.raises(NotCovered):
            Wallet(4).undo(entry(10), **options)
    assert told(Wallet(4).undo(entry(10), floor=-6)) == [(-10, 10, 0, "ISSUE", -6)]


def test_what_was_taken_is_given_back_first() -> None:
    """An event that gave ten and took ten leaves nothing to be owed; gifts are undone from the last to the first."""
    wallet = Wallet(0)
    undoing = wallet.undo(entry(6), entry(4), entry(-10), when_spent="REFUSE")
    assert told(undoing) == [(10, 10, 10, "ISSUE", 0), (-4, 11, 6, "ISSUE", 0), (-6, 12, 0, "ISSUE", 0)]
    assert sums(undoing) == (10, 10, 0, 0, 0)


def test_what_is_given_back_pays_what_is_owed() -> None:
    """Of seven points that come back five pay the debt."""
    wallet = Wallet(0, debt=5)
    undoing = wallet.undo(entry(-7, "REDEMPTION"))
    assert told(undoing) == [(7, 10, 2, "REDEMPTION", 5)]
    assert wallet.stands() == (10, 2, 0, 0, 0)
    assert sums(undoing) == (0, 7, 0, 0, 0)


def test_what_has_run_out_is_not_taken_twice() -> None:
    """Of ten points six had expired: four are taken, and six are told."""
    wallet = Wallet(3, a_lot(4, 10, 4, expired=6))
    undoing = wallet.undo(entry(10, has_lot=True))
    assert told(undoing) == [(-4, 10, 3, "ISSUE", 0)]
    assert wallet.stands() == (10, 3, 0, 0, 0)
    assert sums(undoing) == (4, 0, 6, 0, 0)
    gone = Wallet(3, a_lot(4, 10, 0, expired=10))
    assert (told(gone.undo(entry(10, has_lot=True))), gone.stands()) == ([], (9, 3, 0, 0, 0))


def test_what_time_did_and_what_undid_something_stays() -> None:
    """Gifts, prices and corrections are undone; what ran out, became usable or was undone already stays."""
    wallet = Wallet(50)
    stays = [
        entry(-5, "BREAKAGE"), entry(5, "PENDING"), entry(5, is_undo=True), entry(-5, "REDEMPTION", is_undo=True),
        entry(5, "MERGE"), entry(0),
    ]  # fmt: skip
    undoing = wallet.undo(*stays, entry(3, "ADJUSTMENT"), entry(-2, "ADJUSTMENT"))
    assert undoing.left == stays[:5]
    assert told(undoing) == [(2, 10, 52, "ADJUSTMENT", 0), (-3, 11, 49, "ADJUSTMENT", 0)]


def test_moves_name_the_account_of_the_entry() -> None:
    """A correction that took from a lot is recorded as a correction when it is undone, and one that gave too."""
    wallet = Wallet(0, a_lot(1, 9, 2), a_lot(4, 3, 3))
    took = entry(-7, "ADJUSTMENT", moves=(Move(1, USABLE, ADJUSTMENT, 7),))
    gave = entry(3, "ADJUSTMENT", has_lot=True)
    first, second = wallet.undo(took, gave).postings
    assert (first.lots and first.lots.moves) == (Move(1, ADJUSTMENT, USABLE, 7),)
    assert (second.lots and second.lots.moves) == (Move(4, USABLE, ADJUSTMENT, 3),)


def test_what_paid_a_debt_is_no_spending() -> None:
    """Of a price only what left for it comes back: moves between a member's own accounts do not."""
    wallet = Wallet(0, a_lot(1, 9, 2))
    moves = (Move(1, USABLE, REDEMPTION, 3), Move(1, USABLE, DEBT, 2), Move(1, PENDING, USABLE, 2))
    undoing = wallet.undo(entry(-3, "REDEMPTION", moves=moves))
    assert told(undoing) == [(3, 10, 5, "REDEMPTION", 0)]
    assert undoing.holdings.lots[1].remaining == 5


def test_moves_of_one_lot_are_told_together() -> None:
    """What comes back into a lot by two ways is one move."""
    wallet = Wallet(0, a_lot(1, 9, 2))
    moves = (Move(1, USABLE, REDEMPTION, 3), Move(1, USABLE, REDEMPTION, 2))
    (posting,) = wallet.undo(entry(-5, "REDEMPTION", moves=moves)).postings
    assert (posting.lots and posting.lots.moves) == (Move(1, REDEMPTION, USABLE, 5),)


def test_open_ended_points_take_what_is_given_back() -> None:
    """They stand as a lot of their own, with what was held; where nothing was known, with nothing."""
    known = with_open_ended(Holdings({OPEN_ENDED: Lot(OPEN_ENDED, 3, 2, NOON), 1: a_lot(1, 2, 2)}, 7), 99)
    start = datetime.min.replace(tzinfo=UTC)
    assert known.lots[OPEN_ENDED] == Lot(OPEN_ENDED, 99, 2, start)
    assert (known.debt, set(known.lots)) == (7, {OPEN_ENDED, 1})
    assert with_open_ended(Holdings(), 99).lots == {OPEN_ENDED: Lot(OPEN_ENDED, 99, 0, start)}
