"""Take a voucher back that was bought: what undoing a purchase does beside the points.

It has to be unused: used up, expired or refunded vouchers stay, and so do those whose code somebody has seen who could
use it elsewhere, where the engine does not know of it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from punchcard.commands.voucher_states import as_told, require_usable
from punchcard.db.connection import Row, Tx
from punchcard.errors import NotReversible, VoucherUnusable
from punchcard.rewards import rewards, vouchers
from punchcard.rewards.rewards import Taken

OURS = ("OTP", "HUMAN")
"""Types of codes that are good here alone."""


async def take_back(tx: Tx, tenant_id: UUID, voucher_id: UUID, now: datetime) -> Mapping[str, Any]:
    """Take a voucher back, whose member's wallet is held; return what VOUCHER_REFUNDED tells.

    Stock, and a code that nobody has seen, are there again. Raises: NotReversible.
    """
    voucher = await vouchers.hold_voucher(tx, tenant_id, voucher_id)
    try:
        require_usable(voucher, now)
    except VoucherUnusable as fault:
        raise NotReversible(fault.detail, **fault.members) from None
    if _may_be_used_elsewhere(voucher):
        detail = "The voucher's code was shown, and may be used where the engine does not know of it."
        raise NotReversible(detail, voucherStatus=voucher["status"])
    await vouchers.refund(tx, voucher, now)
    await rewards.take(tx, {(tenant_id, voucher["reward_id"]): Taken(-1)})
    return as_told(voucher) | {"price": voucher["price"]}


def _may_be_used_elsewhere(voucher: Row) -> bool:
    is_drawn = voucher["code_type"] in OURS and voucher["pool_id"] is None
    return voucher["status"] == "REDEEMED" and not is_drawn
