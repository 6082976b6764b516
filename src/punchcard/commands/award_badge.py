"""Give a user a badge (POST /v1/commands/award_badge): the badge and BADGE_EARNED, both or neither."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.db.connection import Tx
from punchcard.errors import Conflict, Fault
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.intrinsic_types import BADGE_EARNED
from punchcard.events.request import Desk
from punchcard.points import ledger
from punchcard.users import badges, earned_badges
from punchcard.users.earned_badges import Earning


class AwardBadgeCommand(wire.Definition):
    """Which badge, and to whom; it is earned once more by a user who has it already."""

    badge_id: UUID
    beneficiary_id: UUID
    comment: Annotated[str, Field(max_length=1024)] | None = None


async def award_badge(desk: Desk, principal: Principal, definition: AwardBadgeCommand) -> EventView:
    """Give a user a badge and return the BADGE_EARNED event.

    Raises: Invalid for a badge or a user that is not there, Conflict when the badge cannot be earned or the account is
    closed.
    """
    tenant_id, user_id, badge_id = principal.tenant_id, definition.beneficiary_id, definition.badge_id

    async def body(tx: Tx) -> EventView:
        wallet = await ledger.lock(tx, tenant_id, user_id)
        if wallet is None:
            raise wire.invalid([Fault("/beneficiaryId", "subject_unknown", "There is no such user.")])
        if wallet.status == "CLOSED":
            raise Conflict("The beneficiary's account is closed.")
        badge = (await badges.load_badges(tx, tenant_id)).get(badge_id)
        if badge is None:
            raise wire.invalid([Fault("/badgeId", "badge_unknown", "There is no such badge.")])
        if not badge.is_active:
            raise Conflict("The badge is not active: PATCH it with the status ACTIVE first.")
        payload = {"badgeId": str(badge_id), "badgeName": badge.name, "awardedBy": principal.identity}
        if definition.comment is not None:
            payload["comment"] = definition.comment
        event = await report_intrinsic(desk, tx, principal, BADGE_EARNED, user_id, wallet, payload)
        await earned_badges.earn(tx, [Earning(tenant_id, user_id, badge_id, UUID(event.id))], wallet.now)
        return event

    return await due.run(desk, body)
