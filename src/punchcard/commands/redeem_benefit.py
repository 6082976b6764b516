"""Redeem a voucher (POST /v1/commands/redeem_benefit): its member gets to see the code, which REDEEMED_VOUCHER has.

A voucher of a pool has its code since the purchase; a one-time code is drawn now, and a static one is the reward's.
"""

from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.commands.voucher_states import as_told, hold_with_wallet, require_usable
from punchcard.db.connection import Row, Tx
from punchcard.errors import VoucherUnusable
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.rewards import codes, vouchers
from punchcard.rewards.codes import Vault
from punchcard.rewards.venues import GeoPoint


class RedeemBenefitCommand(wire.Definition):
    """Which benefit, by the id of its voucher; `position` is where the member is."""

    benefit_id: UUID
    position: GeoPoint | None = None


async def redeem_benefit(
    desk: Desk,
    vault: Vault,
    principal: Principal,
    own_user_id: UUID | None,
    definition: RedeemBenefitCommand,
) -> EventView:
    """Show a voucher's code, once: the REDEEMED_VOUCHER event, whose payload has it; later the benefit shows it.

    Raises: NotFound, VoucherUnusable when it was redeemed before, has expired or was refunded, Conflict when the
    account is closed, UserRestricted.
    """

    async def body(tx: Tx) -> EventView:
        wallet, voucher = await hold_with_wallet(tx, principal, definition.benefit_id, own_user_id)
        require_usable(voucher, wallet.now)
        if voucher["status"] == "REDEEMED":
            redeemed_at = wire.rfc3339(voucher["redeemed_at"])
            detail = "The voucher was redeemed before; GET /v1/benefits/{id} shows its code."
            raise VoucherUnusable(detail, voucherStatus="REDEEMED", redeemedAt=redeemed_at)
        code = await _code(tx, vault, voucher)
        await vouchers.redeem(tx, voucher, code, wallet.now)
        payload: dict[str, Any] = as_told(voucher)
        payload["code"] = vault.open(principal.tenant_id, code["id"], code["sealed"])
        if definition.position is not None:
            payload["position"] = definition.position.told()
        return await report_intrinsic(
            desk, tx, principal, "REDEEMED_VOUCHER", voucher["user_id"], wallet, payload
        )  # fmt: skip

    return await due.run(desk, body)


async def _code(tx: Tx, vault: Vault, voucher: Row) -> Row:
    tenant_id, code_type = voucher["tenant_id"], voucher["code_type"]
    if voucher["code_id"] is not None:
        return await codes.read(tx, tenant_id, voucher["code_id"])
    if code_type == "STATIC":
        return await codes.read(tx, tenant_id, voucher["static_code_id"])
    return await codes.draw_for_voucher(
        tx, vault, tenant_id, readable=code_type == "HUMAN", template=voucher["code_template"]
    )
