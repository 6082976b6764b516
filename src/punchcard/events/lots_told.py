"""What events say of lots: how many points became usable, ran out or were taken back, and of which lots."""

from collections.abc import Mapping, Sequence
from typing import Any

from punchcard import wire
from punchcard.engine.holdings import Lot, Move
from punchcard.engine.undoing import OPEN_ENDED

LOTS_TOLD_MAX = 100


def tell_moves(moves: Sequence[Move], lots: Mapping[int, Lot]) -> dict[str, Any]:
    """Say how many points, and of which lots; of very many lots the first."""
    told = [_told(move, lots[move.lot or OPEN_ENDED]) for move in moves[:LOTS_TOLD_MAX]]
    return {"points": sum(move.points for move in moves), "lots": told}


def _told(move: Move, lot: Lot) -> dict[str, Any]:
    if lot.number == OPEN_ENDED:
        return {"points": move.points}
    told = {"number": lot.number, "points": move.points, "earnedAt": wire.rfc3339(lot.earned_at)}
    return told if lot.expires_at is None else {**told, "expiresAt": wire.rfc3339(lot.expires_at)}
