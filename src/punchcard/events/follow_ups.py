"""What follows from an event: further events of the engine's own about the same member, within bounds.

They are judged before the next event is, so that a batch comes to the same as its events one by one. An event that
would lie deeper than DEPTH_MAX, or be one more than the budget of the reported event, is parked: it is told with the
event that it would have followed from, and never reported. What caused it stays done.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard import clock
from punchcard.engine.effects import AwardBadge, GiveReward
from punchcard.engine.situation import Decision, Parked, Situation
from punchcard.events.intrinsic_types import BADGE_EARNED, POINTS_ACTIVATED, POINTS_CANCELLED, VOUCHER_GIVEN
from punchcard.events.lots_told import tell_moves
from punchcard.events.request import Draft

ENGINE = "engine"
DEPTH_MAX = 8
"""How far events follow from events that followed from events."""

CAUSED_BY = "causedBy"


class FollowUp(Struct, frozen=True):
    """An event that follows, about the same member."""

    type_name: str
    payload: Mapping[str, Any]


class Chain(Struct):
    """The events that follow from one reported event, in their order. budget: how many more there may be."""

    root: Draft
    budget: int
    now: datetime
    waiting: deque[Draft] = field(default_factory=deque)
    count: int = 0

    def drafts(self) -> Iterator[Draft]:
        """Return the event, then one after the other what `follow` has let follow meanwhile."""
        yield self.root
        while self.waiting:
            yield self.waiting.popleft()

    def follow(self, cause: Draft, decision: Decision, told: Iterable[FollowUp]) -> None:
        """Let events follow from one that has been judged, as far as the bounds allow."""
        for one in told:
            bound = "DEPTH" if cause.depth >= DEPTH_MAX else "BUDGET" if self.count >= self.budget else None
            if bound is not None:
                decision.parked = [*decision.parked, Parked(one.type_name, one.payload, bound)]
                continue
            self.count += 1
            self.waiting.append(self._draft(cause, one))

    def _draft(self, cause: Draft, one: FollowUp) -> Draft:
        following = cause.event_type.following
        assert following is not None, "nothing follows where nothing may"
        caused_by = {"eventId": str(cause.id), "type": cause.event_type.name, "depth": cause.depth + 1}
        return Draft(
            cause.user_id, one.payload, self.now, clock.following_id(self.root.id, self.count), cause.tenant_id,
            following.types[one.type_name], ENGINE, None, context={CAUSED_BY: caused_by}, depth=cause.depth + 1,
        )  # fmt: skip


def of_effects(draft: Draft, decision: Decision, situation: Situation) -> Iterator[FollowUp]:
    """Return the events that say what reactions have done."""
    for one in decision.released:  # what moved the points is the event that they followed from
        told = tell_moves(one.moves, one.lots) | {"awaits": one.awaits}
        yield FollowUp(POINTS_CANCELLED if one.cancels else POINTS_ACTIVATED, told)
    for effect in decision.effects:
        act = effect.act
        if isinstance(act, AwardBadge):
            badge = situation.badges.get(act.badge_id)
            yield FollowUp(BADGE_EARNED, {"badgeId": str(act.badge_id), "badgeName": badge.name if badge else ""})
        elif isinstance(act, GiveReward):
            voucher_id = voucher_of(draft.id, effect.reactor_version_id, act.number)
            name = situation.stock[act.reward_id].name if act.reward_id in situation.stock else ""
            payload = {"rewardId": str(act.reward_id), "rewardName": name, "voucherId": str(voucher_id)}
            yield FollowUp(VOUCHER_GIVEN, payload)


def voucher_of(event_id: UUID, version_id: int, reaction: int) -> UUID:
    """Return the id of the voucher that a reaction gives: one event and reaction, one voucher."""
    return clock.derived_id(event_id, f"voucher {version_id} {reaction}")
