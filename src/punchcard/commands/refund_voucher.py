"""Refund an unused voucher (POST /v1/vouchers/{id}/refund): its purchase is undone, once.

Points go back into the lots that they came from, what the purchase earned is taken back, stock and an unseen code are
there again: a reversal of the PURCHASED_REWARD event, which VOUCHER_REFUNDED follows.
"""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.reverse_event import ReversalDefinition, reverse
from punchcard.commands.voucher_states import hold_with_wallet, require_usable
from punchcard.db.connection import Tx
from punchcard.errors import NotReversible
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.rewards.vouchers import GIVEN


class RefundDefinition(wire.Definition):
    """Why the voucher is taken back."""

    comment: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)] | None = None


async def refund_voucher(desk: Desk, principal: Principal, id: UUID, definition: RefundDefinition) -> EventView:
    """Take an unused voucher back and give its price back: the VOUCHER_REFUNDED event.

    Raises: NotFound, VoucherUnusable when it was used, has expired or was refunded before, NotReversible when its code
    was shown and may be used elsewhere, or nothing was paid for it; Conflict when the account is closed.
    """

    async def body(tx: Tx) -> EventView:
        wallet, voucher = await hold_with_wallet(tx, principal, id, None)
        require_usable(voucher, wallet.now)
        if voucher["origin"] == GIVEN:
            raise NotReversible("The voucher was given: reverse the event that it was given for.")
        undone = await reverse(
            desk, tx, principal, voucher["event_id"], ReversalDefinition(comment=definition.comment)
        )  # fmt: skip
        assert undone.refund is not None, "the event is a purchase, and its voucher is unused"
        return undone.refund

    return await due.run(desk, body)
