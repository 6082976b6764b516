"""What a reactor does beside points: badges, attributes, vouchers, calls of webhooks. Pure: what is done is a value.

An act is what a reaction says; an effect is an act that a version of a reactor has carried out. Effects are recorded
with the event, and what a later event of the same batch sees of them is moved on here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from msgspec import Struct, structs

Outcome = tuple[Any, ...]
"""What a reaction comes to: its number and its points, or the letter of its act."""


TRANCHE_STATUS = "REFERRAL_TRANCHE_STATUS"


class Act(Struct, frozen=True):
    """What a reaction does beside points. `number` is its place in the reactor's reactions; LETTER stands for it."""

    LETTER: ClassVar[str] = ""

    number: int


class AwardBadge(Act, frozen=True):
    """The member earns a badge, once more if need be."""

    LETTER: ClassVar[str] = "B"

    badge_id: UUID


class AttributeValue(Struct, frozen=True):
    """A value that replaces what stands under its key; a disabled one is no fact."""

    key: str
    value: Any
    is_enabled: bool


class SetAttributes(Act, frozen=True):
    """Attributes of the member get values."""

    LETTER: ClassVar[str] = "A"

    attributes: tuple[AttributeValue, ...]


class GiveReward(Act, frozen=True):
    """The member is given a voucher of a reward, out of its stock."""

    LETTER: ClassVar[str] = "R"

    reward_id: UUID


class CallWebhook(Act, frozen=True):
    """Another system is told of the event, once it is recorded."""

    LETTER: ClassVar[str] = "W"

    url: str
    headers: Mapping[str, str]


class RunHandler(Act, frozen=True):
    """What the engine has a name for. EXAMPLE does nothing, and leaves this trace.

    REFERRAL_TRANCHE_STATUS: the member has reached a tranche, and whoever invited him is told.
    """

    LETTER: ClassVar[str] = "H"

    handler: str


class Effect(Struct, frozen=True):
    """An act that was carried out by a version of a reactor."""

    reactor_version_id: int
    act: Act


class Badge(Struct, frozen=True):
    """A badge as it is now: its name among administrators, and whether it can be earned."""

    name: str
    is_active: bool


class Stock(Struct, frozen=True):
    """What can be given of a reward. left: how many; None: any number. is_available: now, be it for sale or not."""

    name: str
    left: int | None
    is_available: bool


def points_of(outcome: Outcome) -> int:
    """Return the points of what a reaction comes to."""
    points = outcome[1]
    return 0 if isinstance(points, str) else int(points)


class Obstacle(Struct, frozen=True):
    """What keeps an act from being carried out. number: its reaction's. is_used_up: nothing is left of the reward."""

    number: int
    is_used_up: bool


def find_obstacle(acts: Sequence[Act], badges: Mapping[UUID, Badge], stock: Mapping[UUID, Stock]) -> Obstacle | None:
    """Return the first obstacle to carrying out all of the acts. What nobody has looked at is taken to be there."""
    wanted: dict[UUID, int] = {}
    for act in acts:
        if isinstance(act, AwardBadge):
            badge = badges.get(act.badge_id)
            if badge is not None and not badge.is_active:
                return Obstacle(act.number, is_used_up=False)
        elif isinstance(act, GiveReward):
            reward = stock.get(act.reward_id)
            wanted[act.reward_id] = wanted.get(act.reward_id, 0) + 1
            if reward is not None and not reward.is_available:
                return Obstacle(act.number, is_used_up=False)
            if reward is not None and reward.left is not None and reward.left < wanted[act.reward_id]:
                return Obstacle(act.number, is_used_up=True)
    return None


def take_from(stock: dict[UUID, Stock], act: Act) -> None:
    """Move the stock on by an act."""
    reward = stock.get(act.reward_id) if isinstance(act, GiveReward) else None
    if isinstance(act, GiveReward) and reward is not None and reward.left is not None:
        stock[act.reward_id] = structs.replace(reward, left=reward.left - 1)


def rewards_of(acts: Sequence[Act]) -> frozenset[UUID]:
    """Return the rewards that acts would give."""
    return frozenset(act.reward_id for act in acts if isinstance(act, GiveReward))


def attributes_after(attributes: Mapping[str, Any], effects: Sequence[Effect]) -> Mapping[str, Any]:
    """Return the enabled attributes of a member after effects."""
    moved = dict(attributes)
    for effect in effects:
        if isinstance(effect.act, SetAttributes):
            for one in effect.act.attributes:
                moved.pop(one.key, None)
                if one.is_enabled:
                    moved[one.key] = one.value
    return moved


def badges_after(badges: Sequence[str] | None, effects: Sequence[Effect]) -> Sequence[str] | None:
    """Return the ids of the badges that a member has after effects; None: nobody asks."""
    if badges is None:
        return None
    earned = [str(effect.act.badge_id) for effect in effects if isinstance(effect.act, AwardBadge)]
    return tuple(dict.fromkeys([*badges, *earned]))
