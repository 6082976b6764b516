"""What a reactor's reactions may say: the reference's ReactionDefinition and Derivation, compiled for the kernel."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Struct
from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from punchcard import wire
from punchcard.engine import derivation
from punchcard.engine.awaiting import Release, key_expression
from punchcard.engine.effects import (
    Act,
    AttributeValue,
    AwardBadge,
    CallWebhook,
    GiveReward,
    RunHandler,
    SetAttributes,
)
from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.facts import Path, paths_of
from punchcard.engine.period import read_duration
from punchcard.engine.policy import Deal
from punchcard.engine.situation import PointsReaction
from punchcard.engine.webhook import URL_CHARACTERS_MAX, refuse_headers, refuse_url
from punchcard.reactors.derivations import DerivationDefinition

REACTIONS_MAX = 20
ATTRIBUTES_MAX = 50
VALUE_BYTES_MAX = 8_192

Type = Literal["POINTS", "POINTS_CAP", "ATTRIBUTE", "BADGE", "REWARD", "WEBHOOK", "HANDLER"]

# What is said in a reaction of each type: the first has to be.
_FIELDS: Mapping[str, Sequence[str]] = {
    "POINTS": ("points", "usable_after", "expires_after", "awaits", "activates", "cancels"),
    "POINTS_CAP": ("points",),
    "ATTRIBUTE": ("attributes",),
    "BADGE": ("badge",),
    "REWARD": ("reward",),
    "WEBHOOK": ("url", "headers"),
    "HANDLER": ("handler",),
}


def _length(value: str) -> str:
    read_duration(value)
    return value


Length = Annotated[str, Field(min_length=2, max_length=32), AfterValidator(_length)]


def _name(value: str) -> str:
    try:
        key_expression(value)
    except ExpressionFault as fault:
        place = fault.place(value)
        raise ValueError(f"Line {place.line}, column {place.column}: {fault.detail}") from None
    return value


Key = Annotated[str, Field(min_length=1, max_length=8_192), AfterValidator(_name)]
NOTHING = derivation.compile_derivation("SUM", [derivation.number(0)])


class Referred(wire.Definition):
    """Something else, by its id."""

    id: UUID


def _bounded(value: Any) -> Any:
    if len(wire.encode(value)) > VALUE_BYTES_MAX:
        raise ValueError(f"Write at most {VALUE_BYTES_MAX} bytes.")
    return value


class AttributeKeyValuePair(wire.Definition):
    """A value that an attribute of the member gets, in place of all that stands under its key.

    One that is not enabled is kept, and rules do not see it.
    """

    is_enabled: wire.Flag
    key: Annotated[str, Field(min_length=1, max_length=255)]
    value: Annotated[Any, AfterValidator(_bounded)]


def _each_once(pairs: list[AttributeKeyValuePair]) -> list[AttributeKeyValuePair]:
    if len({pair.key for pair in pairs}) < len(pairs):
        raise ValueError("Set each key once.")
    return pairs


def _callable(url: str) -> str:
    refused = refuse_url(url)
    if refused is not None:
        raise ValueError(refused)
    return url


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    refused = refuse_headers(headers)
    if refused is not None:
        raise ValueError(refused)
    return headers


def _ready(handler: str) -> str:
    if handler != "EXAMPLE":
        raise ValueError("A tranche does this by itself: make one by POST /v1/campaigns/{id}/tranches/.")
    return handler


class ReactionDefinition(wire.Definition):
    """What follows when the reactor fires, or with `forFailure` where it does not though it is in play.

    POINTS: `points` are given, or below zero taken. usableAfter: they are pending, and can be spent so long (P14D)
    after they were earned. awaits: an expression of what they wait for, such as `payload.orderId`: they are pending
    until a reaction that `activates` the same makes them usable (or usableAfter, where that comes first), or one that
    `cancels` it takes them back. expiresAfter: they run out so long after they were earned, whatever the points
    policies say. POINTS_CAP: what the balance has above `points` is taken. ATTRIBUTE: attributes of the member are set.
    BADGE: the member earns a `badge`. REWARD: the member is given a voucher of a `reward`. WEBHOOK: `url` is called,
    with `headers`, once the event is recorded. HANDLER: EXAMPLE does nothing, and leaves a trace.
    """

    model_config = ConfigDict(validate_default=True)

    type: Type
    for_failure: wire.Flag = False
    activates: Key | None = None
    cancels: Key | None = None
    points: DerivationDefinition | None = None
    usable_after: Length | None = None
    expires_after: Length | None = None
    awaits: Key | None = None
    attributes: (
        Annotated[
            list[AttributeKeyValuePair], Field(min_length=1, max_length=ATTRIBUTES_MAX), AfterValidator(_each_once)
        ]
        | None
    ) = None
    badge: wire.Reference | None = None
    reward: wire.Reference | None = None
    url: Annotated[str, Field(min_length=1, max_length=URL_CHARACTERS_MAX), AfterValidator(_callable)] | None = None
    headers: Annotated[dict[str, str], AfterValidator(_sendable)] | None = None
    handler: Annotated[Literal["EXAMPLE", "REFERRAL_TRANCHE_STATUS"], AfterValidator(_ready)] | None = None

    @field_validator(*{name for names in _FIELDS.values() for name in names})
    @classmethod
    def _belongs(cls, value: Any, info: ValidationInfo) -> Any:
        kind, name = info.data.get("type"), info.field_name
        if kind is None or name is None:  # the type is at fault, and says so
            return value
        if value is not None and name not in _FIELDS[kind]:
            raise ValueError(f"This is not for a reaction of the type {kind}; leave it out.")
        is_instead = name == "points" and (info.data.get("activates") or info.data.get("cancels"))
        if value is None and name == _FIELDS[kind][0] and not is_instead:
            raise ValueError(f"A reaction of the type {kind} has to say this.")
        return value

    @model_validator(mode="after")
    def _is_one(self) -> "ReactionDefinition":
        if sum(one is not None for one in (self.points, self.activates, self.cancels)) > 1:
            raise ValueError("Write one of points, activates and cancels.")
        if self.points is None and (self.usable_after or self.expires_after or self.awaits):
            raise ValueError("usableAfter, expiresAfter and awaits are said of points that are given.")
        return self

    def deal(self) -> Deal | None:
        """Return what it says of when the points can be spent."""
        usable, expires = (
            None if length is None else read_duration(length) for length in (self.usable_after, self.expires_after)
        )
        if usable is None and expires is None and self.awaits is None:
            return None
        return Deal(usable, expires, None if self.awaits is None else key_expression(self.awaits))

    def about_points(self, number: int) -> PointsReaction | None:
        """Return it for the kernel, where it is about points."""
        names = [key_expression(key) for key in (self.awaits, self.activates, self.cancels) if key is not None]
        paths = frozenset[Path]().union(*(paths_of(name.tree) for name in names))
        if self.points is not None:
            is_cap = self.type == "POINTS_CAP"
            paths |= self.points.paths()
            return PointsReaction(number, self.points.whole(), self.deal(), paths, is_cap=is_cap)
        if not names:
            return None
        return PointsReaction(number, NOTHING, None, paths, Release(names[0], self.cancels is not None))

    def act(self, number: int) -> Act | None:
        """Return it for the kernel, where it is about something else."""
        if self.badge is not None:
            return AwardBadge(number, self.badge)
        if self.reward is not None:
            return GiveReward(number, self.reward)
        if self.attributes is not None:
            return SetAttributes(
                number, tuple(AttributeValue(one.key, one.value, one.is_enabled) for one in self.attributes)
            )
        if self.url is not None:
            return CallWebhook(number, self.url, self.headers or {})
        return None if self.handler is None else RunHandler(number, self.handler)


class KeptReaction(ReactionDefinition):
    """A reaction as it is kept: what reactors of tranches do besides is in it."""

    handler: Literal["EXAMPLE", "REFERRAL_TRANCHE_STATUS"] | None = None


TELL_REFERRER = KeptReaction(type="HANDLER", handler="REFERRAL_TRANCHE_STATUS")


class Compiled(Struct, frozen=True):
    """What reactions say, for the kernel: those about points, and the others."""

    reactions: tuple[PointsReaction, ...]
    acts: tuple[Act, ...]

    @property
    def paths(self) -> frozenset[Path]:
        """The facts beside the payload that they look at."""
        return frozenset[Path]().union(*(reaction.paths for reaction in self.reactions))


def compile_reactions(stored: list[Mapping[str, Any]]) -> tuple[Compiled, Compiled]:
    """Compile the reactions of a stored version: those for when it fires, and those for when it does not."""
    read = [*enumerate(KeptReaction.model_validate(reaction) for reaction in stored)]
    firing, failing = (
        Compiled(
            tuple(found for number, one in chosen if (found := one.about_points(number)) is not None),
            tuple(act for number, one in chosen if (act := one.act(number)) is not None),
        )
        for chosen in (
            [(number, one) for number, one in read if not one.for_failure],
            [(number, one) for number, one in read if one.for_failure],
        )
    )
    return firing, failing
