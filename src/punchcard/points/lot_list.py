"""The lots of a wallet that hold points: what was earned when and by which event, what is left, and until when."""

import base64
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from punchcard import wire
from punchcard.db.connection import Db
from punchcard.engine.holdings import Lot
from punchcard.errors import Fault
from punchcard.points.outlook import OPEN_ENDED, read_outlook

LOTS_SHOWN_MAX = 1_000

EVENTS = """
    select number, event_id from ledger_entries
    where tenant_id = $1 and user_id = $2 and number = any($3::bigint[])
"""


class LotView(wire.View, frozen=True, omit_defaults=False):
    """Points of one earning: `points` were earned, `remaining` are left.

    `entry` is the number of the ledger's entry that earned them, `eventId` its event. `isPending`: they are not usable
    before `usableAt`, or before what they await happens; null: no such time. `expiresAt`: null, they never run out.
    """

    entry: int
    event_id: UUID | None
    points: int
    remaining: int
    earned_at: str
    is_pending: bool
    usable_at: str | None
    awaits: str | None
    expires_at: str | None


class LotsView(wire.View, frozen=True, omit_defaults=False):
    """What a wallet holds in lots, in the order in which it is spent, pending lots at the end.

    `count`: how many lots there are. `openEnded`: points outside of lots, which never run out and are spent last.
    `nextAfter` asks for the lots that follow; null: there are none.
    """

    user_id: UUID
    count: int
    open_ended: int
    lots: Sequence[LotView]
    next_after: str | None = None


class Place(NamedTuple):
    """Where a lot stands: those that are pending last, and of the others those that never run out."""

    is_pending: bool
    is_endless: bool
    at: datetime
    number: int


async def get_lots(
    db: Db, tenant_id: UUID, user_id: UUID, *, after: str | None = None, limit: int = LOTS_SHOWN_MAX
) -> LotsView:
    """Return up to `limit` (1..1000) lots of a member's wallet that hold something, as they are by now.

    after: the `nextAfter` of the answer before. Raises: NotFound, Invalid.
    """
    limit = max(1, min(limit, LOTS_SHOWN_MAX))
    start = None if after is None else _read_place(after)
    async with db.transaction(snapshot=True) as tx:
        outlook = await read_outlook(tx, tenant_id, user_id)
        lots = sorted(outlook.lots, key=_place)
        following = lots if start is None else lots[bisect_right(lots, start, key=_place) :]
        shown = following[:limit]
        rows = await tx.fetch(EVENTS, tenant_id, user_id, [lot.number for lot in shown]) if shown else []
    events = {row["number"]: row["event_id"] for row in rows}
    open_ended = outlook.holdings.lots.get(OPEN_ENDED)
    return LotsView(
        user_id, len(lots), max(open_ended.remaining, 0) if open_ended else 0,
        [_view(lot, events.get(lot.number)) for lot in shown],
        _written(_place(shown[-1])) if len(following) > limit else None,
    )  # fmt: skip


def _place(lot: Lot) -> Place:
    return Place(lot.is_pending, lot.expires_at is None, lot.expires_at or lot.earned_at, lot.number)


# A place and no number: what follows is known even where the lot itself has been spent meanwhile.
def _written(place: Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def _read_place(after: str) -> Place:
    try:
        packed = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        place = msgspec.json.decode(packed, type=Place)
    except (ValueError, msgspec.MsgspecError):
        place = None
    if place is None or place.at.tzinfo is None:
        raise wire.invalid([Fault("/after", "unreadable_cursor", "Take nextAfter of an answer.")])
    return place


def _view(lot: Lot, event_id: UUID | None) -> LotView:
    return LotView(
        lot.number, event_id, lot.points, lot.remaining, wire.rfc3339(lot.earned_at), lot.is_pending,
        wire.rfc3339_or_none(lot.usable_at), lot.awaits, wire.rfc3339_or_none(lot.expires_at),
    )  # fmt: skip
