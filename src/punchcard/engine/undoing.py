"""Undoing the ledger's entries of an event, each by a posting of its own that names what it undoes. Pure.

What an entry gave is taken back, what it took is given back, by the moves that were recorded (`engine.reversal`). A
share is so many millionths; parts are worked out of the whole and rounded down, so that shares add up to the whole.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct, field, structs

from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.reversal import Reversal, WhenSpent, reverse
from punchcard.engine.situation import InLots, Posting, Subject

OPEN_ENDED = 0
"""Stands for the points without terms among the lots of a wallet."""

WHOLE = 1_000_000
"""The share that is all of an event."""

_BACK = {Account.ISSUE, Account.REDEMPTION, Account.ADJUSTMENT}


class Entry(Struct, frozen=True):
    """An entry of the ledger, as it is recorded, with its moves out of lots. has_lot: it made one of its number."""

    number: int
    version_id: int | None
    reaction: int | None
    account: str
    points: int
    is_pending: bool = False
    is_undo: bool = False
    has_lot: bool = False
    moves: tuple[Move, ...] = ()

    @property
    def is_undoable(self) -> bool:
        """Tell whether it gave, or took, points; not what time did, what became usable, or what undid something."""
        return not self.is_undo and self.account in _BACK


class Undoing(Struct):
    """What undoing comes to: postings, lots as they are then, sums, and the entries that stay as they are."""

    holdings: Holdings
    postings: list[Posting] = field(default_factory=list)
    taken_back: int = 0
    given_back: int = 0
    run_out: int = 0
    forgiven: int = 0
    owed: int = 0
    left: list[Entry] = field(default_factory=list)


class Share(Struct, frozen=True):
    """From which share of an event on, and up to which, it is undone now."""

    start: int
    end: int

    def of(self, points: int) -> int:
        """Return the part of so many points."""
        return points * self.end // WHOLE - points * self.start // WHOLE


def undo(
    entries: Sequence[Entry],
    holdings: Holdings,
    subject: Subject,
    now: datetime,
    share: Share,
    when_spent: WhenSpent,
    floor: int | None,
) -> Undoing:
    """Undo entries of one event: what was taken is given back first. `subject` moves on.

    holdings: with all lots that the entries name, and the open-ended points under OPEN_ENDED. floor: the least balance
    that DEBT leaves; None: there is none. Raises: NotCovered when `when_spent` does not allow it.
    """
    undoing = Undoing(holdings)
    undoing.left = [entry for entry in entries if not entry.is_undoable]
    taken = [entry for entry in entries if entry.is_undoable and entry.points < 0]
    given = [entry for entry in entries if entry.is_undoable and entry.points > 0]
    for entry in (*taken, *reversed(given)):
        moves = _recorded(entry, share)
        if not moves:
            continue
        found = reverse(
            undoing.holdings, moves, now, when_spent=when_spent, new_lot=-1, floor=floor, lets_lapse=False
        )  # fmt: skip
        _add(undoing, entry, found, subject)
    return undoing


def _recorded(entry: Entry, share: Share) -> list[Move]:
    """Return a share of what an entry moved, for the kernel: it takes what a rule took for something spent."""
    if entry.points > 0:
        source = Account.ADJUSTMENT if entry.account == Account.ADJUSTMENT else Account.ISSUE
        target = Account.PENDING if entry.is_pending else Account.USABLE
        whole = [Move(entry.number if entry.has_lot else OPEN_ENDED, source, target, entry.points)]
    else:
        gone = [move for move in entry.moves if move.target not in {Account.USABLE, Account.DEBT}]
        rest = -entry.points - sum(move.points for move in gone)
        whole = [Move(move.lot, Account.USABLE, Account.REDEMPTION, move.points) for move in gone]
        whole.append(Move(OPEN_ENDED, Account.USABLE, Account.REDEMPTION, rest))
    parts = [structs.replace(move, points=share.of(move.points)) for move in whole]
    return [move for move in parts if move.points]


def _add(undoing: Undoing, entry: Entry, found: Reversal, subject: Subject) -> None:
    """Note what undoing one entry has come to."""
    undoing.run_out += found.run_out
    undoing.forgiven += found.forgiven
    before, undoing.holdings = undoing.holdings, found.holdings
    moves = [move for move in found.moves if move.source is not Account.BREAKAGE]
    if not moves:
        return
    is_pending = any(move.source is Account.PENDING for move in moves)
    gained = sum(move.points for move in moves if move.source in _BACK)
    lost = sum(move.points for move in moves if move.target in _BACK)
    owed = sum(move.points for move in moves if move.target is Account.DEBT)
    owed -= sum(move.points for move in moves if move.source is Account.DEBT)
    usable = _in_lots(found.holdings) - _in_lots(before)
    undoing.given_back, undoing.taken_back = undoing.given_back + gained, undoing.taken_back + lost
    undoing.owed += max(-owed, 0)
    points = gained - lost
    subject.entries += 1
    subject.in_lots += usable
    if is_pending:
        subject.pending += points
    else:
        subject.balance += points - owed
        subject.debt -= owed
    ends = [found.holdings.lots[move.lot].expires_at for move in moves if move.lot and move.target is Account.USABLE]
    kept = InLots(
        usable, is_pending=is_pending, moves=_told(moves, entry), is_applied=True,
        due_at=min((end for end in ends if end is not None), default=None),
    )  # fmt: skip
    undoing.postings.append(
        Posting(
            entry.version_id, entry.reaction, points, subject.entries, subject.balance, entry.account, kept, owed,
            is_undo=True,
        )
    )  # fmt: skip


def _told(moves: Iterable[Move], entry: Entry) -> tuple[Move, ...]:
    """Return the moves of lots as they are recorded: with the account of the entry that is undone."""
    account = Account(entry.account)
    sums: dict[tuple[int, Account, Account], int] = {}
    for move in moves:
        if move.lot:
            source = account if move.source in _BACK else move.source
            target = account if move.target in _BACK else move.target
            sums[move.lot, source, target] = sums.get((move.lot, source, target), 0) + move.points
    return tuple(Move(lot, source, target, points) for (lot, source, target), points in sums.items())


def _in_lots(holdings: Holdings) -> int:
    return sum(lot.remaining for lot in holdings.lots.values() if not lot.is_pending and lot.number != OPEN_ENDED)


def with_open_ended(holdings: Holdings, points_max: int) -> Holdings:
    """Return holdings whose open-ended points can take any that are given back, and have any that are taken."""
    known = holdings.lots.get(OPEN_ENDED)
    held = 0 if known is None else known.remaining
    open_ended = Lot(OPEN_ENDED, points_max, held, datetime.min.replace(tzinfo=UTC))
    return structs.replace(holdings, lots={**holdings.lots, OPEN_ENDED: open_ended})
