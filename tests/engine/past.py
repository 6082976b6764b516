"""Reactors, members and events by hand, for tests that say to the point what comes of them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from punchcard.engine.constraint import compile_constraint
from punchcard.engine.derivation import compile_derivation, json_value, number
from punchcard.engine.effects import GiveReward
from punchcard.engine.limits import Limit
from punchcard.engine.situation import Occurrence, PointsReaction, Reactor

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ADA, BEN = UUID(int=1), UUID(int=2)
REACTOR = UUID(int=7)


def gives(*points: int, start: int = 0) -> tuple[PointsReaction, ...]:
    """Return reactions that give (below zero: take) fixed points, numbered from `start` on."""
    return tuple(
        PointsReaction(place, compile_derivation("SUM", [number(each)])) for place, each in enumerate(points, start)
    )


TOTAL = (PointsReaction(0, compile_derivation("SUM", [json_value("total")])),)


def a_reactor(rule: Any = None, **changes: Any) -> Reactor:
    """Return a reactor that gives the total, with changes; `rule`: its constraint."""
    constraint = compile_constraint(rule)
    fields: dict[str, Any] = {"counter_id": REACTOR, "version_id": 3, "constraint": constraint, "reactions": TOTAL}
    if constraint is not None:
        fields["paths"] = constraint.paths
    return Reactor(**(fields | changes))


def a_limit(most: int, *, points: bool = False, everybody: bool = False, per: Any = None) -> Limit:
    """Return a limit of times, or of points, ever unless told."""
    return Limit(most, points, per, everybody, UTC)


def an_event(at: datetime = NOON, user: UUID = ADA, **payload: Any) -> Occurrence:
    """Return an event."""
    return Occurrence(user, payload, at)


def a_cup(place: int, of: int = 1) -> GiveReward:
    """Return an act that gives a reward, by the number of its reaction."""
    return GiveReward(place, UUID(int=100 + of))
