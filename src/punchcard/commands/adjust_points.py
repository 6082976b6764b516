"""Adjust a user's points (POST /v1/commands/adjust_points), and approve or reject what waited for it.

Points, their entry and POINTS_ADJUSTED are one transaction. Beyond the tenant's limit a second administrator has to
approve, and it is done then, with the balance as it is by then. What is to be approved is held first, then the wallet.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from punchcard import wire
from punchcard.access import tenants
from punchcard.access.principals import Principal
from punchcard.commands import giving
from punchcard.commands.intrinsic import report_intrinsic
from punchcard.commands.spending import count_spent
from punchcard.db.connection import Db, Tx
from punchcard.engine.earning import move
from punchcard.engine.situation import BALANCE_MAX, Posting
from punchcard.engine.words import points as of_points
from punchcard.errors import Conflict, Fault, InsufficientPoints, SelfGrant
from punchcard.events import due
from punchcard.events.event import EventView
from punchcard.events.request import Desk
from punchcard.points import adjustments, ledger
from punchcard.points.adjustments import Adjustment, AdjustmentView
from punchcard.users import users
from punchcard.wire import Accepted

ACCOUNTS = {"EARN": "ISSUE", "SPEND": "REDEMPTION", "NONE": "ADJUSTMENT"}
"""The programme's side of an adjustment, which says whether it counts as earned, as spent, or as neither."""


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


Points = Annotated[wire.Integer, BeforeValidator(_whole), Field(ge=-BALANCE_MAX, le=BALANCE_MAX)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)]


class ActorAdjustPointsCommand(wire.Definition):
    """How many points to give to or take from a user, and why.

    `actorId` is the user, by id, account number or authIdentifier. EARN gives, SPEND takes so many points; with NONE, a
    correction that counts neither as earned nor as spent, and without `impactType` the sign of `points` decides.
    """

    points: Points
    actor_id: Annotated[str, Field(min_length=1, max_length=128)]
    comment: Reason
    impact_type: Literal["EARN", "SPEND", "NONE"] | None = None
    liability_handling_policy: Literal["BYPASS", "REJECT_EVENT"] = "REJECT_EVENT"

    @model_validator(mode="after")
    def _agrees(self) -> "ActorAdjustPointsCommand":
        if self.points == 0:
            raise ValueError("An adjustment is of at least one point.")
        if self.impact_type == "EARN" and self.points < 0:
            raise ValueError("EARN gives points, so write how many; SPEND takes them, NONE corrects either way.")
        return self

    def adjustment(self, user_id: UUID) -> Adjustment:
        """Return what is to be done."""
        impact = self.impact_type or ("EARN" if self.points > 0 else "SPEND")
        points = -abs(self.points) if impact == "SPEND" else self.points
        return Adjustment(user_id, points, impact, self.liability_handling_policy, self.comment)


async def adjust_points(
    desk: Desk, principal: Principal, definition: ActorAdjustPointsCommand
) -> EventView | Accepted[AdjustmentView]:
    """Give a user points or take some: the POINTS_ADJUSTED event, or 202 where a second administrator has to approve.

    Raises: Invalid, SelfGrant, Conflict when the account is closed, InsufficientPoints, PolicyExceeded,
    SpendCapReached.
    """

    async def body(tx: Tx) -> EventView | Accepted[AdjustmentView]:
        user_id = await users.find_user(tx, principal.tenant_id, definition.actor_id)
        if user_id is None:
            raise wire.invalid([Fault("/actorId", "subject_unknown", "There is no such user.")])
        wallet = await _wallet(tx, principal.tenant_id, user_id)
        adjustment = definition.adjustment(user_id)
        _refuse_self_grant(principal, adjustment)
        limit = await tenants.load_adjustment_limit(tx, principal.tenant_id)
        if limit is not None and abs(adjustment.points) > limit:
            return Accepted(await adjustments.ask(tx, principal.tenant_id, adjustment, principal.identity))
        return await _carry_out(desk, tx, principal, wallet, adjustment, {"requestedBy": principal.identity})

    return await due.run(desk, body)


async def approve_adjustment(desk: Desk, principal: Principal, id: UUID) -> AdjustmentView:
    """Carry an adjustment out that somebody else asked for, once. It waits on when the balance does not cover it.

    Raises: NotFound, SamePrincipal, SelfGrant, AdjustmentResolved, Conflict when the account is closed,
    InsufficientPoints, PolicyExceeded, SpendCapReached.
    """

    async def body(tx: Tx) -> AdjustmentView:
        row = await adjustments.hold(tx, principal.tenant_id, id)
        adjustments.require_another(row, principal.identity)
        told = {"requestedBy": row["requested_by"], "approvedBy": principal.identity, "adjustmentId": str(id)}
        adjustment = Adjustment(
            row["user_id"], row["points"], row["impact"], row["liability_handling"], row["reason"]
        )  # fmt: skip
        _refuse_self_grant(principal, adjustment)
        wallet = await _wallet(tx, principal.tenant_id, adjustment.user_id)
        event = await _carry_out(desk, tx, principal, wallet, adjustment, told)
        return await adjustments.resolve(tx, principal.tenant_id, id, principal.identity, UUID(event.id))

    return await due.run(desk, body)


async def reject_adjustment(db: Db, principal: Principal, id: UUID) -> AdjustmentView:
    """Let an adjustment come to nothing; whoever asked for it may withdraw it. Raises: NotFound, AdjustmentResolved."""

    async def body(tx: Tx) -> AdjustmentView:
        await adjustments.hold(tx, principal.tenant_id, id)
        return await adjustments.resolve(tx, principal.tenant_id, id, principal.identity, None)

    return await db.run(body)


def _refuse_self_grant(principal: Principal, adjustment: Adjustment) -> None:
    if adjustment.points > 0 and adjustment.user_id == principal.member_id:
        raise SelfGrant("You are this member yourself: let another administrator give the points.")


async def _wallet(tx: Tx, tenant_id: UUID, user_id: UUID) -> ledger.LockedWallet:
    wallet = await ledger.lock(tx, tenant_id, user_id)
    assert wallet is not None, "a foreign key holds it"
    if wallet.status == "CLOSED":
        raise Conflict("The user's account is closed.")
    return wallet


async def _carry_out(
    desk: Desk,
    tx: Tx,
    principal: Principal,
    wallet: ledger.LockedWallet,
    adjustment: Adjustment,
    told: dict[str, str],
) -> EventView:
    points, balance = adjustment.points, wallet.subject.balance
    if balance + points < 0:
        detail = f"The balance is {of_points(balance)}: {-points} cannot be taken from it."
        raise InsufficientPoints(detail, points=-points, balance=balance)
    if balance + points > BALANCE_MAX:
        raise Conflict(f"The balance is {of_points(balance)}, and a wallet holds {BALANCE_MAX} at most.")
    payload = {
        "points": points, "kind": adjustment.impact, "reason": adjustment.reason,
        "liabilityHandlingPolicy": adjustment.liability_handling, **told,
    }  # fmt: skip
    posted = await _post(desk, tx, principal.tenant_id, wallet, adjustment)
    event = await report_intrinsic(
        desk, tx, principal, "POINTS_ADJUSTED", adjustment.user_id, wallet, payload, posts=posted
    )
    if adjustment.impact == "NONE":
        await ledger.count_as_adjusted(tx, principal.tenant_id, adjustment.user_id, points)
    return event


async def _post(desk: Desk, tx: Tx, tenant_id: UUID, wallet: ledger.LockedWallet, adjustment: Adjustment) -> Posting:
    """Change the wallet, under the points policies unless they are bypassed."""
    member, points, subject = (tenant_id, adjustment.user_id), adjustment.points, wallet.subject
    account = ACCOUNTS[adjustment.impact]
    policies = None
    if adjustment.liability_handling == "REJECT_EVENT":
        policies = (await desk.catalogue.current(tenant_id, tx)).policies
    if policies is None or points < 0:
        if policies is not None and policies.spend_caps and adjustment.impact == "SPEND":
            await count_spent(tx, *member, policies, -points, wallet.now)
        return move(subject, points, account=account)
    earned = adjustment.impact == "EARN"
    await giving.require_room(tx, member, subject, policies, points, wallet.now, earned=earned)
    return giving.keep(subject, policies, points, wallet.now, account)
