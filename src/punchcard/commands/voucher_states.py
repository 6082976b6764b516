"""What a voucher can be used for, once its member's wallet and it are held."""

from datetime import datetime
from typing import Any
from uuid import UUID

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.db.connection import Row, Tx
from punchcard.errors import Conflict, NotFound, UserRestricted, VoucherUnusable
from punchcard.points import ledger
from punchcard.points.ledger import LockedWallet
from punchcard.rewards import vouchers


async def hold_with_wallet(
    tx: Tx, principal: Principal, voucher_id: UUID, own_user_id: UUID | None
) -> tuple[LockedWallet, Row]:
    """Hold a voucher's member, then the voucher. Raises: NotFound, Conflict, UserRestricted, WalletsDue."""
    tenant_id = principal.tenant_id
    found = await vouchers.find_voucher(tx, tenant_id, voucher_id, own_user_id)
    wallet = await ledger.lock(tx, tenant_id, found["user_id"])
    voucher = await vouchers.hold_voucher(tx, tenant_id, voucher_id)
    if wallet is None or voucher["user_id"] != found["user_id"]:
        raise Conflict("The voucher has just gone over to another account; try again.")
    if wallet.status == "CLOSED":
        raise Conflict("The account of the voucher's owner is closed.")
    if wallet.status == "RESTRICTED" and principal.kind is Kind.USER:
        raise UserRestricted("An administrator has restricted this user.")
    return wallet, voucher


def require_usable(voucher: Row, now: datetime) -> None:
    """Make sure that a voucher has not come to its end. Raises: VoucherUnusable."""
    status, expires_at = voucher["status"], voucher["expires_at"]
    told: dict[str, Any] = {"voucherStatus": status}
    if status == "BURNED":
        told["burnedAt"] = wire.rfc3339(voucher["burned_at"])
        raise VoucherUnusable(f"The voucher was used at {told['burnedAt']}.", **told)
    if status == "REFUNDED":
        raise VoucherUnusable("The voucher was refunded, and its points were given back.", **told)
    if status == "EXPIRED" or (expires_at is not None and expires_at <= now):
        told |= {"voucherStatus": "EXPIRED", "expiresAt": wire.rfc3339(expires_at)}
        raise VoucherUnusable(f"The voucher expired at {told['expiresAt']}.", **told)


def as_told(voucher: Row) -> dict[str, Any]:
    """Return what events tell of a voucher."""
    return {
        "rewardId": str(voucher["reward_id"]),
        "rewardName": voucher["reward_name"],
        "voucherId": str(voucher["id"]),
    }


def unknown_code() -> NotFound:
    """Return the one answer to a code that the caller cannot use, whether there is such a code or not."""
    return NotFound("There is no voucher with this code.")
