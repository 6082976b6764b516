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


_ID = {"type": "string", "format": "uuid"}
_POINTS = {"type": "integer"}


def _object(required: Mapping[str, Any], **optional: Any) -> Mapping[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


INTRINSIC_TYPES = (
    IntrinsicType(
        "REGISTERED_ACCOUNT",
        "A user has registered.",
        "POST /v1/users/",
        _object({"userId": _ID, "accountNumber": {"type": "string"}}),
    ),
    IntrinsicType(
        "PROFILE_UPDATED",
        "A user's profile has changed; `fields` names what changed, not its content.",
        "PATCH /v1/users/{id}",
        _object({"userId": _ID, "fields": {"type": "array", "items": {"type": "string"}}}),
    ),
    IntrinsicType(
        "CLOSED_ACCOUNT", "A user's account has been closed.", "DELETE /v1/users/{id}", _object({"userId": _ID})
    ),
    IntrinsicType(
        "PURCHASED_REWARD",
        "A user has bought a reward for points.",
        "POST /v1/commands/purchase_reward",
        _object(
            {"rewardId": _ID, "rewardName": {"type": "string"}, "voucherId": _ID, "price": _POINTS},
            comment={"type": "string"},
        ),
    ),
)
BY_NAME = {kind.name: kind for kind in INTRINSIC_TYPES}
