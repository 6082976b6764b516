"""How far events have been undone, and what of the ledger they are. Owns `event_reversals`."""

from uuid import UUID

from msgspec import Struct

from punchcard.db.connection import Row, Tx
from punchcard.engine.holdings import Account, Holdings, Lot, Move
from punchcard.engine.undoing import WHOLE, Entry, with_open_ended
from punchcard.points import lots, outlook
from punchcard.points.lots import Wallet

POINTS_MAX = 10**15

DONE = """
    select reversal.from_share, reversal.to_share, reversal.reversal_id from event_reversals as reversal
    where tenant_id = $1 and user_id = $2 and event_id = $3 order by from_share
"""
INSERT = """
    insert into event_reversals (tenant_id, user_id, event_id, from_share, to_share, reversal_id)
    values ($1, $2, $3, $4, $5, $6)
"""
ENTRIES = """
    select entry.*, exists (
               select from lots as lot where lot.tenant_id = entry.tenant_id and lot.user_id = entry.user_id
                   and lot.number = entry.number
           ) as has_lot
    from ledger_entries as entry where tenant_id = $1 and user_id = $2 and event_id = $3 order by number
"""
MOVES = """
    select entry, lot, source, target, points from lot_moves
    where tenant_id = $1 and user_id = $2 and entry = any($3::bigint[]) order by entry, lot
"""


UNDONE = "select event_id from event_reversals where tenant_id = $1 and user_id = $2 and to_share = $3"


async def read_undone(tx: Tx, wallet: Wallet) -> list[UUID]:
    """Return the events of a member that are undone as a whole."""
    return [row["event_id"] for row in await tx.fetch(UNDONE, *wallet, WHOLE)]


class Done(Struct, frozen=True):
    """How far an event has been undone, in millionths, and by which event last."""

    share: int
    reversal_id: UUID | None

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left of it."""
        return self.share == WHOLE


async def read_done(tx: Tx, wallet: Wallet, event_id: UUID) -> Done:
    """Return how far an event has been undone; the caller holds the wallet."""
    rows = await tx.fetch(DONE, *wallet, event_id)
    return Done(rows[-1]["to_share"], rows[-1]["reversal_id"]) if rows else Done(0, None)


async def keep(tx: Tx, wallet: Wallet, event_id: UUID, start: int, end: int, reversal_id: UUID) -> None:
    """Note that an event was undone from one share to another, by a second event."""
    await tx.execute(INSERT, *wallet, event_id, start, end, reversal_id)


async def read_entries(tx: Tx, wallet: Wallet, event_id: UUID) -> list[Entry]:
    """Return the entries of an event, with what they moved out of lots."""
    rows = await tx.fetch(ENTRIES, *wallet, event_id)
    moves: dict[int, list[Move]] = {row["number"]: [] for row in rows}
    for row in await tx.fetch(MOVES, *wallet, list(moves)) if moves else []:
        moved = Move(row["lot"], Account(row["source"]), Account(row["target"]), row["points"])
        moves[row["entry"]].append(moved)
    return [
        Entry(
            row["number"], row["reactor_version_id"], row["reaction"], row["account"], row["points"],
            row["is_pending"], row["is_undo"], row["has_lot"], tuple(moves[row["number"]]),
        )
        for row in rows
    ]  # fmt: skip


async def read_holdings(tx: Tx, wallet: Wallet, row: Row, entries: list[Entry]) -> tuple[dict[int, Lot], Holdings]:
    """Return the lots that a wallet has and that entries name, and the holdings that they make.

    row: the wallet, which the caller holds, and in which time has done its work.
    """
    known = dict((await lots.read_open(tx, [wallet]))[wallet])
    named = {entry.number for entry in entries if entry.has_lot}
    named |= {move.lot for entry in entries for move in entry.moves if move.lot is not None}
    known |= await lots.read_some(tx, *wallet, named - known.keys())
    return known, with_open_ended(outlook.holdings_of(row, known, None), POINTS_MAX)
