"""What is in a wallet moved into another: out of the one in a few postings, into the other lot by lot. Pure.

The programme's side of both is the account MERGE, which comes to nothing over each merge. What either owes is paid
with what the other has.
"""

from collections.abc import Iterable, Mapping

from punchcard.engine.holdings import Account, Lot, Move
from punchcard.engine.lots import Terms
from punchcard.engine.situation import InLots, Posting, Subject

LOTS_MAX = 30_000
"""More lots cannot go over at once: their entries are counted by a small integer."""


def leave(subject: Subject, lots: Mapping[int, Lot]) -> list[Posting]:
    """Empty a wallet, and return the postings; `subject` moves on. lots: those that hold something."""
    postings: list[Posting] = []
    usable = _moves((lot for lot in lots.values() if not lot.is_pending), Account.USABLE)
    pending = _moves((lot for lot in lots.values() if lot.is_pending), Account.PENDING)
    if subject.balance:
        kept = InLots(-subject.in_lots, moves=usable) if usable else None
        postings.append(_posted(subject, len(postings), -subject.balance, kept))
    if subject.pending:
        kept = InLots(is_pending=True, moves=pending)
        postings.append(_posted(subject, len(postings), -subject.pending, kept))
    if subject.debt:
        postings.append(_posted(subject, len(postings), subject.debt, None, owed=subject.debt))
    return postings


def enter(subject: Subject, lots: Mapping[int, Lot], open_ended: int, debt: int) -> list[Posting]:
    """Put what another wallet held into one, on the same terms, and return the postings; `subject` moves on.

    debt: what the other owed, which this one pays, or owes from then on.
    """
    postings = [_enter(subject, lot, place) for place, lot in enumerate(lots.values())]
    if open_ended:
        owed = min(open_ended, subject.debt)
        postings.append(_posted(subject, len(postings), open_ended, None, owed=owed))
    if debt:
        paid = min(debt, subject.balance)
        from_lots = min(paid, subject.in_lots)
        kept = InLots(-from_lots) if from_lots else None
        postings.append(_posted(subject, len(postings), -debt, kept, owed=paid - debt))
    return postings


def _enter(subject: Subject, lot: Lot, place: int) -> Posting:
    if lot.is_pending:
        terms = Terms(lot.expires_at, lot.usable_at, lot.awaits)
        return _posted(subject, place, lot.remaining, InLots(0, terms, lot.earned_at, is_pending=True))
    owed = min(lot.remaining, subject.debt)
    kept = InLots(lot.remaining - owed, Terms(lot.expires_at), lot.earned_at)
    return _posted(subject, place, lot.remaining, kept, owed=owed)


def _posted(subject: Subject, place: int, points: int, kept: InLots | None, owed: int = 0) -> Posting:
    """Move a wallet on by a posting, and return it."""
    subject.entries += 1
    subject.debt -= owed
    if kept is not None and kept.is_pending:
        subject.pending += points
    else:
        subject.balance += points - owed
        subject.in_lots += 0 if kept is None else kept.usable
    return Posting(None, place, points, subject.entries, subject.balance, Account.MERGE, kept, owed=owed)


def _moves(lots: Iterable[Lot], source: Account) -> tuple[Move, ...]:
    return tuple(Move(lot.number, source, Account.MERGE, lot.remaining) for lot in lots)
