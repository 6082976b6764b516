"""How far an event has been undone, and by which events, for whoever looks at it."""

from collections.abc import Sequence
from decimal import Decimal

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.engine.undoing import WHOLE
from punchcard.engine.words import points as of_points
from punchcard.engine.words import verb
from punchcard.events.event import Event, ReversalMadeView

MADE = """
    select undone.from_share, undone.to_share, undone.reversal_id, event.reported_at, event.payload
    from event_reversals as undone
    join events as event on event.tenant_id = undone.tenant_id and event.user_id = undone.user_id
        and event.id = undone.reversal_id
    where undone.tenant_id = $1 and undone.user_id = $2 and undone.event_id = $3 order by undone.from_share
"""


async def read_made(tx: Db | Tx, event: Event) -> list[ReversalMadeView]:
    """Return by which events an event was undone, the first of them first."""
    return [_made(row) for row in await tx.fetch(MADE, event.tenant_id, event.user_id, event.id)]


def _made(row: Row) -> ReversalMadeView:
    told = wire.decode(row["payload"].encode())
    return ReversalMadeView(
        row["reversal_id"], wire.rfc3339(row["reported_at"]), _exact(row["to_share"] - row["from_share"]),
        _exact(row["to_share"]), told["takenBack"], told["givenBack"], told["owed"], told["forgiven"], told["ranOut"],
    )  # fmt: skip


def _exact(millionths: int) -> Decimal:
    return (Decimal(millionths) / WHOLE).normalize()


def to_support(made: Sequence[ReversalMadeView]) -> list[str]:
    """Tell support by which events it was undone, how far, and what that came to."""
    return [
        f"{_much(one)} was undone on {one.reversed_at[:10]} by the event {one.event_id}: {_came_to(one)}."
        for one in made
    ]


def to_member(made: Sequence[ReversalMadeView]) -> list[str]:
    """Tell the member that it was undone, and what became of the points."""
    if not made:
        return []
    taken, given = sum(one.taken_back for one in made), sum(one.given_back for one in made)
    told = ["This was undone." if made[-1].share_in_all == 1 else "A part of this was undone."]
    if taken:
        told.append(f"{of_points(taken)} {verb(taken, 'was', 'were')} taken back.")
    if given:
        told.append(f"{of_points(given)} {verb(given, 'was', 'were')} given back to you.")
    return told


def _much(one: ReversalMadeView) -> str:
    if one.share == 1:
        return "It"
    rest = "" if one.share_in_all == one.share else f", which makes {one.share_in_all:f} in all,"
    return f"A share of {one.share:f} of it{rest}"


def _came_to(one: ReversalMadeView) -> str:
    told = [
        f"{of_points(number)} {what.format(verb(number, 'was', 'were'))}"
        for number, what in (
            (one.taken_back, "{} taken back"), (one.given_back, "{} given back"),
            (one.owed, "of them {} owed then"), (one.forgiven, "had been spent and {} left"),
            (one.ran_out, "had run out already"),
        )
        if number
    ]  # fmt: skip
    return "; ".join(told) or "no points had to move"
