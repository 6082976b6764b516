"""A reactor tried on the past: what it alone would have given for events that are recorded, one after the other. Pure.

Its limits start empty and count what is tried alone. Where it takes points, a member's balance matters: it is what it
was before the event, less what the reactor gave then, and with what it would have given; never below zero.
"""

import heapq
from datetime import date
from uuid import UUID

from msgspec import Struct, field, structs

from punchcard.engine.decide import decide
from punchcard.engine.derivation import NotDerivable
from punchcard.engine.limits import Key, Window
from punchcard.engine.situation import Code, Occurrence, Reactor, Situation, Subject, Verdict
from punchcard.engine.verdicts import planned

ENTRIES_MAX = 300_000
"""Members and counts of limits, together, that are held in memory."""

_UNCUT = 2  # of a reaction: its number and its points; where a limit cut some off, what was asked for follows


FIRED = Code.FIRED  # bound once: looking a member up on its enumeration costs as much as a call


class TooMuch(Exception):
    """More would have to be held in memory than is allowed."""


class Past(Occurrence, frozen=True):
    """A recorded event: its day in the tenant's zone, and the points that the reactor gave for it then.

    then: None where it did not fire.
    """

    day: date
    then: int | None


class Sum(Struct, array_like=True):
    """Points that it would have given, and how often; what it gave then, and how often."""

    points: int = 0
    times: int = 0
    points_then: int = 0
    times_then: int = 0


class Day(Sum, array_like=True):
    """The same of one day, with the number of its events."""

    events: int = 0


class Fold(Struct, array_like=True):
    """What has come of the events so far. outcomes: how many ended how, by the code's value."""

    total: Day = field(default_factory=Day)
    cut_off: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    days: dict[date, Day] = field(default_factory=dict)
    members: dict[UUID, Sum] = field(default_factory=dict)
    activations: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    windows: dict[Key, Window] = field(default_factory=dict)

    def require_room(self) -> None:
        """Raise TooMuch when more is held than is allowed."""
        if len(self.members) + len(self.activations) + len(self.windows) > ENTRIES_MAX:
            raise TooMuch

    def top(self, most: int) -> list[tuple[UUID, Sum]]:
        """Return the members who would have got most, the first of them first."""
        reached = ((user_id, member) for user_id, member in self.members.items() if member.times)
        return heapq.nsmallest(most, reached, key=lambda pair: (-pair[1].points, pair[0]))


def alone(reactor: Reactor) -> Reactor:
    """Return a reactor as it is tried: out of its group."""
    return structs.replace(reactor, group=None, takes_best=False)


def take(reactor: Reactor, fold: Fold, event: Past, balance: int | None = None) -> bool:
    """Run the reactor over the next event; False, and nothing has happened, when `balance` has to be known for that.

    balance: what the member had before the event. Raises: TooMuch.
    """
    if balance is None and _takes(reactor, event):
        return False
    member = fold.members.get(event.user_id)
    if member is None:
        fold.require_room()
        member = fold.members[event.user_id] = Sum()
    has = 0 if balance is None else max(0, balance + member.points - member.points_then)
    situation = Situation({event.user_id: Subject(has, 0)}, fold.activations, fold.windows)
    (verdict,) = decide(event, (reactor,), situation).verdicts
    _count(fold, member, event, verdict)
    return True


def _takes(reactor: Reactor, event: Past) -> bool:
    """Tell whether a reaction would take points, if the reactor fired."""
    try:
        return any(reaction.derivation.points(event.payload) < 0 for reaction in reactor.reactions)
    except NotDerivable:
        return False


def _count(fold: Fold, member: Sum, event: Past, verdict: Verdict) -> None:
    code = verdict.code
    fold.outcomes[code] = fold.outcomes.get(code, 0) + 1
    day = fold.days.get(event.day)
    if day is None:
        day = fold.days[event.day] = Day()
    total = fold.total
    day.events += 1
    total.events += 1
    if code is FIRED:
        points = 0
        for detail in verdict.detail:
            points += detail[1]
            if len(detail) > _UNCUT:
                told = planned(detail)
                fold.cut_off += told.asked - told.points
        for one in (total, day, member):
            one.times += 1
            one.points += points
    if event.then is not None:
        for one in (total, day, member):
            one.times_then += 1
            one.points_then += event.then
