"""Lots: which points are spent first, which are not usable yet, and which have run out.

Every earning makes a lot, with its own expiry. Spending takes the points that expire first and says from which lots.
A pending lot becomes usable at an instant, or by something that happens. Points are whole; what moves them is a `Move`
from one account to another, so that nothing is made or lost. Each verb first does what time alone has done by `now`.

A member below zero (where the floor allows it) owes; what becomes usable pays that first, so nobody owes and has.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, structs


class Account(StrEnum):
    """Where points are: the member's own accounts, then the programme's."""

    USABLE = "USABLE"
    PENDING = "PENDING"
    DEBT = "DEBT"
    ISSUE = "ISSUE"
    REDEMPTION = "REDEMPTION"
    BREAKAGE = "BREAKAGE"
    ADJUSTMENT = "ADJUSTMENT"
    MERGE = "MERGE"


class Lot(Struct, frozen=True):
    """What one earning gave. Its points are spent, or else `remaining`, `expired` or `withdrawn` (taken back).

    number: counts the lots of the wallet. expires_at: from then on it cannot be spent. A lot that is_pending becomes
    usable at usable_at, or when what it `awaits` happens before that; without either, never by itself.
    """

    number: int
    points: int
    remaining: int
    earned_at: datetime
    expires_at: datetime | None = None
    is_pending: bool = False
    usable_at: datetime | None = None
    awaits: str | None = None
    expired: int = 0
    withdrawn: int = 0

    @property
    def spent(self) -> int:
        """What was taken out of it for something."""
        return self.points - self.remaining - self.expired - self.withdrawn


class Holdings(Struct, frozen=True):
    """A member's lots by their numbers, and what the member owes.

    idle_until: everything expires then unless the member does something before; None: it does not.
    """

    lots: dict[int, Lot] = {}
    debt: int = 0
    idle_until: datetime | None = None

    @property
    def balance(self) -> int:
        """What can be spent; below zero: what is owed."""
        return sum(lot.remaining for lot in self.lots.values() if not lot.is_pending) - self.debt

    @property
    def pending(self) -> int:
        """What will become usable."""
        return sum(lot.remaining for lot in self.lots.values() if lot.is_pending)


class Move(Struct, frozen=True):
    """Points, more than none, that go from one account to another; `lot` is the one they are in or come out of."""

    lot: int | None
    source: Account
    target: Account
    points: int


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


class Book:
    """Holdings while they change. For this module and `reversal` alone."""

    def __init__(self, holdings: Holdings) -> None:
        self.lots = dict(holdings.lots)
        self.debt = holdings.debt
        self.idle_until = holdings.idle_until
        self.moves: list[Move] = []

    def close(self) -> Holdings:
        """Return the holdings as they are now."""
        return Holdings(self.lots, self.debt, self.idle_until)

    @property
    def balance(self) -> int:
        """What can be spent now; below zero: what is owed."""
        return self.close().balance

    def take_moves(self) -> tuple[Move, ...]:
        """Return the moves since the last time."""
        taken, self.moves = tuple(self.moves), []
        return taken

    def move(self, lot: int | None, source: Account, target: Account, points: int) -> None:
        """Note a move, unless it is of nothing."""
        if points:
            self.moves.append(Move(lot, source, target, points))

    def change(self, number: int, **fields: object) -> Lot:
        """Replace fields of a lot."""
        changed = self.lots[number] = structs.replace(self.lots[number], **fields)
        return changed

    def in_spending_order(self) -> list[Lot]:
        """Return the lots with usable points: what expires first comes first, then what was earned first."""
        return sorted((lot for lot in self.lots.values() if lot.remaining and not lot.is_pending), key=_spending_order)

    def take(self, points: int, target: Account) -> int:
        """Take usable points, as many as there are up to `points`; return how many are missing."""
        for lot in self.in_spending_order():
            if not points:
                break
            part = min(points, lot.remaining)
            self.change(lot.number, remaining=lot.remaining - part)
            self.move(lot.number, Account.USABLE, target, part)
            points -= part
        return points

    def owe(self, points: int, target: Account) -> None:
        """Take points that are not there."""
        self.debt += points
        self.move(None, Account.DEBT, target, points)

    def pay_debt(self) -> None:
        """Pay what is owed with what is usable."""
        self.debt = self.take(self.debt, Account.DEBT)

    def expire(self, lot: Lot) -> None:
        """Let what remains of a lot run out."""
        source = Account.PENDING if lot.is_pending else Account.USABLE
        self.move(lot.number, source, Account.BREAKAGE, lot.remaining)
        self.change(lot.number, remaining=0, expired=lot.expired + lot.remaining)

    def make_usable(self, lot: Lot) -> None:
        """Make a pending lot usable; it pays what is owed."""
        self.change(lot.number, is_pending=False)
        self.move(lot.number, Account.PENDING, Account.USABLE, lot.remaining)
        self.pay_debt()

    def settle(self, now: datetime) -> tuple[Move, ...]:
        """Do what time alone has done by now, in its order; return the moves."""
        for _, makes_usable, number in sorted(self._due(now)):
            lot = self.lots[number]
            if lot.remaining:  # what has run out before does not become usable
                (self.make_usable if makes_usable else self.expire)(lot)
        if self.idle_until is not None and self.idle_until <= now:
            self.idle_until = None
        return self.take_moves()

    def _due(self, now: datetime) -> Iterator[tuple[datetime, bool, int]]:
        """Yield when lots run out (False), or become usable (True), as far as that is not later than now."""
        for lot in self.lots.values():
            if not lot.remaining:
                continue
            ends = [end for end in (lot.expires_at, self.idle_until) if end is not None and end <= now]
            if ends:
                yield min(ends), False, lot.number
            if lot.is_pending and lot.usable_at is not None and lot.usable_at <= now:
                yield lot.usable_at, True, lot.number


def _spending_order(lot: Lot) -> tuple[bool, datetime, datetime, int]:
    return lot.expires_at is None, lot.expires_at or lot.earned_at, lot.earned_at, lot.number


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
