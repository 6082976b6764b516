"""Make a user's pending points usable, or take them back, by hand (POST /v1/commands/activate_points, cancel_points).

Reactors do the same by what happens; this is for what nobody reports.
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.engine.awaiting import KEY_CHARACTERS_MAX, release
from punchcard.engine.holdings import Lot
from punchcard.errors import Conflict, Fault, NothingPending
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.intrinsic_types import POINTS_ACTIVATED, POINTS_CANCELLED
from punchcard.events.lots_told import tell_moves
from punchcard.events.request import Desk
from punchcard.points import ledger, lots
from punchcard.users import users

LOTS_MAX = 100

Entry = Annotated[wire.Integer, Field(ge=1, le=2**62)]


class ReleasePointsCommand(wire.Definition):
    """Which pending points of which user: those that await something, or those of some entries of the ledger.

    `actorId` is the user, by id, account number or authIdentifier.
    """

    actor_id: Annotated[str, Field(min_length=1, max_length=128)]
    awaits: Annotated[str, Field(min_length=1, max_length=KEY_CHARACTERS_MAX)] | None = None
    entries: Annotated[list[Entry], Field(min_length=1, max_length=LOTS_MAX)] | None = None
    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> "ReleasePointsCommand":
        if (self.awaits is None) == (self.entries is None):
            raise ValueError("Say which points: write either awaits or entries.")
        return self


async def activate_points(desk: Desk, principal: Principal, definition: ReleasePointsCommand) -> EventView:
    """Make pending points of a user usable now, and return the POINTS_ACTIVATED event.

    Raises: Invalid, Conflict when the account is closed, NothingPending.
    """
    return await _release(desk, principal, definition, cancels=False)


async def cancel_points(desk: Desk, principal: Principal, definition: ReleasePointsCommand) -> EventView:
    """Take pending points of a user back, and return the POINTS_CANCELLED event.

    Raises: Invalid, Conflict when the account is closed, NothingPending.
    """
    return await _release(desk, principal, definition, cancels=True)


async def _release(desk: Desk, principal: Principal, definition: ReleasePointsCommand, *, cancels: bool) -> EventView:
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> EventView:
        user_id = await users.find_user(tx, tenant_id, definition.actor_id)
        if user_id is None:
            raise wire.invalid([Fault("/actorId", "subject_unknown", "There is no such user.")])
        wallet = await ledger.lock(tx, tenant_id, user_id)
        assert wallet is not None, "a foreign key holds it"
        if wallet.status == "CLOSED":
            raise Conflict("The user's account is closed.")
        found = await _pending(tx, tenant_id, user_id, definition)
        posting = release(wallet.subject, found, wallet.now, cancels=cancels)
        if posting is None or posting.lots is None:
            raise NothingPending("No points of this user are pending so; the wallet's pendingLots say which are.")
        payload: dict[str, Any] = tell_moves([move for move in posting.lots.moves if move.source == "PENDING"], found)
        told = {"awaits": definition.awaits, "reason": definition.comment, "requestedBy": principal.identity}
        payload |= {name: value for name, value in told.items() if value is not None}
        name = POINTS_CANCELLED if cancels else POINTS_ACTIVATED
        return await report_intrinsic(desk, tx, principal, name, user_id, wallet, payload, posts=posting)

    return await due.run(desk, body)


async def _pending(tx: Tx, tenant_id: UUID, user_id: UUID, definition: ReleasePointsCommand) -> dict[int, Lot]:
    held = (await lots.read_open(tx, [(tenant_id, user_id)]))[tenant_id, user_id]
    return {
        number: lot
        for number, lot in held.items()
        if lot.is_pending and (number in definition.entries if definition.entries else lot.awaits == definition.awaits)
    }
