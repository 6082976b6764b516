"""Buy a reward for points (POST /v1/commands/purchase_reward).

Stock, points, code, voucher and PURCHASED_REWARD are one transaction (`sale.py`), shared with others who buy at the
same moment. Nothing that the caller sends can change the price.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.purchases import Purchases
from punchcard.commands.sale import Order
from punchcard.errors import Fault, Forbidden
from punchcard.events.event import EventView
from punchcard.events.request import Desk

Comment = Annotated[str, Field(max_length=1024)]


class PurchaseRewardCommand(wire.Definition):
    """Which reward, and for whom; an end user buys for himself and may leave `beneficiaryId` out."""

    reward_id: UUID
    beneficiary_id: UUID | None = None
    comment: Comment | None = None


async def purchase_reward(
    desk: Desk, purchases: Purchases, principal: Principal, definition: PurchaseRewardCommand
) -> EventView:
    """Buy one of a reward and return the PURCHASED_REWARD event, whose payload names the voucher.

    Raises: Forbidden, Invalid, UserRestricted, NotFound, NotPurchasable, NotEligible, PurchaseLimitReached, OutOfStock,
    InsufficientPoints, SpendCapReached.
    """
    user_id = _beneficiary(principal, definition)
    return await purchases.buy(Order(desk.db, principal, user_id, definition.reward_id, definition.comment))


def _beneficiary(principal: Principal, definition: PurchaseRewardCommand) -> UUID:
    if principal.kind is Kind.USER and principal.user_id is not None:
        if definition.beneficiary_id not in (None, principal.user_id):
            raise Forbidden("An end user buys for nobody else: leave beneficiaryId out.")
        return principal.user_id
    if definition.beneficiary_id is None:
        raise wire.invalid([Fault("/beneficiaryId", "missing", "Say for whom: the id of a user.")])
    return definition.beneficiary_id
