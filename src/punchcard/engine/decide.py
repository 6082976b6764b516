"""The decision: from what is known and what happened, to what follows.

Used unchanged by reporting, commands and preview. It never fails: whatever stands in the way of a reactor
becomes that reactor's verdict. The order of the reasons is the order in which `judge` looks for them.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from punchcard.engine import awaiting, earning
from punchcard.engine.awaiting import ACTIVATED, PENDING
from punchcard.engine.derivation import NotDerivable
from punchcard.engine.effects import Outcome, find_obstacle, points_of, rewards_of
from punchcard.engine.facts import Facts
from punchcard.engine.firing import carry_out, counter_of, fire, use_up, window_of
from punchcard.engine.limits import Limit, Window, used
from punchcard.engine.lineup import NOBODY, Lineup
from punchcard.engine.period import Unit
from punchcard.engine.plain import react
from punchcard.engine.policy import Policies, Use
from punchcard.engine.situation import (
    BALANCE_MAX,
    Code,
    Decision,
    Occurrence,
    PointsReaction,
    Reactor,
    Situation,
    Verdict,
)

# Bound once: looking a member up on its enumeration costs as much as a call.
FIRED = Code.FIRED
OUT_OF_PLAY = frozenset({Code.NOT_EFFECTIVE, Code.LIMIT_REACHED})


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
    subject = situation.subjects[event.user_id]
    is_plain = policies is None and not subject.debt
    if is_plain and isinstance(reactors, Lineup) and reactors.is_plain:
        for reactor in reactors:
            react(event, reactor, subject, decision, facts)
    else:
        _decide_each(event, reactors, situation, decision, policies, facts, is_plain=is_plain)
    return decision


def _decide_each(
    event: Occurrence,
    reactors: Sequence[Reactor],
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
    *,
    is_plain: bool,
) -> None:
    groups: set[str] = set()
    subject = situation.subjects[event.user_id]
    false = reactors.false(event.payload, facts) if isinstance(reactors, Lineup) else NOBODY
    for reactor in reactors:
        if is_plain and reactor.is_plain and reactor.version_id not in false:
            react(event, reactor, subject, decision, facts)
        elif reactor.group is None:
            verdict = false.get(reactor.version_id) or judge(event, reactor, situation, policies, facts)
            decision.verdicts.append(verdict)
            if verdict.code is FIRED:
                fire(event, reactor, verdict, situation, decision, policies, facts)
            elif reactor.failing is not None:
                _fail(event, reactor, reactor.failing, situation, decision, policies, facts)
        elif reactor.group not in groups:
            groups.add(reactor.group)
            members = [one for one in reactors if one.group == reactor.group]
            if isinstance(reactors, Lineup):
                members = reactors.groups[reactor.group]
            _decide_group(event, members, situation, decision, policies, facts, false)


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
            fire(event, reactor, verdict, situation, decision, policies, facts)
        elif winner is not None and verdict.code is FIRED:
            decision.verdicts.append(Verdict(Code.SUPPRESSED, reactor.version_id, (winner[0].version_id,)))
        else:
            decision.verdicts.append(verdict)
            if winner is None and reactor.failing is not None:
                _fail(event, reactor, reactor.failing, situation, decision, policies, facts)


def _first(firing: Sequence[tuple[Reactor, Verdict]], **_: Any) -> tuple[Reactor, Verdict]:
    return firing[0]


def given(verdict: Verdict) -> int:
    """Return the points that a verdict gives, less those that it takes; what was pending already is not given again."""
    return sum(points_of(outcome) for outcome in verdict.detail if outcome[-1] != ACTIVATED)


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
    reached, room = _room(event, reactor, situation) if reactor.limits or reactor.max_activations else (None, None)
    return reached or _plan(event, reactor, situation, policies, room, facts)


def _room(event: Occurrence, reactor: Reactor, situation: Situation) -> tuple[Verdict | None, int | None]:
    """Return the limit that is reached, if one is, and how many points the others leave room for."""
    version = reactor.version_id
    if reactor.max_activations is not None:
        activations = situation.activations.get(counter_of(event, reactor), 0)
        if activations >= reactor.max_activations:
            return Verdict(Code.LIMIT_REACHED, version, (activations,)), None
    room = None
    for limit in reactor.limits:
        already = used(limit, situation.windows.get(window_of(event, reactor, limit), Window()), event.occurred_at)
        if already >= limit.most:
            return Verdict(Code.LIMIT_REACHED, version, (already, limit.most, *_words(limit))), None
        if limit.of_points:
            room = limit.most - already if room is None else min(room, limit.most - already)
    return None, room


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
    planned: list[Outcome] = []
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
                asked = asked if not reaction.is_cap else min(0, max(0, asked) - subject.balance - total)
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
    return _with_acts(reactor, situation, planned) if reactor.acts else Verdict(FIRED, version, tuple(planned))


def _with_acts(reactor: Reactor, situation: Situation, planned: list[Outcome]) -> Verdict:
    """Add what a reactor does beside points: all of it can be done, or the reactor does not fire."""
    obstacle = find_obstacle(reactor.acts, situation.badges, situation.stock)
    if obstacle is not None:
        code = Code.OUT_OF_STOCK if obstacle.is_used_up else Code.UNAVAILABLE
        return Verdict(code, reactor.version_id, (obstacle.number,))
    acts = [(act.number, act.LETTER) for act in reactor.acts]
    return Verdict(FIRED, reactor.version_id, tuple(sorted([*planned, *acts], key=_number)))


def _number(outcome: Outcome) -> int:
    return int(outcome[0])


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


def _fail(
    event: Occurrence,
    reactor: Reactor,
    failing: Reactor,
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
) -> None:
    """Do what a reactor does where it does not fire, as long as it is in play: effective, and within its limits."""
    verdict = decision.verdicts[-1]
    if verdict.code in OUT_OF_PLAY:
        return
    reached, room = _room(event, reactor, situation)
    plan = None if reached else _plan(event, failing, situation, policies, room, facts)
    if plan is None or plan.code is not FIRED:
        return
    decision.verdicts[-1] = Verdict(Code.FAILED, reactor.version_id, ((verdict.code, *verdict.detail), *plan.detail))
    carry_out(event, failing, plan.detail, situation, decision, policies, facts)
    if reactor.limits:
        use_up(event, reactor, plan.detail, situation, decision, fired=False)


def may_give(event: Occurrence, reactor: Reactor, *, is_seen_whole: bool) -> frozenset[UUID]:
    """Return the rewards that a reactor may give for an event; is_seen_whole: rules will see no more of it."""
    wanted = rewards_of(reactor.acts)
    if wanted and is_seen_whole and not reactor.paths and not _may_fire(event, reactor):
        wanted = frozenset()
    return wanted | (rewards_of(reactor.failing.acts) if reactor.failing else frozenset())


def _may_fire(event: Occurrence, reactor: Reactor) -> bool:
    return _effective(event, reactor) and (reactor.constraint is None or reactor.constraint.holds(event.payload))
