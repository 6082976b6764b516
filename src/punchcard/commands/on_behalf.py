"""What is asked of one member's own paths: /v1/users/{id}/purchases, /redemptions, /redemptions/validate, /commands.

They are the commands of /v1/commands/ and others, with the path's user as the member; an end user's path is the own
one.
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from punchcard import wire
from punchcard.access.principals import Kind, Principal
from punchcard.access.roles import MANAGER, OWNER, SUPPORT, require_role
from punchcard.commands.adjust_points import ActorAdjustPointsCommand, adjust_points
from punchcard.commands.agree import ConsentDefinition, give_consent, revoke_consent
from punchcard.commands.close_account import close_account
from punchcard.commands.guesses import Guesses
from punchcard.commands.linked_venues import UserPatch
from punchcard.commands.purchase_reward import Comment
from punchcard.commands.purchases import Purchases
from punchcard.commands.redeem_benefit import RedeemBenefitCommand, redeem_benefit
from punchcard.commands.sale import Order
from punchcard.commands.update_profile import update_profile
from punchcard.commands.validate_voucher import ValidateVoucherCommand, ValidationView, validate_for
from punchcard.errors import Fault, Forbidden, Invalid, NotFound
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.points.adjustments import AdjustmentView
from punchcard.rewards import vouchers
from punchcard.rewards.codes import Vault
from punchcard.rewards.pool_codes import AsciiCode
from punchcard.rewards.venues import GeoPoint
from punchcard.users.consents import ConsentView
from punchcard.users.definitions import UserView
from punchcard.wire import Accepted

DESK = frozenset({OWNER, MANAGER, SUPPORT})
NOT_COMMANDED = {
    "REGISTERED_ACCOUNT": "This user is registered already; POST /v1/users/ registers another one.",
    "VOUCHER_GIVEN": "Vouchers are given by reactors: POST /v1/event_reactors/ with a reaction of the type REWARD.",
    "REFERRAL_TRANCHE_ACTIVATION": "The engine reports this when a referred member fulfils a tranche of the campaign.",
    "POINTS_EXPIRED": "The engine reports this when points run out, as the points policies say.",
}


class PurchaseDefinition(wire.Definition):
    """Which reward to buy, as `rewardId` or as `reward`: {"id": …}."""

    reward_id: UUID | None = None
    reward: wire.Reference | None = None
    comment: Comment | None = None

    @model_validator(mode="after")
    def _names_one(self) -> "PurchaseDefinition":
        if (self.reward_id is None) == (self.reward is None):
            raise ValueError('Name the reward once: as "rewardId", or as "reward": {"id": …}.')
        return self

    @property
    def wanted(self) -> UUID:
        """The reward's id."""
        found = self.reward_id or self.reward
        assert found is not None, "validated"
        return found


class Resource(wire.Definition):
    """What to redeem: a VOUCHER by its own id, or by VOUCHER_REWARD the first unused voucher of a reward."""

    type: Literal["VOUCHER", "VOUCHER_REWARD", "WEGIFT_PRODUCT", "OLIVE_OFFER", "XOXO_PRODUCT"]
    id: UUID


class RedemptionDefinition(wire.Definition):
    """What to redeem, and where."""

    resource: Resource
    position: GeoPoint | None = None


class UserVoucherCodeDefinition(wire.Definition):
    """The code that was read, and the voucher that it should belong to: {} for any of the member's, or its id."""

    value: AsciiCode
    voucher: wire.Json = Field(default_factory=dict)


class CommandDefinition(wire.Definition):
    """A command by the name of the event that it ends in; `payload` is the body that the command's own path takes.

    The member is the path's user, so `beneficiaryId`, `actorId`, `userIdentifier` and `user` are left out.
    """

    type: Literal[
        "PURCHASED_REWARD", "REDEEMED_VOUCHER", "BURNED_VOUCHER", "REGISTERED_ACCOUNT", "POINTS_ADJUSTED",
        "VOUCHER_GIVEN", "REFERRAL_TRANCHE_ACTIVATION", "PROFILE_UPDATED", "CONSENT_GIVEN", "CONSENT_REVOKED",
        "CLOSED_ACCOUNT", "POINTS_EXPIRED",
    ]  # fmt: skip
    payload: wire.Json = Field(default_factory=dict)


async def purchase_for_user(
    desk: Desk, purchases: Purchases, principal: Principal, id: UUID, definition: PurchaseDefinition
) -> EventView:
    """Buy one of a reward for the path's user; see `purchase_reward`."""
    return await purchases.buy(Order(desk.db, principal, id, definition.wanted, definition.comment, is_own_path=True))


async def redeem_for_user(
    desk: Desk, vault: Vault, principal: Principal, id: UUID, definition: RedemptionDefinition
) -> EventView:
    """Redeem a voucher of the path's user; see `redeem_benefit`. Raises: Invalid for what other suppliers sell."""
    resource = definition.resource
    if resource.type == "VOUCHER":
        benefit_id: UUID | None = resource.id
    elif resource.type == "VOUCHER_REWARD":
        benefit_id = await vouchers.find_unused(desk.db, principal.tenant_id, id, resource.id)
    else:
        detail = "This is sold by a supplier to whom there is no connection here; redeem a VOUCHER or VOUCHER_REWARD."
        raise wire.invalid([Fault("/resource/type", "resource_type_refused", detail)])
    if benefit_id is None:
        raise NotFound("There is no unused voucher of this reward.")
    command = RedeemBenefitCommand.model_construct(benefit_id=benefit_id, position=definition.position)
    return await redeem_benefit(desk, vault, principal, id, command)


async def validate_for_user(
    desk: Desk, vault: Vault, guesses: Guesses, principal: Principal, id: UUID, definition: UserVoucherCodeDefinition
) -> ValidationView:
    """Use up a voucher of the path's user by its code; see `validate_voucher`."""
    command = ValidateVoucherCommand.model_construct(code=definition.value, user_identifier=str(id))
    return await validate_for(desk, vault, guesses, principal, command, definition.voucher.get("id"))


async def command_user(
    desk: Desk,
    purchases: Purchases,
    vault: Vault,
    guesses: Guesses,
    principal: Principal,
    id: UUID,
    definition: CommandDefinition,
) -> EventView | ValidationView | UserView | ConsentView | Accepted[AdjustmentView]:
    """Carry out a command for the path's user, by the name of its event; the answer is that of the command's own path.

    Raises: what the command raises; Invalid for what cannot be commanded, which says why; Forbidden.
    """
    payload = definition.payload
    why_not = NOT_COMMANDED.get(definition.type)
    if why_not is not None:
        raise wire.invalid([Fault("/type", "not_commanded", why_not)])
    match definition.type:
        case "PURCHASED_REWARD":
            return await purchase_for_user(desk, purchases, principal, id, _read(PurchaseDefinition, payload))
        case "REDEEMED_VOUCHER":
            redeeming = _read(RedeemBenefitCommand, payload)
            return await redeem_benefit(desk, vault, principal, id, redeeming)
        case "BURNED_VOUCHER":
            validating = _read(ValidateVoucherCommand, payload, userIdentifier=str(id))
            return await validate_for(desk, vault, guesses, principal, validating, None)
        case "POINTS_ADJUSTED":
            _require_desk(principal)
            return await adjust_points(desk, principal, _read(ActorAdjustPointsCommand, payload, actorId=str(id)))
        case "PROFILE_UPDATED":
            return await update_profile(desk, principal, id, _read(UserPatch, payload), wire.ANY_VERSION)
        case "CONSENT_GIVEN":
            return await give_consent(desk, principal, _read(ConsentDefinition, payload, user={"id": str(id)}))
        case "CONSENT_REVOKED":
            return await revoke_consent(desk, principal, id, _read(wire.Hydratable, payload).id)
    _require_desk(principal)
    _read(Nothing, payload)
    return await close_account(desk, principal, id)


class Nothing(wire.Definition):
    """A command that needs no more to be said."""


def _read(kind: type[wire.T], payload: wire.Json, **said: Any) -> wire.T:
    """Read a command's body; who it is about is said by the path. Raises: Invalid, with pointers below /payload."""
    twice = [
        Fault(f"/payload/{name}", "said_by_path", "The path says this; leave it out.")
        for name in said
        if name in payload
    ]
    if twice:
        raise wire.invalid(twice)
    try:
        return wire.read(kind, payload | said)
    except Invalid as fault:
        below = [Fault(f"/payload{one.pointer}", one.code, one.detail) for one in fault.faults]
        raise wire.invalid(below) from None


def _require_desk(principal: Principal) -> None:
    """Refuse those who may not do this on its own path either. Raises: Forbidden, RoleRequired."""
    if principal.kind is Kind.USER:
        raise Forbidden("An end user cannot command this; an administrator can.")
    require_role(principal.role, DESK)
