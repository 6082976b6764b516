"""What the reactors of an event type come to together: what has to be read for them, and what may follow from them."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from punchcard.engine.awaiting import Release
from punchcard.engine.effects import Act, AwardBadge, GiveReward
from punchcard.engine.facts import NO_PATHS, Path
from punchcard.engine.situation import Reactor
from punchcard.engine.tier import Tiers
from punchcard.events.intrinsic_types import (
    AUDIENCE_JOINED,
    AUDIENCE_LEFT,
    BADGE_EARNED,
    POINTS_ACTIVATED,
    POINTS_CANCELLED,
    TIER_LOST,
    TIER_REACHED,
    VOUCHER_GIVEN,
)
from punchcard.users.audiences import Audience

FOLLOWS: Mapping[type[Act], str] = {AwardBadge: BADGE_EARNED, GiveReward: VOUCHER_GIVEN}
"""The event type that says what an act has done."""


def looked_at(reactors: Iterable[Reactor]) -> frozenset[Path]:
    """Return the facts beside the payload that any of them looks at."""
    return NO_PATHS.union(*(reactor.paths for reactor in reactors))


def releasing(reactors: Iterable[Reactor]) -> bool:
    """Tell whether any of them makes pending points usable, or takes them back."""
    return any(True for _ in _releases(reactors))


def dealing(reactors: Iterable[Reactor]) -> bool:
    """Tell whether any of them may give points on terms of its own."""
    return any(reaction.deal for reactor in reactors for one in _both(reactor) for reaction in one.reactions)


def limited(reactors: Iterable[Reactor]) -> tuple[Reactor, ...]:
    """Return those of which something is counted."""
    return tuple(reactor for reactor in reactors if reactor.limits or reactor.max_activations is not None)


def acting(reactors: Iterable[Reactor]) -> bool:
    """Tell whether any of them may award a badge, or give a reward."""
    return any(type(act) in FOLLOWS for reactor in reactors for act in _acts(reactor))


def steps_from(reactors: Iterable[Reactor]) -> frozenset[str]:
    """Return the names of the types of which an event may follow at once, from one that these reactors react to."""
    acts = {FOLLOWS[type(act)] for reactor in reactors for act in _acts(reactor) if type(act) in FOLLOWS}
    released = {POINTS_CANCELLED if release.cancels else POINTS_ACTIVATED for release in _releases(reactors)}
    return frozenset(acts | released)


def told_by(tiers: Tiers | None, audiences: Collection[Audience]) -> frozenset[str]:
    """Return the names of the types of which an event may follow from any: where members change how they stand."""
    told = set() if tiers is None else {TIER_REACHED, TIER_LOST}
    told |= {AUDIENCE_JOINED for audience in audiences if audience.tells_joined}
    return frozenset(told | {AUDIENCE_LEFT for audience in audiences if audience.tells_left})


def reach_of(steps: Iterable[str], onward: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the names of all types of which an event may follow in the end, from these first ones onward."""
    reached: set[str] = set()
    waiting = [*steps]
    while waiting:
        following = waiting.pop()
        if following not in reached:
            reached.add(following)
            waiting.extend(onward.get(following, ()))
    return frozenset(reached)


def _acts(reactor: Reactor) -> tuple[Act, ...]:
    return reactor.acts if reactor.failing is None else reactor.acts + reactor.failing.acts


def _releases(reactors: Iterable[Reactor]) -> Iterator[Release]:
    for reactor in reactors:
        for one in _both(reactor):
            yield from (reaction.release for reaction in one.reactions if reaction.release is not None)


def _both(reactor: Reactor) -> tuple[Reactor, ...]:
    return (reactor,) if reactor.failing is None else (reactor, reactor.failing)
