"""What is done with referral codes: a member gets one, somebody follows its link or registers by it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.access.principals import Principal
from punchcard.commands.referred import is_same_person
from punchcard.db.connection import Db, Tx
from punchcard.errors import Conflict, Fault, NotFound
from punchcard.events.preview import PreviewDefinition, preview_event
from punchcard.events.request import Desk
from punchcard.referrals import campaigns, referral_codes, referrals, tranche_activations, tranches
from punchcard.referrals.campaigns import CampaignView
from punchcard.referrals.referral_codes import ReferralCodeView
from punchcard.referrals.referrals import ReferralView, Referred, device_of
from punchcard.users import audience_stays
from punchcard.users.definitions import ReferralActivityDefinition, UserView
from punchcard.users.users import find_user, read_user

IS_NEW = "select created_at > statement_timestamp() - interval '1 day' from users where tenant_id = $1 and id = $2"


class ReferralDefinition(wire.Definition):
    """So many have followed the link of a code, by one way."""

    click_count: Annotated[wire.Integer, Field(ge=0, le=1_000_000)]
    source: Annotated[str, Field(pattern="^(EMAIL|FACEBOOK|TWITTER|LINKEDIN|OTHER)$")]
    source_user_id: Annotated[str, Field(min_length=1, max_length=512)]
    user_agent: Annotated[str, Field(pattern="^(IOS|ANDROID|WEB|UNKNOWN)$")] | None = None
    ip_address: Annotated[str, Field(max_length=64)] | None = None


class TrancheStatusUpdateDefinition(wire.Definition):
    """An event that might be reported about a member who was brought by another."""

    type: Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[A-Z]+(_[A-Z]+)*$")]
    subject: Annotated[str, Field(min_length=1, max_length=128)]
    payload: wire.Json


class TrancheStatusView(wire.View, frozen=True):
    """Whether the event would reach a tranche, how often the member has reached it, and (`outcome`) why or why not."""

    tranche: wire.ReferenceView
    name: str
    is_reached: bool
    outcome: str
    activations: int


async def get_active_campaign(db: Db, tenant_id: UUID, id: UUID) -> CampaignView | None:
    """Return the campaign for which the user can invite others now; null where there is none. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        await read_user(tx, tenant_id, id)
        row = await campaigns.read_active(tx, tenant_id, await _audiences_of(tx, tenant_id, id))
        return None if row is None else campaigns.view(row)


async def create_referral_code(db: Db, tenant_id: UUID, id: UUID) -> ReferralCodeView:
    """Return the user's code in the active campaign, made now if there is none yet. Raises: NotFound, Conflict."""

    async def body(tx: Tx) -> ReferralCodeView:
        user = await read_user(tx, tenant_id, id)
        if user.status == "CLOSED":
            raise Conflict("The account is closed, so it invites nobody.")
        campaign = await campaigns.read_active(tx, tenant_id, await _audiences_of(tx, tenant_id, id))
        if campaign is None:
            raise Conflict("No active campaign is for this user; POST /v1/campaigns/ makes one.")
        return referral_codes.view(await referral_codes.take_code(tx, campaign, id))

    return await db.run(body)


async def record_referral_activity(
    desk: Desk, principal: Principal, code: str, definition: ReferralActivityDefinition
) -> ReferralCodeView:
    """Count that somebody has followed a code's link (CLICK), or has registered by it (REGISTER).

    registeredUserAuthIdentifier names who has registered, a day ago at the most; POST /v1/users/ with
    `referralInviteCode` does the same at once. Raises: NotFound, Invalid, Conflict.
    """
    tenant_id = principal.tenant_id

    async def body(tx: Tx) -> ReferralCodeView:
        held = await referral_codes.hold_codes(tx, tenant_id, [code.lower()])
        row = held.get(code.lower())
        if row is None:
            raise NotFound("No active campaign has such a code.")
        if definition.activity_type == "CLICK":
            return await referral_codes.count(tx, tenant_id, row["id"], clicks=1)
        if definition.registered_user_auth_identifier is not None:
            user = await _registered(tx, tenant_id, definition.registered_user_auth_identifier, row["user_id"])
            device = device_of(desk.fingerprint_key, definition.ip_address, definition.user_agent)
            if not await referrals.add(tx, tenant_id, Referred(user.id, row, definition.source, device)):
                raise Conflict("This user was brought by somebody before.")
        return await referral_codes.count(tx, tenant_id, row["id"], registers=1)

    return await desk.db.run(body)


async def _registered(tx: Tx, tenant_id: UUID, name: str, referrer_id: UUID) -> UserView:
    pointer = "/registeredUserAuthIdentifier"
    user_id = await find_user(tx, tenant_id, name)
    if user_id is None:
        raise wire.invalid([Fault(pointer, "subject_unknown", "There is no such user.")])
    user, referrer = await read_user(tx, tenant_id, user_id), await read_user(tx, tenant_id, referrer_id)
    own, theirs = (wire.decode(bytes(one.profile)) for one in (user, referrer))
    if user_id == referrer_id or is_same_person(own, theirs):
        raise wire.invalid([Fault(pointer, "self_referral", "Nobody brings himself.")])
    if referrer.status == "CLOSED" or user.status == "CLOSED":
        raise Conflict("One of both accounts is closed.")
    if not await tx.fetchval(IS_NEW, tenant_id, user_id):
        raise Conflict("This user has registered more than a day ago, and is not new any more.")
    return user


async def create_referral(
    db: Db, tenant_id: UUID, campaign_id: UUID, id: UUID, definition: ReferralDefinition
) -> ReferralCodeView:
    """Count that so many have followed a code's link. Raises: NotFound."""

    async def body(tx: Tx) -> ReferralCodeView:
        await referral_codes.read_code(tx, tenant_id, campaign_id, id, lock=True)
        return await referral_codes.count(tx, tenant_id, id, clicks=definition.click_count)

    return await db.run(body)


async def get_tranche_status(
    desk: Desk, principal: Principal, definition: TrancheStatusUpdateDefinition
) -> list[TrancheStatusView]:
    """Tell which tranches an event about a member would reach, were it reported now; nothing is recorded.

    What reaches a tranche is the event itself: POST /v1/events. Raises: what a preview raises.
    """
    tenant_id = principal.tenant_id
    asked = PreviewDefinition(type=definition.type, subject=definition.subject, payload=definition.payload)
    preview = await preview_event(desk, principal, asked)
    verdicts = {one.reactor_id: one for one in preview.verdicts}
    async with desk.db.transaction(snapshot=True) as tx:
        found = await tranches.read_by_reactors(tx, tenant_id, list(verdicts))
        counts = await tranche_activations.count(tx, tenant_id, preview.subject, [row["id"] for row in found.values()])
    return [
        TrancheStatusView(
            wire.ReferenceView(row["id"]), row["name"], verdicts[reactor_id].fired,
            verdicts[reactor_id].reason, counts.get(row["id"], 0),
        )
        for reactor_id, row in found.items()
    ]  # fmt: skip


async def approve_referral(db: Db, principal: Principal, id: UUID) -> ReferralView:
    """Let a referral count from now on; what was done before reaches no tranche. Raises: NotFound, Conflict."""
    return await referrals.decide(db, principal.tenant_id, id, "COUNTED", principal.name)


async def reject_referral(db: Db, principal: Principal, id: UUID) -> ReferralView:
    """Let a referral count no more; what was given for it stays. Raises: NotFound."""
    return await referrals.decide(db, principal.tenant_id, id, "REJECTED", principal.name)


async def _audiences_of(tx: Tx, tenant_id: UUID, user_id: UUID) -> list[UUID]:
    found = await audience_stays.read_names(tx, [(tenant_id, user_id)])
    return [audience_id for audience_id, _ in found[user_id]]
