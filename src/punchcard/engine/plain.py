"""Reactors that only give or take points, judged and carried out in one pass: most are such.

What comes of them is what `judge` and `fire` come to, which look for a dozen things that these do not have; a test
compares the two. Where points policies apply, or the member owes points, there is nothing plain about it.
"""

from punchcard.engine.derivation import NotDerivable
from punchcard.engine.earning import move
from punchcard.engine.facts import Facts
from punchcard.engine.situation import BALANCE_MAX, Code, Decision, Occurrence, Reactor, Subject, Verdict

# Bound once: looking a member up on its enumeration costs as much as a call.
FIRED, CONSTRAINT_FALSE = Code.FIRED, Code.CONSTRAINT_FALSE


def react(event: Occurrence, reactor: Reactor, subject: Subject, decision: Decision, facts: Facts | None) -> None:
    """Judge a reactor that `is_plain`, and do what it does to `subject`, who owes nothing."""
    version, verdicts = reactor.version_id, decision.verdicts
    if reactor.constraint is not None and not reactor.constraint.holds(event.payload, facts):
        verdicts.append(Verdict(CONSTRAINT_FALSE, version))
        return
    planned = []
    lowest = total = 0
    try:
        for reaction in reactor.reactions:
            points = reaction.derivation.points(event.payload, facts)
            planned.append((reaction.number, points))
            total += points
            if total < lowest:  # noqa: PLR1730 - calling min costs as much as all of this line
                lowest = total
    except NotDerivable as fault:
        verdicts.append(Verdict(Code.NOT_DERIVABLE, version, (str(fault),)))
        return
    balance = subject.balance
    if balance + lowest < 0 or balance + total > BALANCE_MAX:
        code = Code.BALANCE_TOO_LOW if balance + lowest < 0 else Code.BALANCE_TOO_HIGH
        verdicts.append(Verdict(code, version, (balance, total)))
        return
    verdicts.append(Verdict(FIRED, version, tuple(planned)))
    for number, points in planned:
        if points:
            decision.postings.append(move(subject, points, version, number))
    decision.points += total
