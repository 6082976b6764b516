"""Validate a voucher by its code, at the till (POST /v1/commands/validate_voucher): it is used up, BURNED_VOUCHER says.

Who tries codes learns nothing of them: one that nobody has, that nobody has been shown, or that another member owns
gets one and the same answer, and after five of them there is a wait (`guesses.py`).
"""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.commands.guesses import Guesses
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.commands.voucher_states import as_told, hold_with_wallet, require_usable, unknown_code
from punchcard.db.connection import Row, Tx
from punchcard.errors import Fault, NotFound, VoucherUnusable
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.rewards import codes, venues, vouchers
from punchcard.rewards.benefits import VoucherView, read_voucher
from punchcard.rewards.codes import Vault
from punchcard.rewards.venues import GeoPoint
from punchcard.users import users

Name = Annotated[str, Field(min_length=1, max_length=512)]


class ValidateVoucherCommand(wire.Definition):
    """The code as it was read or typed; case, spaces and hyphens do not matter.

    `userIdentifier` (id, account number or authIdentifier) is the member at the till, who must own the voucher; a
    static code, which many have, needs it. `venueIdentifier`: the id or externalIdentifier of the venue. With
    `allowFutureValidation` the voucher is looked at and stays as it is.
    """

    code: Annotated[str, Field(min_length=1, max_length=5_000)]
    allow_future_validation: wire.Flag = False
    user_identifier: Name | None = None
    venue_identifier: Name | None = None
    position: GeoPoint | None = None


class ValidationView(wire.View, frozen=True):
    """The voucher, which is good. `burned`: it has been used up by this, and `event` is the BURNED_VOUCHER event."""

    valid: bool
    burned: bool
    voucher: VoucherView
    event: EventView | None = None


async def validate_voucher(
    desk: Desk, vault: Vault, guesses: Guesses, principal: Principal, definition: ValidateVoucherCommand
) -> ValidationView:
    """Take a voucher's code at the till, and use the voucher up.

    Raises: NotFound for a code that is none, or not this member's; VoucherUnusable when it was used, has expired, was
    refunded or is not for this venue; Invalid for an unknown venue; TooManyRequests after five codes that were none;
    Conflict.
    """
    return await validate_for(desk, vault, guesses, principal, definition, None)


async def validate_for(
    desk: Desk,
    vault: Vault,
    guesses: Guesses,
    principal: Principal,
    definition: ValidateVoucherCommand,
    voucher_id: Any,
) -> ValidationView:
    """Do the same where the code should be that of a certain voucher; None: of any."""
    guesses.begin(principal)
    try:
        found = await _validated(desk, vault, principal, definition, voucher_id)
    except NotFound:
        raise
    except BaseException:
        guesses.forgive(principal)
        raise
    guesses.forgive(principal)
    return found


async def _validated(
    desk: Desk, vault: Vault, principal: Principal, definition: ValidateVoucherCommand, voucher_id: Any
) -> ValidationView:
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> ValidationView:
        venue_id = await _venue(tx, tenant_id, definition.venue_identifier)
        found = await _find(tx, vault, principal, definition)
        if voucher_id is not None and str(voucher_id).lower() != str(found["id"]):
            raise unknown_code()
        wallet, voucher = await hold_with_wallet(tx, principal, found["id"], None)
        if voucher["code_id"] != found["code_id"]:
            raise unknown_code()
        require_usable(voucher, wallet.now)
        _require_place(voucher, venue_id)
        if definition.allow_future_validation:
            return ValidationView(True, False, await read_voucher(tx, tenant_id, vault, None, voucher["id"]))
        await vouchers.burn(tx, voucher, venue_id, wallet.now)
        payload: dict[str, Any] = as_told(voucher)
        if venue_id is not None:
            payload["venueId"] = str(venue_id)
        if definition.position is not None:
            payload["position"] = definition.position.told()
        event = await report_intrinsic(desk, tx, principal, "BURNED_VOUCHER", voucher["user_id"], wallet, payload)
        return ValidationView(True, True, await read_voucher(tx, tenant_id, vault, None, voucher["id"]), event)

    return await due.run(desk, body)


async def _find(tx: Tx, vault: Vault, principal: Principal, definition: ValidateVoucherCommand) -> Row:
    """Return the voucher of a code. Raises: NotFound, Invalid for a shared code without its user."""
    tenant_id = principal.tenant_id
    code = await codes.find(tx, vault, tenant_id, definition.code)
    if code is None:
        raise unknown_code()
    user_id = principal.user_id if principal.kind is Kind.USER else None
    if definition.user_identifier is not None:
        named = await users.find_user(tx, tenant_id, definition.user_identifier)
        if named is None or user_id not in (None, named):
            raise unknown_code()
        user_id = named
    if code["is_shared"] and user_id is None:
        detail = "Many members have this code: say whose voucher it is."
        raise wire.invalid([Fault("/userIdentifier", "user_required", detail)])
    voucher = await vouchers.find_by_code(tx, tenant_id, code["id"], user_id)
    if voucher is None or voucher["redeemed_at"] is None:
        raise unknown_code()
    return voucher


async def _venue(tx: Tx, tenant_id: UUID, name: str | None) -> UUID | None:
    if name is None:
        return None
    venue_id = await venues.find_venue(tx, tenant_id, name)
    if venue_id is None:
        raise wire.invalid([Fault("/venueIdentifier", "venue_unknown", "There is no such venue.")])
    return venue_id


def _require_place(voucher: Row, venue_id: UUID | None) -> None:
    if voucher["venue_ids"] and venue_id is None:
        detail = "The voucher is good at some venues only: say at which this is."
        raise wire.invalid([Fault("/venueIdentifier", "venue_required", detail)])
    if voucher["venue_ids"] and venue_id not in voucher["venue_ids"]:
        detail = "The voucher is good at other venues, and not at this one."
        raise VoucherUnusable(detail, voucherStatus=voucher["status"])
