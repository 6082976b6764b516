"""The decision: from what is known and what happened, to what follows.

Used unchanged by reporting, commands and preview. It never fails: whatever stands in the way of a reactor
becomes that reactor's verdict. The order of the reasons is the order in which `judge` looks for them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard.engine import awaiting, earning
from punchcard.engine.awaiting import ACTIVATED, CANCELLED, PENDING
from punchcard.engine.derivation import NotDerivable
from punchcard.engine.facts import Facts
from punchcard.engine.limits import Key, Limit, Window, count, stretch, used
from punchcard.engine.lineup import NOBODY, Lineup
from punchcard.engine.lots import Lot
from punchcard.engine.period import Unit
from punchcard.engine.policy import Policies, Use
from punchcard.engine.situation import (
    EVERYBODY,
    Code,
    Decision,
    Occurrence,
    PointsReaction,
    Reactor,
    Situation,
    Verdict,
)

BALANCE_MAX = 10**15
"""The most points that a wallet holds; beyond it a reaction is refused, long before a bigint ends."""

# Bound once: looking a member up on its enumeration costs as much as a call.
FIRED = Code.FIRED


def decide(
    event: Occurrence,
    reactors: Sequence[Reactor],
    situation: Situation,
    policies: Policies | None = None,
    facts: Facts | None = None,
) -> Decision:
    """Run every reactor over `event`, in order, and move `situation` on by what follows.

    facts: what rules may look at, the payload among it, where any of the reactors looks further than that.
    """
    decision = Decision([], [], [])
    groups: set[str] = set()
    false = reactors.false(event.payload, facts) if isinstance(reactors, Lineup) else NOBODY
    for reactor in reactors:
        if reactor.group is None:
            verdict = false.get(reactor.version_id) or judge(event, reactor, situation, policies, facts)
            decision.verdicts.append(verdict)
            if verdict.code is FIRED:
                _fire(event, reactor, verdict, situation, decision, policies, facts)
        elif reactor.group not in groups:
            groups.add(reactor.group)
            members = [one for one in reactors if one.group == reactor.group]
            if isinstance(reactors, Lineup):
                members = reactors.groups[reactor.group]
            _decide_group(event, members, situation, decision, policies, facts, false)
    return decision


def _decide_group(
    event: Occurrence,
    members: Sequence[Reactor],
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
    false: Mapping[int, Verdict],
) -> None:
    judged = [
        (reactor, false.get(reactor.version_id) or judge(event, reactor, situation, policies, facts))
        for reactor in members
    ]
    firing = [pair for pair in judged if pair[1].code is FIRED]
    best = max if any(reactor.takes_best for reactor in members) else _first
    winner = best(firing, key=lambda pair: given(pair[1])) if firing else None
    for reactor, verdict in judged:
        if winner is not None and reactor is winner[0]:
            decision.verdicts.append(verdict)
            _fire(event, reactor, verdict, situation, decision, policies, facts)
        elif winner is not None and verdict.code is FIRED:
            decision.verdicts.append(Verdict(Code.SUPPRESSED, reactor.version_id, (winner[0].version_id,)))
        else:
            decision.verdicts.append(verdict)


def _first(firing: Sequence[tuple[Reactor, Verdict]], **_: Any) -> tuple[Reactor, Verdict]:
    return firing[0]


def given(verdict: Verdict) -> int:
    """Return the points that a verdict gives, less those that it takes; what was pending already is not given again."""
    return sum(planned[1] for planned in verdict.detail if planned[-1] != ACTIVATED)


def judge(
    event: Occurrence,
    reactor: Reactor,
    situation: Situation,
    policies: Policies | None = None,
    facts: Facts | None = None,
) -> Verdict:
    """Return the first reason for `reactor` not to fire, or that it fires and the points of each reaction."""
    version = reactor.version_id
    if not _effective(event, reactor):
        return Verdict(Code.NOT_EFFECTIVE, version)
    if reactor.constraint is not None and not reactor.constraint.holds(event.payload, facts):
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
    return _plan(event, reactor, situation, policies, room, facts)


def _plan(
    event: Occurrence,
    reactor: Reactor,
    situation: Situation,
    policies: Policies | None,
    room: int | None,
    facts: Facts | None,
) -> Verdict:
    """Work the points out; where there is `room` for so many only, or a policy's cap, the rest is cut off."""
    version, subject = reactor.version_id, situation.subjects[event.user_id]
    planned: list[tuple[Any, ...]] = []
    lowest = total = 0
    debt = subject.debt
    released: set[str] = set()
    uses = [] if policies is None else earning.uses_of(policies, event, situation)
    try:
        for reaction in reactor.reactions:
            if reaction.release is not None:
                points, side = awaiting.plan(event, reaction.release, situation, facts, released)
                planned.append((reaction.number, points, side))
            else:
                asked = reaction.derivation.points(event.payload, facts)
                points = asked if room is None or asked < room else room
                why: tuple[Any, ...] = ()
                side = ""
                if policies is not None and points > 0:
                    points, why, side = _under(policies, reaction, points, uses, event, situation, facts)
                one = (reaction.number, points) if points == asked else (reaction.number, points, asked, *why)
                planned.append((*one, side) if side else one)
                if room is not None:
                    room -= max(points, 0)
                if uses:
                    uses = earning.move_on(uses, points)
            if not side or side is ACTIVATED:
                paid = min(max(points, 0), debt)
                debt -= paid
                total += points - paid
                lowest = min(lowest, total)
    except NotDerivable as fault:
        return Verdict(Code.NOT_DERIVABLE, version, (str(fault),))
    if subject.balance + lowest < 0:
        return Verdict(Code.BALANCE_TOO_LOW, version, (subject.balance, total))
    if subject.balance + total > BALANCE_MAX:
        return Verdict(Code.BALANCE_TOO_HIGH, version, (subject.balance, total))
    return Verdict(FIRED, version, tuple(planned))


def _under(
    policies: Policies,
    reaction: PointsReaction,
    points: int,
    uses: Sequence[Use],
    event: Occurrence,
    situation: Situation,
    facts: Facts | None,
) -> tuple[int, tuple[Any, ...], str]:
    """Return how many points pass under the policies, what cuts the rest off, and PENDING if they are not usable yet.

    Raises: NotDerivable.
    """
    agreed = earning.terms_for(policies, reaction.deal, event, situation, facts)
    if earning.is_over(agreed, situation):
        return 0, (earning.EXPIRED, 0), ""
    passing, why = earning.cut(points, uses)
    return passing, why, PENDING if earning.is_pending(agreed, situation) else ""


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


def _fire(
    event: Occurrence,
    reactor: Reactor,
    verdict: Verdict,
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
) -> None:
    subject = situation.subjects[event.user_id]
    fresh: list[Lot] = []
    for planned in verdict.detail:
        points = planned[1]
        if planned[-1] in {ACTIVATED, CANCELLED}:
            awaiting.let_go(event, reactor, planned[0], situation, decision, facts)
        elif points > 0 and policies is not None:
            fresh += _give(event, reactor, planned[0], points, situation, decision, policies, facts)
        elif points:
            posting = earning.move(subject, points, reactor.version_id, planned[0])
            decision.points += posting.points_of_balance
            decision.postings.append(posting)
    for lot in fresh:  # only now: no reaction deals with what its own reactor has just given
        situation.waiting.setdefault(event.user_id, {}).setdefault(lot.awaits or "", {})[lot.number] = lot
    if reactor.max_activations is not None:
        counter = counter_of(event, reactor)
        situation.activations[counter] = situation.activations.get(counter, 0) + 1
        decision.activated.append(counter)
    if reactor.limits:
        _use_up(event, reactor, verdict, situation, decision)


def _give(
    event: Occurrence,
    reactor: Reactor,
    number: int,
    points: int,
    situation: Situation,
    decision: Decision,
    policies: Policies,
    facts: Facts | None,
) -> list[Lot]:
    """Give points under the policies; return the lot, if they wait for something."""
    subject = situation.subjects[event.user_id]
    (deal,) = (reaction.deal for reaction in reactor.reactions if reaction.number == number)
    agreed = earning.terms_for(policies, deal, event, situation, facts)
    at = earning.earned_at(event, situation)
    earning.count_earned(policies, event, situation, points, decision.windows)
    if agreed is None:
        posting, is_pending = earning.move(subject, points, reactor.version_id, number), False
    else:
        is_pending = earning.is_pending(agreed, situation)
        posting = earning.give(
            subject, points, agreed, at, pending=is_pending, version_id=reactor.version_id, reaction=number
        )
    decision.postings.append(posting)
    decision.points += posting.points_of_balance
    if agreed is None or agreed.awaits is None or not is_pending:
        return []
    return [Lot(posting.number, points, points, at, agreed.expires_at, True, agreed.usable_at, agreed.awaits)]


def _use_up(event: Occurrence, reactor: Reactor, verdict: Verdict, situation: Situation, decision: Decision) -> None:
    keys = [window_of(event, reactor, limit) for limit in reactor.limits]
    windows = [situation.windows.setdefault(key, Window()) for key in keys]
    points = sum(max(planned[1], 0) for planned in verdict.detail if planned[-1] != ACTIVATED)
    count(reactor.limits, windows, points, event.occurred_at)
    decision.windows.extend(key for key in keys if key not in decision.windows)
