"""The decision: from what is known and what happened, to what follows.

Used unchanged by reporting, commands and preview. It never fails: whatever stands in the way of a reactor
becomes that reactor's verdict. The order of the reasons is the order in which `judge` looks for them.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from punchcard.engine.derivation import NotDerivable
from punchcard.engine.limits import Key, Limit, Window, count, stretch, used
from punchcard.engine.period import Unit
from punchcard.engine.situation import (
    EVERYBODY,
    Code,
    Decision,
    Occurrence,
    Posting,
    Reactor,
    Situation,
    Subject,
    Verdict,
)

BALANCE_MAX = 10**15
"""The most points that a wallet holds; beyond it a reaction is refused, long before a bigint ends."""

# Bound once: looking a member up on its enumeration costs as much as a call.
FIRED = Code.FIRED


def decide(event: Occurrence, reactors: Sequence[Reactor], situation: Situation) -> Decision:
    """Run every reactor over `event`, in order, and move `situation` on by what follows."""
    decision = Decision([], [], [])
    subject = situation.subjects[event.user_id]
    groups: set[str] = set()
    for reactor in reactors:
        if reactor.group is None:
            verdict = judge(event, reactor, subject, situation)
            decision.verdicts.append(verdict)
            if verdict.code is FIRED:
                _fire(event, reactor, verdict, situation, decision)
        elif reactor.group not in groups:
            groups.add(reactor.group)
            _decide_group(event, [one for one in reactors if one.group == reactor.group], situation, decision)
    return decision


def _decide_group(event: Occurrence, members: Sequence[Reactor], situation: Situation, decision: Decision) -> None:
    subject = situation.subjects[event.user_id]
    judged = [(reactor, judge(event, reactor, subject, situation)) for reactor in members]
    firing = [pair for pair in judged if pair[1].code is FIRED]
    best = max if any(reactor.takes_best for reactor in members) else _first
    winner = best(firing, key=lambda pair: given(pair[1])) if firing else None
    for reactor, verdict in judged:
        if winner is not None and reactor is winner[0]:
            decision.verdicts.append(verdict)
            _fire(event, reactor, verdict, situation, decision)
        elif winner is not None and verdict.code is FIRED:
            decision.verdicts.append(Verdict(Code.SUPPRESSED, reactor.version_id, (winner[0].version_id,)))
        else:
            decision.verdicts.append(verdict)


def _first(firing: Sequence[tuple[Reactor, Verdict]], **_: Any) -> tuple[Reactor, Verdict]:
    return firing[0]


def given(verdict: Verdict) -> int:
    """Return the points that a verdict gives, less those that it takes."""
    return sum(points for _, points, *_ in verdict.detail)


def judge(event: Occurrence, reactor: Reactor, subject: Subject, situation: Situation) -> Verdict:
    """Return the first reason for `reactor` not to fire, or that it fires and the points of each reaction."""
    version = reactor.version_id
    if not _effective(event, reactor):
        return Verdict(Code.NOT_EFFECTIVE, version)
    if reactor.constraint is not None and not reactor.constraint.holds(event.payload):
        return Verdict(Code.CONSTRAINT_FALSE, version)
    if reactor.max_activations is not None:
        activations = situation.activations.get(counter_of(event, reactor), 0)
        if activations >= reactor.max_activations:
            return Verdict(Code.LIMIT_REACHED, version, (activations,))
    room = None
    for limit in reactor.limits:
        already = used(limit, situation.windows.get(window_of(event, reactor, limit), Window()), event.occurred_at)
        if already >= limit.most:
            return Verdict(Code.LIMIT_REACHED, version, (already, limit.most, *_words(limit)))
        if limit.of_points:
            room = limit.most - already if room is None else min(room, limit.most - already)
    return _plan(event, reactor, subject, room)


def _plan(event: Occurrence, reactor: Reactor, subject: Subject, room: int | None) -> Verdict:
    """Work the points out; where there is `room` for so many only, the rest is cut off."""
    version = reactor.version_id
    planned: list[tuple[int, ...]] = []
    lowest = total = 0
    try:
        for reaction in reactor.reactions:
            points = reaction.derivation.points(event.payload)
            if room is not None and points > room:
                planned.append((reaction.number, room, points))
                points = room
            else:
                planned.append((reaction.number, points))
            if room is not None:
                room -= max(points, 0)
            total += points
            lowest = min(lowest, total)
    except NotDerivable as fault:
        return Verdict(Code.NOT_DERIVABLE, version, (str(fault),))
    if subject.balance + lowest < 0:
        return Verdict(Code.BALANCE_TOO_LOW, version, (subject.balance, total))
    if subject.balance + total > BALANCE_MAX:
        return Verdict(Code.BALANCE_TOO_HIGH, version, (subject.balance, total))
    return Verdict(FIRED, version, tuple(planned))


def counter_of(event: Occurrence, reactor: Reactor) -> tuple[UUID, UUID]:
    """Return whose count of a reactor's activations an event belongs to."""
    return EVERYBODY if reactor.counts_everybody else event.user_id, reactor.counter_id


def window_of(event: Occurrence, reactor: Reactor, limit: Limit) -> Key:
    """Return the window of a limit in which an event counts."""
    whose = EVERYBODY if limit.counts_everybody else event.user_id
    return whose, reactor.counter_id, stretch(limit, event.occurred_at)


def _words(limit: Limit) -> tuple[str, str, str]:
    per = limit.per
    return (
        "points" if limit.of_points else "times",
        "EVER" if per is None else per.value if isinstance(per, Unit) else "WINDOW",
        "EVERYBODY" if limit.counts_everybody else "SUBJECT",
    )


def _effective(event: Occurrence, reactor: Reactor) -> bool:
    start, end = reactor.effective_from, reactor.effective_until
    return (start is None or event.occurred_at >= start) and (end is None or event.occurred_at < end)


def _fire(event: Occurrence, reactor: Reactor, verdict: Verdict, situation: Situation, decision: Decision) -> None:
    subject = situation.subjects[event.user_id]
    for planned in verdict.detail:
        points = planned[1]
        if points:
            subject.balance += points
            subject.entries += 1
            decision.points += points
            posting = Posting(reactor.version_id, planned[0], points, subject.entries, subject.balance)
            decision.postings.append(posting)
    if reactor.max_activations is not None:
        counter = counter_of(event, reactor)
        situation.activations[counter] = situation.activations.get(counter, 0) + 1
        decision.activated.append(counter)
    if reactor.limits:
        _use_up(event, reactor, verdict, situation, decision)


def _use_up(event: Occurrence, reactor: Reactor, verdict: Verdict, situation: Situation, decision: Decision) -> None:
    keys = [window_of(event, reactor, limit) for limit in reactor.limits]
    windows = [situation.windows.setdefault(key, Window()) for key in keys]
    points = sum(max(points, 0) for _, points, *_ in verdict.detail)
    count(reactor.limits, windows, points, event.occurred_at)
    decision.windows.extend(key for key in keys if key not in decision.windows)
