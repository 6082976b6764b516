"""Buy a reward for points (POST /v1/commands/purchase_reward).

Stock, points, voucher and PURCHASED_REWARD are one transaction. The price is the catalogue's; nothing that the caller
sends can change it. Locks are taken in the engine's one order: the wallet, the reward, then counters.
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import clock, wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.errors import Conflict, Fault, Forbidden, InsufficientPoints, UserRestricted
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.rewards import rewards, vouchers


class PurchaseRewardCommand(wire.Definition):
    """Which reward, and for whom; an end user buys for himself and may leave `beneficiaryId` out."""

    reward_id: UUID
    beneficiary_id: UUID | None = None
    comment: Annotated[str, Field(max_length=1024)] | None = None


async def purchase_reward(desk: Desk, principal: Principal, definition: PurchaseRewardCommand) -> EventView:
    """Buy one of a reward and return the PURCHASED_REWARD event, whose payload names the voucher.

    Raises: Forbidden, Invalid, UserRestricted, NotFound, NotPurchasable, InsufficientPoints, OutOfStock,
    SpendCapReached.
    """
    tenant_id, user_id = principal.tenant_id, _beneficiary(principal, definition)

    async def body(tx: Tx) -> EventView:
        wallet = await _wallet(tx, principal, user_id)
        reward = await rewards.take_one(tx, tenant_id, definition.reward_id)
        price, balance = reward["price"], wallet.subject.balance
        if balance < price:
            detail = f"The reward costs {price} points, and the balance is {balance}."
            raise InsufficientPoints(detail, price=price, balance=balance)
        voucher_id = clock.new_id()
        payload = {
            "rewardId": str(definition.reward_id),
            "rewardName": reward["name"],
            "voucherId": str(voucher_id),
            "price": price,
        }
        if definition.comment is not None:
            payload["comment"] = definition.comment
        event = await report_intrinsic(desk, tx, principal, "PURCHASED_REWARD", user_id, wallet, payload, takes=price)
        await vouchers.insert_vouchers(
            tx, [vouchers.Voucher(voucher_id, tenant_id, user_id, definition.reward_id, event.id, price, wallet.now)]
        )
        return event

    return await due.run(desk, body)


def _beneficiary(principal: Principal, definition: PurchaseRewardCommand) -> UUID:
    if principal.kind is Kind.USER and principal.user_id is not None:
        if definition.beneficiary_id not in (None, principal.user_id):
            raise Forbidden("An end user buys for nobody else: leave beneficiaryId out.")
        return principal.user_id
    if definition.beneficiary_id is None:
        raise wire.invalid([Fault("/beneficiaryId", "missing", "Say for whom: the id of a user.")])
    return definition.beneficiary_id


async def _wallet(tx: Tx, principal: Principal, user_id: UUID) -> ledger.LockedWallet:
    wallet = await ledger.lock(tx, principal.tenant_id, user_id)
    if wallet is None:
        raise wire.invalid([Fault("/beneficiaryId", "subject_unknown", "There is no such user.")])
    if wallet.status == "CLOSED":
        raise Conflict("The beneficiary's account is closed.")
    if wallet.status == "RESTRICTED" and principal.kind is Kind.USER:
        raise UserRestricted("An administrator has restricted this user.")
    return wallet
