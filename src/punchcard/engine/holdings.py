"""Holdings: a member's lots and debt, where points can be, and the book in which they change.

Points are whole; what moves them is a `Move` from one account to another, so that nothing is made or lost. A member
below zero (where the floor allows it) owes; what becomes usable pays that first, so nobody owes and has.
"""

from collections.abc import Iterator
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


class Book:
    """Holdings while they change. For `lots` and `reversal` alone."""

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
