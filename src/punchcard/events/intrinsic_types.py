"""The intrinsic event types: what the engine itself reports, and the command that makes it do so."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class IntrinsicType(Struct, frozen=True):
    """An event type of the engine's own. `command` tells a caller what to do instead of reporting it."""

    name: str
    description: str
    command: str
    schema: Mapping[str, Any]


def _id(of: str) -> Mapping[str, Any]:
    return {"type": "string", "format": "uuid", "description": f"the id of {of}"}


def _text(description: str, **more: Any) -> Mapping[str, Any]:
    return {"type": "string", "description": description, **more}


def _object(required: Mapping[str, Any], **optional: Any) -> Mapping[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def _consent() -> Mapping[str, Any]:
    return _object(
        {
            "consentId": _id("the consent"),
            "consentTypeId": _id("its type"),
            "name": _text("what the type was called then"),
        }
    )


def _lots(of: str, **more: Any) -> Mapping[str, Any]:
    whole = {"type": "integer", "minimum": 1}
    moment = {"type": "string", "format": "date-time"}
    lot = {
        "type": "object",
        "required": ["points"],
        "properties": {"number": whole, "points": whole, "earnedAt": moment, "expiresAt": moment},
    }
    return _object(
        {
            "points": {**whole, "description": f"how many points {of}"},
            "lots": {
                "type": "array",
                "items": lot,
                "description": "which ones, up to 100: the ledger's entry that earned them; without a number, those "
                "that were kept without terms",
            },
        },
        **more,
    )


_VOUCHER = {
    "rewardId": _id("the reward"),
    "rewardName": _text("what the reward is called"),
    "voucherId": _id("the voucher"),
}
_POSITION = _object({"longitude": {"type": "number"}, "latitude": {"type": "number"}})

BADGE_EARNED = "BADGE_EARNED"
REFERRAL_TRANCHE_ACTIVATION = "REFERRAL_TRANCHE_ACTIVATION"
VOUCHER_GIVEN = "VOUCHER_GIVEN"
_BY_HAND = {
    "awaits": _text("what they waited for, where a command named that"),
    "reason": _text("what the administrator wrote"),
    "requestedBy": _text("who asked for it, where somebody did: the kind and id of the caller"),
}


def _audience() -> Mapping[str, Any]:
    return _object({"audienceId": _id("the audience"), "audienceName": _text("what the audience was called then")})


def _tier(**more: Any) -> Mapping[str, Any]:
    return _object(
        {
            "tierId": _id("the tier"),
            "tierName": _text("what the tier is called in its default language"),
            "priority": {"type": "integer", "minimum": 0, "description": "its place among the tiers"},
        },
        **more,
    )


REGISTERED_ACCOUNT = "REGISTERED_ACCOUNT"
POINTS_EXPIRED = "POINTS_EXPIRED"
POINTS_ACTIVATED = "POINTS_ACTIVATED"
POINTS_CANCELLED = "POINTS_CANCELLED"
TIER_REACHED = "TIER_REACHED"
TIER_LOST = "TIER_LOST"
EVENT_REVERSED = "EVENT_REVERSED"
_SUMS = {
    name: {"type": "integer", "minimum": 0, "description": f"points that {what}"}
    for name, what in (
        ("takenBack", "the member lost, those owed among them"), ("givenBack", "the member got"),
        ("owed", "the member owes by it"), ("forgiven", "were spent, and are left"), ("ranOut", "had run out already"),
    )
}  # fmt: skip
AUDIENCE_JOINED = "AUDIENCE_JOINED"
AUDIENCE_LEFT = "AUDIENCE_LEFT"
BY_TIME = frozenset({POINTS_EXPIRED, POINTS_ACTIVATED})
"""What happens by time alone."""

INTRINSIC_TYPES = (
    IntrinsicType(
        REGISTERED_ACCOUNT,
        "A user has registered.",
        "POST /v1/users/",
        _object(
            {"userId": _id("the user"), "accountNumber": _text("what the user goes by, at a till for example")},
            referralInviteCode=_text("the code by which somebody invited the user"),
        ),
    ),
    IntrinsicType(
        "PROFILE_UPDATED",
        "A user's profile has changed; `fields` names what changed, not its content.",
        "PATCH /v1/users/{id}",
        _object(
            {
                "userId": _id("the user"),
                "fields": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "the names of the fields that changed",
                },
            }
        ),
    ),
    IntrinsicType(
        "CLOSED_ACCOUNT",
        "A user's account has been closed.",
        "DELETE /v1/users/{id}",
        _object({"userId": _id("the user")}),
    ),
    IntrinsicType(
        "PURCHASED_REWARD",
        "A user has bought a reward for points.",
        "POST /v1/commands/purchase_reward",
        _object(
            {
                "rewardId": _id("the reward"),
                "rewardName": _text("what the reward was called when it was bought"),
                "voucherId": _id("the voucher that was given for it"),
                "price": {"type": "integer", "description": "the points that were taken"},
            },
            comment=_text("what the buyer or an administrator wrote"),
        ),
    ),
    IntrinsicType(
        "POINTS_ADJUSTED",
        "An administrator has adjusted a user's points.",
        "POST /v1/commands/adjust_points",
        _object(
            {
                "points": {"type": "integer", "description": "what the balance was changed by; below zero: taken"},
                "kind": _text("what it counts as", enum=["EARN", "SPEND", "NONE"]),
                "reason": _text("what the administrator wrote"),
                "requestedBy": _text("who asked for it: the kind and id of the caller, at the console the session too"),
            },
            approvedBy=_text("who agreed, where two had to"),
            adjustmentId=_id("the adjustment that waited for approval"),
            liabilityHandlingPolicy=_text("whether points policies were asked", enum=["BYPASS", "REJECT_EVENT"]),
        ),
    ),
    IntrinsicType(
        "ACCOUNTS_MERGED",
        "Two accounts of one person have become one.",
        "POST /v1/users/{id}/merge",
        _object(
            {
                "survivorId": _id("the user who goes on"),
                "mergedId": _id("the user who was given up, whose id leads to the survivor"),
                "points": {"type": "integer", "description": "the usable points that went over"},
                "pending": {"type": "integer", "description": "the points that went over and are not usable yet"},
            }
        ),
    ),
    IntrinsicType("CONSENT_GIVEN", "A user has given a consent.", "POST /v1/consents/", _consent()),
    IntrinsicType("CONSENT_REVOKED", "A user has revoked a consent.", "DELETE /v1/consents/{id}", _consent()),
    IntrinsicType(
        BADGE_EARNED,
        "A user has earned a badge.",
        "POST /v1/commands/award_badge, or POST /v1/event_reactors/ with a reaction of the type BADGE",
        _object(
            {
                "badgeId": _id("the badge"),
                "badgeName": _text("what the badge was called among administrators when it was earned"),
            },
            awardedBy=_text("who gave it, where somebody did: the kind and id of the caller"),
            comment=_text("what the administrator wrote"),
        ),
    ),
    IntrinsicType(
        VOUCHER_GIVEN,
        "A user has been given a voucher.",
        "POST /v1/event_reactors/ with a reaction of the type REWARD",
        _object(
            {
                "rewardId": _id("the reward"),
                "rewardName": _text("what the reward was called when it was given"),
                "voucherId": _id("the voucher"),
            }
        ),
    ),
    IntrinsicType(
        REFERRAL_TRANCHE_ACTIVATION,
        "A member whom the user has invited has reached a tranche of a campaign.",
        "POST /v1/campaigns/{campaign_id}/tranches/",
        _object(
            {
                "trancheId": _id("the tranche"),
                "trancheName": _text("what the tranche was called then"),
                "campaignId": _id("its campaign"),
                "refereeId": _id("the member who was invited"),
                "eventId": _id("the event by which the member reached it"),
            }
        ),
    ),
    IntrinsicType(AUDIENCE_JOINED, "A user has joined an audience.", "POST /v1/audiences/", _audience()),
    IntrinsicType(AUDIENCE_LEFT, "A user has left an audience.", "POST /v1/audiences/", _audience()),
    IntrinsicType(
        TIER_REACHED,
        "A user has come into a tier.",
        "POST /v1/tiers/",
        _tier(
            pointsRequirement={"type": "integer", "description": "the points that it takes"},
            earnedPoints={"type": "integer", "description": "the points that the user has earned for it"},
            isHighest={"type": "boolean", "description": "false: the user is in a higher tier as well"},
            until=_text("when it ends by itself", format="date-time"),
        ),
    ),
    IntrinsicType(
        TIER_LOST,
        "A user is in a tier no longer.",
        "POST /v1/tiers/",
        _tier(
            why=_text("what has come to its end", enum=["PERIOD_ENDED", "POINTS", "TIER_ENDED"]),
            lostAt=_text("when it ended; when it was noted is the event's own time", format="date-time"),
        ),
    ),
    IntrinsicType(
        "REDEEMED_VOUCHER",
        "A user has redeemed a voucher and seen its code.",
        "POST /v1/commands/redeem_benefit",
        _object(_VOUCHER | {"code": _text("what is shown at the till")}, position=_POSITION),
    ),
    IntrinsicType(
        "BURNED_VOUCHER",
        "A voucher has been used at a till.",
        "POST /v1/commands/validate_voucher",
        _object(_VOUCHER, venueId=_id("the venue"), position=_POSITION),
    ),
    IntrinsicType(
        "VOUCHER_REFUNDED",
        "A voucher has been taken back, and its price given back.",
        "POST /v1/vouchers/{id}/refund",
        _object(
            _VOUCHER | {"price": {"type": "integer", "description": "the points that were given back"}},
            comment=_text("what the administrator wrote"),
        ),
    ),
    IntrinsicType(
        POINTS_EXPIRED,
        "Points of a user have run out.",
        "POST /v1/points_liability_criteria/trigger_daily_cron",
        _lots("have run out"),
    ),
    IntrinsicType(
        POINTS_ACTIVATED,
        "Points of a user have become usable.",
        "POST /v1/points_liability_criteria/trigger_daily_cron, POST /v1/commands/activate_points",
        _lots("have become usable", **_BY_HAND),
    ),
    IntrinsicType(
        EVENT_REVERSED,
        "An event has been undone, in whole or by a share.",
        "POST /v1/events/{id}/reverse",
        _object(
            {
                "eventId": _id("the event that is undone"),
                "eventType": _text("its type"),
                "share": {"type": "number", "description": "how much of it is undone, of 1"},
                "shareInAll": {"type": "number", "description": "the same, with what was undone of it before"},
                "policy": _text("what to do about spent points", enum=["within_balance", "debt", "refuse"]),
                **_SUMS,
                "undone": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "what else was undone",
                },
                "left": {"type": "array", "items": {"type": "object"}, "description": "what stays, and why"},
                "requestedBy": _text("who asked for it: the kind and id of the caller"),
            },
            comment=_text("what the administrator wrote"),
            followedFrom=_id("the event from which it followed, and with which it is undone"),
        ),
    ),
    IntrinsicType(
        POINTS_CANCELLED,
        "Pending points of a user have been taken back.",
        "POST /v1/commands/cancel_points",
        _lots("have been taken back", **_BY_HAND),
    ),
)
BY_NAME = {kind.name: kind for kind in INTRINSIC_TYPES}
