"""The decision: from what is known and what happened, to what follows.

Used unchanged by reporting, commands and preview. It never fails: whatever stands in the way of a reactor
becomes that reactor's verdict. The order of the reasons is the order in which `judge` looks for them.
"""

from collections.abc import Sequence

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

Planned = list[tuple[int, int]]


def decide(event: Occurrence, reactors: Sequence[Reactor], situation: Situation) -> Decision:
    """Run every reactor over `event`, in order, and move `situation` on by what follows."""
    decision = Decision([], [], [])
    for reactor in reactors:
        _decide_one(event, reactor, situation, decision)
    return decision


def _decide_one(event: Occurrence, reactor: Reactor, situation: Situation, decision: Decision) -> None:
    subject = situation.subjects[event.user_id]
    counter = (EVERYBODY if reactor.counts_everybody else event.user_id, reactor.reactor_id)
    verdict, planned = judge(event, reactor, subject, situation.activations.get(counter, 0))
    decision.verdicts.append(verdict)
    if verdict.code is not Code.FIRED:
        return
    if reactor.max_activations is not None:
        situation.activations[counter] = situation.activations.get(counter, 0) + 1
        decision.activated.append(counter)
    decision.postings.extend(_post(reactor, subject, planned))


def judge(event: Occurrence, reactor: Reactor, subject: Subject, activations: int) -> tuple[Verdict, Planned]:
    """Return the first reason for `reactor` not to fire, or that it fires and the points of each reaction."""
    version = reactor.version_id
    if not _effective(event, reactor):
        return Verdict(Code.NOT_EFFECTIVE, version), []
    if reactor.constraint is not None and not reactor.constraint.holds(event.payload):
        return Verdict(Code.CONSTRAINT_FALSE, version), []
    if reactor.max_activations is not None and activations >= reactor.max_activations:
        return Verdict(Code.LIMIT_REACHED, version, (activations,)), []
    try:
        planned = [(reaction.number, reaction.derivation.points(event.payload)) for reaction in reactor.reactions]
    except NotDerivable as fault:
        return Verdict(Code.NOT_DERIVABLE, version, (str(fault),)), []
    lowest = total = 0
    for _, points in planned:
        total += points
        lowest = min(lowest, total)
    if subject.balance + lowest < 0:
        return Verdict(Code.BALANCE_TOO_LOW, version, (subject.balance, total)), []
    if subject.balance + total > BALANCE_MAX:
        return Verdict(Code.BALANCE_TOO_HIGH, version, (subject.balance, total)), []
    return Verdict(Code.FIRED, version, tuple(planned)), planned


def _effective(event: Occurrence, reactor: Reactor) -> bool:
    start, end = reactor.effective_from, reactor.effective_until
    return (start is None or event.occurred_at >= start) and (end is None or event.occurred_at < end)


def _post(reactor: Reactor, subject: Subject, planned: Planned) -> list[Posting]:
    postings = []
    for reaction, points in planned:
        if points:
            subject.balance += points
            subject.entries += 1
            postings.append(Posting(reactor.version_id, reaction, points, subject.entries, subject.balance))
    return postings
