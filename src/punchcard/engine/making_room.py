"""What an event counted for, taken out again: limits of reactors, and caps of points policies. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard.engine.awaiting import ACTIVATED
from punchcard.engine.earning import key_of
from punchcard.engine.firing import counter_of, window_of
from punchcard.engine.limits import Key, Window
from punchcard.engine.period import Duration
from punchcard.engine.policy import Policies
from punchcard.engine.situation import Code, Occurrence, Reactor, Verdict
from punchcard.engine.undoing import WHOLE, Share
from punchcard.engine.verdicts import planned


class Room(Struct, frozen=True):
    """What to take out of a window: points, with the last share the firing, and of a rolling one when that was."""

    points: int
    is_firing: bool = False
    fired_at: datetime | None = None

    def make(self, window: Window) -> None:
        """Take it out."""
        window.points = max(window.points - self.points, 0)
        if self.is_firing:
            window.count = max(window.count - 1, 0)
            if self.fired_at in window.fired_at:
                window.fired_at.remove(self.fired_at)


def given_by(verdict: Verdict) -> list[int]:
    """Return the points that each reaction gave, fired or for failure, as they count against limits and caps."""
    told = [planned(one) for one in verdict.detail[int(verdict.code is Code.FAILED) :]]
    return [max(one.points, 0) for one in told if one.side != ACTIVATED]


def under_limits(
    event: Occurrence, fired: Iterable[tuple[Reactor, Verdict]], share: Share
) -> tuple[list[tuple[UUID, UUID]], dict[Key, Room]]:
    """Return whose counts of activations become less by one, and the room under the limits of reactors.

    fired: verdicts of those that fired, or (FAILED) gave points without.
    """
    is_last = share.end == WHOLE
    counters: list[tuple[UUID, UUID]] = []
    rooms: dict[Key, Room] = {}
    for reactor, verdict in fired:
        has_fired = verdict.code is Code.FIRED
        if reactor.max_activations is not None and is_last and has_fired:
            counters.append(counter_of(event, reactor))
        for limit in reactor.limits:
            at = event.occurred_at if isinstance(limit.per, Duration) else None
            rooms[window_of(event, reactor, limit)] = Room(share.of(sum(given_by(verdict))), is_last and has_fired, at)
    return counters, rooms


def under_caps(
    policies: Policies, event: Occurrence, fired: Iterable[Verdict], share: Share, price: int, reported_at: datetime
) -> dict[Key, Room]:
    """Return the room under caps on earning, and under those on spending for a price that was paid."""
    given = sum(share.of(points) for verdict in fired for points in given_by(verdict))
    rooms = {key_of(cap, event): Room(given) for cap in policies.earn_caps} if given else {}
    if price:
        paid = Occurrence(event.user_id, {}, reported_at)
        rooms |= {key_of(cap, paid): Room(share.of(price)) for cap in policies.spend_caps}
    return rooms
