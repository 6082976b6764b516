"""Reversal: undoing what was recorded of an event's points, lot by lot, whole or by a share.

What was spent goes back into the lots that it came from; what was earned is taken out of the lot that it made. If that
has been spent since, other usable points of the member take its place, and for what is missing then there is a policy.
Points of that lot that have run out are not taken from the member again. What time did, and what became usable, stays:
`Reversal.left` names it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct, structs

from punchcard.engine.holdings import Account, Book, Holdings, Lot, Move
from punchcard.engine.lots import NO_TERMS, NotCovered, Terms

WHOLE = Fraction(1)
_GIVEN = (Account.ISSUE, Account.ADJUSTMENT)
_TAKEN = (Account.REDEMPTION, Account.ADJUSTMENT)


class WhenSpent(StrEnum):
    """What to do about earned points that the member has not got any more: leave them, let them be owed, or refuse."""

    WITHIN_BALANCE = "WITHIN_BALANCE"
    DEBT = "DEBT"
    REFUSE = "REFUSE"


class Reversal(Struct, frozen=True):
    """What a reversal comes to.

    taken_back: what the member loses; given_back: what the member gets, of which `lapsed` ran out at once; run_out:
    what was to be taken back and had expired already; forgiven: what was missing and is left. left: what cannot be
    undone.
    """

    holdings: Holdings
    moves: tuple[Move, ...]
    by_time: tuple[Move, ...]
    left: tuple[Move, ...]
    taken_back: int
    given_back: int
    run_out: int
    lapsed: int
    forgiven: int


def reverse(
    holdings: Holdings,
    recorded: Sequence[Move],
    now: datetime,
    *,
    when_spent: WhenSpent,
    new_lot: int,
    terms: Terms = NO_TERMS,
    renews: bool = False,
    share: Fraction = WHOLE,
    floor: int | None = None,
    lets_lapse: bool = True,
) -> Reversal:
    """Undo the moves that were recorded of one event; `holdings` has the lots that they name.

    new_lot, terms: the number and terms of the lot for points that have no lot to go back to: those that had been owed,
    and, if it `renews`, those whose lot has run out. share: above 0 and up to 1; sums are rounded down. floor: the
    least balance that DEBT leaves; None: there is none. lets_lapse: time does its work before, and in what goes back
    into a lot that has run out; else the caller sees to that.

    Raises: NotCovered when the policy does not allow it, ValueError for a share that is none.
    """
    if not 0 < share <= 1:
        raise ValueError("a share lies above 0 and is 1 at most")
    book = Book(holdings)
    by_time = book.settle(now) if lets_lapse else ()
    spent = _shared([move for move in recorded if is_spending(move)], share)
    earned = _shared([move for move in recorded if is_earning(move)], share)
    repaid = {move.lot: move.points for move in _shared(list(filter(_is_repayment, recorded)), share) if move.lot}
    _give_back(book, spent, repaid, Lot(new_lot, 0, 0, now, terms.expires_at), renews=renews)
    missing = [(move.source, _take_back(book, move)) for move in reversed(earned)]
    forgiven = _settle_missing(book, missing, when_spent, floor)
    undone = book.take_moves()
    lapses = book.settle(now) if lets_lapse else ()
    book.pay_debt()
    return Reversal(
        book.close(), (*undone, *lapses, *book.take_moves()), by_time,
        tuple(move for move in recorded if not (is_spending(move) or is_earning(move) or _is_repayment(move))),
        sum(move.points for move in undone if move.target in _GIVEN and move.source is not Account.BREAKAGE),
        sum(move.points for move in spent),
        sum(move.points for move in undone if move.source is Account.BREAKAGE),
        sum(move.points for move in lapses if move.target is Account.BREAKAGE),
        forgiven,
    )  # fmt: skip


def is_earning(move: Move) -> bool:
    """Tell whether a move gave points to the member."""
    return move.source in _GIVEN and move.target in {Account.USABLE, Account.PENDING}


def is_spending(move: Move) -> bool:
    """Tell whether a move took points from the member for something."""
    return move.source in {Account.USABLE, Account.DEBT} and move.target in _TAKEN


def _is_repayment(move: Move) -> bool:
    # It says only what became of points that were earned; taking those back, and giving back what was owed, undoes it.
    return move.target is Account.DEBT


def _shared(moves: Sequence[Move], share: Fraction) -> list[Move]:
    """Return the moves with a share of their points: rounded down in all, and dealt out by the largest remainders."""
    exact = [move.points * share for move in moves]
    parts = [int(part) for part in exact]
    over = int(sum(exact)) - sum(parts)
    for place in sorted(range(len(moves)), key=lambda place: (parts[place] - exact[place], place))[:over]:
        parts[place] += 1
    return [Move(move.lot, move.source, move.target, part) for move, part in zip(moves, parts, strict=True) if part]


def _give_back(book: Book, spent: Sequence[Move], repaid: dict[int, int], fresh: Lot, *, renews: bool) -> None:
    for move in spent:
        points = move.points
        if move.lot is None:
            paid = min(points, book.debt)
            book.debt -= paid
            book.move(None, move.target, Account.DEBT, paid)
            points -= paid
        for number, part in _homes(move, points, repaid):
            lot = book.lots.get(fresh.number, fresh) if number is None else book.lots[number]
            if renews and lot.expires_at is not None and lot.expires_at <= fresh.earned_at:
                lot = book.lots.get(fresh.number, fresh)
            more = part if lot.number == fresh.number else 0
            book.lots[lot.number] = structs.replace(lot, points=lot.points + more, remaining=lot.remaining + part)
            book.move(lot.number, move.target, Account.USABLE, part)


def _homes(move: Move, points: int, repaid: dict[int, int]) -> Iterator[tuple[int | None, int]]:
    """Yield the lots that points go back to, and how many; None is a new one. `repaid` is counted down."""
    if move.lot is not None:
        yield move.lot, points
        return
    for number, left in repaid.items():
        part = min(points, left)
        repaid[number] -= part
        points -= part
        if part:
            yield number, part
    if points:
        yield None, points


def _take_back(book: Book, move: Move) -> int:
    """Take back what a move gave: from its lot, then what ran out of that, then from others; return the rest."""
    assert move.lot is not None, "what is earned is in a lot"
    lot = book.lots[move.lot]
    points = min(move.points, lot.points - lot.withdrawn)
    left, run_out = min(points, lot.remaining), min(max(points - lot.remaining, 0), lot.expired)
    book.move(lot.number, Account.PENDING if lot.is_pending else Account.USABLE, move.source, left)
    book.move(lot.number, Account.BREAKAGE, move.source, run_out)
    book.change(
        lot.number,
        remaining=lot.remaining - left,
        expired=lot.expired - run_out,
        withdrawn=lot.withdrawn + left + run_out,
    )
    return book.take(points - left - run_out, move.source)


def _settle_missing(
    book: Book, missing: Sequence[tuple[Account, int]], when_spent: WhenSpent, floor: int | None
) -> int:
    """Deal with points that nobody has any more; return how many are forgiven. Raises: NotCovered."""
    total = sum(points for _, points in missing)
    if when_spent is WhenSpent.WITHIN_BALANCE:
        return total
    least = 0 if when_spent is WhenSpent.REFUSE else floor
    if total and least is not None and book.balance - total < least:
        raise NotCovered(book.balance, total, least)
    for account, points in missing:
        book.owe(points, account)
    return 0
