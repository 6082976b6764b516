"""Lots: which points are spent first, which are not usable yet, and which have run out.

Every earning makes a lot, with its own expiry. Spending takes the points that expire first and says from which lots.
A pending lot becomes usable at an instant, or by something that happens. Each verb first does what time alone has done
by `now`.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct

from punchcard.engine.holdings import Account, Book, Holdings, Lot, Move


class Change(Struct, frozen=True):
    """The holdings after it, what was asked for, and before that what time alone had done."""

    holdings: Holdings
    moves: tuple[Move, ...]
    by_time: tuple[Move, ...]


class NotCovered(Exception):
    """The balance, down to the floor, is less than what is to be spent."""

    def __init__(self, balance: int, points: int, floor: int) -> None:
        super().__init__(f"the balance of {balance} points does not cover {points}, with a floor of {floor}")
        self.balance, self.points, self.floor = balance, points, floor


class Terms(Struct, frozen=True):
    """What is agreed for an earning: until when it can be spent, and from when or by what it becomes usable.

    With both usable_at and awaits, whichever comes first.
    """

    expires_at: datetime | None = None
    usable_at: datetime | None = None
    awaits: str | None = None

    def is_pending(self, now: datetime) -> bool:
        """Tell whether it cannot be spent yet."""
        return self.awaits is not None if self.usable_at is None else self.usable_at > now


NO_TERMS = Terms()


def settle(holdings: Holdings, now: datetime) -> Change:
    """Let lots become usable, and run out, as far as time has come. Doing it again, or in parts, changes nothing."""
    book = Book(holdings)
    by_time = book.settle(now)
    return Change(book.close(), (), by_time)


def earn(
    holdings: Holdings,
    number: int,
    points: int,
    now: datetime,
    *,
    earned_at: datetime | None = None,
    terms: Terms = NO_TERMS,
    source: Account = Account.ISSUE,
) -> Change:
    """Add the lot `number` with so many points. earned_at: where that was before now; it may have run out since.

    Raises: ValueError for no points, or a number that is taken.
    """
    _require_points(points)
    if number in holdings.lots:
        raise ValueError(f"there is a lot {number} already")
    book = Book(holdings)
    by_time = book.settle(now)
    is_pending = terms.is_pending(now)
    lot = Lot(
        number, points, points, earned_at or now, terms.expires_at, is_pending, terms.usable_at, terms.awaits,
    )  # fmt: skip
    book.lots[number] = lot
    book.move(number, source, Account.PENDING if is_pending else Account.USABLE, points)
    if lot.expires_at is not None and lot.expires_at <= now:
        book.expire(lot)
    elif not is_pending:
        book.pay_debt()
    return Change(book.close(), book.take_moves(), by_time)


def spend(
    holdings: Holdings, points: int, now: datetime, *, floor: int = 0, target: Account = Account.REDEMPTION
) -> Change:
    """Take points, those that expire first before the others. floor: the least balance that is left, zero or below.

    Raises: NotCovered with the balance as it is by now, ValueError for no points.
    """
    _require_points(points)
    book = Book(holdings)
    by_time = book.settle(now)
    balance = book.balance
    if balance - points < floor:
        raise NotCovered(balance, points, floor)
    book.owe(book.take(points, target), target)
    return Change(book.close(), book.take_moves(), by_time)


def activate(holdings: Holdings, what: str, now: datetime) -> Change:
    """Make usable what was waiting for `what`."""
    numbers = {lot.number for lot in holdings.lots.values() if lot.awaits == what}
    return make_usable(holdings, numbers, now)


def make_usable(holdings: Holdings, numbers: Collection[int], now: datetime) -> Change:
    """Make lots usable that are pending still; others are left as they are."""
    book = Book(holdings)
    by_time = book.settle(now)
    for lot in _open_pending(book):
        if lot.number in numbers:
            book.make_usable(lot)
    return Change(book.close(), book.take_moves(), by_time)


def cancel(holdings: Holdings, numbers: Collection[int], now: datetime) -> Change:
    """Take lots back that are pending still; others are left as they are."""
    book = Book(holdings)
    by_time = book.settle(now)
    for lot in _open_pending(book):
        if lot.number in numbers:
            book.move(lot.number, Account.PENDING, Account.ISSUE, lot.remaining)
            book.change(lot.number, remaining=0, withdrawn=lot.withdrawn + lot.remaining)
    return Change(book.close(), book.take_moves(), by_time)


def touch(holdings: Holdings, idle_until: datetime | None, now: datetime) -> Change:
    """Note that the member did something: nothing expires for want of that before `idle_until`."""
    book = Book(holdings)
    by_time = book.settle(now)
    book.idle_until = idle_until
    return Change(book.close(), (), by_time)


def _open_pending(book: Book) -> list[Lot]:
    return [lot for lot in book.lots.values() if lot.is_pending and lot.remaining]


def _require_points(points: int) -> None:
    if points < 1:
        raise ValueError(f"points are whole and more than none, not {points}")
