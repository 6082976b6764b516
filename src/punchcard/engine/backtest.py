"""A reactor tried on the past: what it alone would have given for events that are recorded, one after the other. Pure.

Its limits start empty and count what is tried alone. Where it looks at the balance, that is what it was before the
event, and where it takes points, what it was when it was the reactor's turn; less what the reactor gave before, and
with what it would have given; never below zero. Counters that it names are counted anew, from the first event on.
"""

import heapq
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct, field, structs

from punchcard.engine.counters import Counter, Number, Tally, adds, count, look
from punchcard.engine.decide import decide
from punchcard.engine.derivation import NotDerivable
from punchcard.engine.effects import points_of
from punchcard.engine.facts import Facts, of_wallet
from punchcard.engine.limits import Key, Window
from punchcard.engine.situation import Code, Occurrence, Reactor, Situation, Subject, Verdict
from punchcard.engine.verdicts import planned

ENTRIES_MAX = 300_000
"""Members, and counts of limits and counters, together, that are held in memory."""

_UNCUT = 2  # of a reaction: its number and its points; where a limit cut some off, what was asked for follows


FIRED, FAILED = Code.FIRED, Code.FAILED  # bound once: looking a member up on its enumeration costs as much as a call


class TooMuch(Exception):
    """More would have to be held in memory than is allowed."""


class Past(Occurrence, frozen=True):
    """A recorded event: its day in the tenant's zone, and the points that the reactor gave for it then.

    then: None where it did not fire. facts: what else rules may look at, but for the wallet and counters. added: what
    it adds to each of the candidate's counters. pending: the member's pending points before it. instead: the points
    that the reactor gave for it without firing.
    """

    day: date
    then: int | None
    facts: Mapping[str, Any] | None = None
    added: tuple[Number | None, ...] = ()
    pending: int = 0
    instead: int = 0


class Candidate(Struct, frozen=True):
    """A reactor as it is tried: out of its group; and the counters that it names."""

    reactor: Reactor
    counters: tuple[Counter, ...] = ()

    @property
    def sees_balance(self) -> bool:
        """Whether its rules look at the wallet."""
        return any(path[0] == "wallet" for path in self.reactor.paths)

    @property
    def sees_pending(self) -> bool:
        """Whether its rules look at pending points."""
        return not self.reactor.paths.isdisjoint({("wallet",), ("wallet", "pending")})

    @property
    def sees_user(self) -> bool:
        """Whether its rules look at the user."""
        return any(path[0] == "user" for path in self.reactor.paths)

    def added_by(self, type_id: UUID, facts: Facts) -> tuple[Number | None, ...]:
        """Return what an event adds to each of the counters; facts: the payload and what the event says of itself."""
        return tuple([adds(counter, type_id, facts) for counter in self.counters])


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
    """What has come of the events so far. outcomes: how many ended how, by the code's value.

    tallies: how counters stand, by member and series; counted: how many counts that are. assumed: how many events were
    judged by what is so now, because what was so then is not recorded.
    """

    total: Day = field(default_factory=Day)
    cut_off: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    days: dict[date, Day] = field(default_factory=dict)
    members: dict[UUID, Sum] = field(default_factory=dict)
    activations: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    windows: dict[Key, Window] = field(default_factory=dict)
    tallies: dict[tuple[UUID, UUID], Tally] = field(default_factory=dict)
    counted: int = 0
    assumed: int = 0

    def require_room(self) -> None:
        """Raise TooMuch when more is held than is allowed."""
        if len(self.members) + len(self.activations) + len(self.windows) + self.counted > ENTRIES_MAX:
            raise TooMuch

    def top(self, most: int) -> list[tuple[UUID, Sum]]:
        """Return the members who would have got most, the first of them first."""
        reached = ((user_id, member) for user_id, member in self.members.items() if member.times)
        return heapq.nsmallest(most, reached, key=lambda pair: (-pair[1].points, pair[0]))


def alone(reactor: Reactor, counters: Mapping[str, Counter] | None = None) -> Candidate:
    """Return a reactor as it is tried, for its points alone; counters: the tenant's, by name."""
    names = sorted({path[1] for path in reactor.paths if path[0] == "counters" and len(path) > 1})
    named = tuple([counters[name] for name in names if name in counters] if counters else [])
    failing = reactor.failing and structs.replace(reactor.failing, acts=())
    return Candidate(structs.replace(reactor, group=None, takes_best=False, acts=(), failing=failing), named)


def take(candidate: Candidate, fold: Fold, event: Past, balance: tuple[int, int] | None = None) -> bool:
    """Run the reactor over the next event; False, and nothing has happened, when `balance` has to be known for that.

    balance: what the member had before the event, and when it was the reactor's turn. Raises: TooMuch.
    """
    reactor = candidate.reactor
    facts = None if event.facts is None else _seen(candidate, fold, event)
    if balance is None and (candidate.sees_balance or _takes(reactor, event, facts)):
        return False
    member = fold.members.get(event.user_id)
    if member is None:
        fold.require_room()
        member = fold.members[event.user_id] = Sum()
    had, has = (0, 0) if balance is None else [max(0, one + member.points - member.points_then) for one in balance]
    if facts is not None:
        facts["wallet"] = of_wallet(had, event.pending)
    situation = Situation({event.user_id: Subject(has, 0)}, fold.activations, fold.windows)
    (verdict,) = decide(event, (reactor,), situation, None, facts).verdicts
    _count(fold, member, event, verdict)
    return True


def follow(candidate: Candidate, fold: Fold, event: Past) -> None:
    """Count an event. Raises: TooMuch."""
    for counter, added in zip(candidate.counters, event.added, strict=True):
        if added is not None:
            fold.require_room()
            tally = _tally(fold, event, counter)
            before = len(tally.values) + sum(len(runs.firsts) for runs in tally.runs.values())
            count(counter, tally, event.occurred_at, added)
            tally.changed.clear()
            fold.counted += len(tally.values) + sum(len(runs.firsts) for runs in tally.runs.values()) - before


def _tally(fold: Fold, event: Past, counter: Counter) -> Tally:
    return fold.tallies.setdefault((event.user_id, counter.series_id), Tally())


def _seen(candidate: Candidate, fold: Fold, event: Past) -> dict[str, Any]:
    """Return what the rules see, but for the wallet."""
    counters = {
        counter.name: look(counter, _tally(fold, event, counter), event.occurred_at, added)
        for counter, added in zip(candidate.counters, event.added, strict=True)
    }
    return {**(event.facts or {}), "payload": event.payload, "counters": counters}


def _takes(reactor: Reactor, event: Past, facts: Facts | None) -> bool:
    """Tell whether a reaction would take points, if the reactor fired."""
    try:
        reactions = reactor.reactions if reactor.failing is None else reactor.reactions + reactor.failing.reactions
        return any(reaction.is_cap or reaction.derivation.points(event.payload, facts) < 0 for reaction in reactions)
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
    if code is FIRED or code is FAILED:
        points = 0
        for detail in verdict.detail if code is FIRED else verdict.detail[1:]:
            points += points_of(detail)
            if len(detail) > _UNCUT:
                told = planned(detail)
                fold.cut_off += told.asked - told.points
        for one in (total, day, member):
            one.times += code is FIRED
            one.points += points
    if event.then is not None:
        for one in (total, day, member):
            one.times_then += 1
            one.points_then += event.then
    if event.instead:
        for one in (total, day, member):
            one.points_then += event.instead
