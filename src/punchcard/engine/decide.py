"""The decision: from what is known and what happened, to what follows.

Used unchanged by reporting, commands and preview. It never fails: whatever stands in the way of a reactor
becomes that reactor's verdict. The order of the reasons is the order in which `judge` looks for them.
"""

from collections.abc import Iterable, Sequence

from punchcard.engine.derivation import NotDerivable
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
    for reactor in reactors:
        if reactor.max_activations is None:
            verdict = judge(event, reactor, subject, 0)
        else:
            verdict = _judge_counted(event, reactor, subject, situation, decision)
        decision.verdicts.append(verdict)
        if verdict.code is FIRED:
            _post(reactor.version_id, subject, verdict.detail, decision)
    return decision


def _judge_counted(
    event: Occurrence, reactor: Reactor, subject: Subject, situation: Situation, decision: Decision
) -> Verdict:
    counter = (EVERYBODY if reactor.counts_everybody else event.user_id, reactor.reactor_id)
    count = situation.activations.get(counter, 0)
    verdict = judge(event, reactor, subject, count)
    if verdict.code is FIRED:
        situation.activations[counter] = count + 1
        decision.activated.append(counter)
    return verdict


def judge(event: Occurrence, reactor: Reactor, subject: Subject, activations: int) -> Verdict:
    """Return the first reason for `reactor` not to fire, or that it fires and the points of each reaction."""
    version = reactor.version_id
    if not _effective(event, reactor):
        return Verdict(Code.NOT_EFFECTIVE, version)
    if reactor.constraint is not None and not reactor.constraint.holds(event.payload):
        return Verdict(Code.CONSTRAINT_FALSE, version)
    if reactor.max_activations is not None and activations >= reactor.max_activations:
        return Verdict(Code.LIMIT_REACHED, version, (activations,))
    planned = []
    lowest = total = 0
    try:
        for reaction in reactor.reactions:
            points = reaction.derivation.points(event.payload)
            planned.append((reaction.number, points))
            total += points
            lowest = min(lowest, total)
    except NotDerivable as fault:
        return Verdict(Code.NOT_DERIVABLE, version, (str(fault),))
    if subject.balance + lowest < 0:
        return Verdict(Code.BALANCE_TOO_LOW, version, (subject.balance, total))
    if subject.balance + total > BALANCE_MAX:
        return Verdict(Code.BALANCE_TOO_HIGH, version, (subject.balance, total))
    return Verdict(FIRED, version, tuple(planned))


def _effective(event: Occurrence, reactor: Reactor) -> bool:
    start, end = reactor.effective_from, reactor.effective_until
    return (start is None or event.occurred_at >= start) and (end is None or event.occurred_at < end)


def _post(version: int, subject: Subject, planned: Iterable[tuple[int, int]], decision: Decision) -> None:
    for reaction, points in planned:
        if points:
            subject.balance += points
            subject.entries += 1
            decision.points += points
            decision.postings.append(Posting(version, reaction, points, subject.entries, subject.balance))
