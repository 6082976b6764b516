"""What firing does: points move, acts are carried out, and what is counted is counted. Moves the situation on."""

from collections.abc import Sequence
from uuid import UUID

from punchcard.engine import awaiting, earning
from punchcard.engine.awaiting import ACTIVATED, CANCELLED
from punchcard.engine.effects import Effect, Outcome, points_of, take_from
from punchcard.engine.facts import Facts
from punchcard.engine.holdings import Lot
from punchcard.engine.limits import Key, Limit, Window, count, stretch
from punchcard.engine.policy import Policies
from punchcard.engine.situation import EVERYBODY, Decision, Occurrence, Reactor, Situation, Verdict


def counter_of(event: Occurrence, reactor: Reactor) -> tuple[UUID, UUID]:
    """Return whose count of a reactor's activations an event belongs to."""
    return EVERYBODY if reactor.counts_everybody else event.user_id, reactor.counter_id


def window_of(event: Occurrence, reactor: Reactor, limit: Limit) -> Key:
    """Return the window of a limit in which an event counts."""
    whose = EVERYBODY if limit.counts_everybody else event.user_id
    return whose, reactor.counter_id, stretch(limit, event.occurred_at)


def fire(
    event: Occurrence,
    reactor: Reactor,
    verdict: Verdict,
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
) -> None:
    """Do what the reactions of a reactor that fires come to, and count that it fired."""
    carry_out(event, reactor, verdict.detail, situation, decision, policies, facts)
    if reactor.max_activations is not None:
        counter = counter_of(event, reactor)
        situation.activations[counter] = situation.activations.get(counter, 0) + 1
        decision.activated.append(counter)
    if reactor.limits:
        use_up(event, reactor, verdict.detail, situation, decision)


def carry_out(
    event: Occurrence,
    reactor: Reactor,
    plan: Sequence[Outcome],
    situation: Situation,
    decision: Decision,
    policies: Policies | None,
    facts: Facts | None,
) -> None:
    """Do what the reactions come to: points first, then the rest in its order."""
    subject = situation.subjects[event.user_id]
    fresh: list[Lot] = []
    for outcome in plan:
        points = points_of(outcome) if reactor.acts else outcome[1]
        if outcome[-1] in {ACTIVATED, CANCELLED}:
            awaiting.let_go(event, reactor, outcome[0], situation, decision, facts)
        elif points > 0 and policies is not None:
            fresh += _give(event, reactor, outcome[0], points, situation, decision, policies, facts)
        elif points:
            posting = earning.move(subject, points, reactor.version_id, outcome[0])
            decision.points += posting.points_of_balance
            decision.postings.append(posting)
    for lot in fresh:  # only now: no reaction deals with what its own reactor has just given
        situation.waiting.setdefault(event.user_id, {}).setdefault(lot.awaits or "", {})[lot.number] = lot
    for act in reactor.acts:
        take_from(situation.stock, act)
    if reactor.acts:
        decision.effects = [*decision.effects, *(Effect(reactor.version_id, act) for act in reactor.acts)]


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


def use_up(
    event: Occurrence,
    reactor: Reactor,
    plan: Sequence[Outcome],
    situation: Situation,
    decision: Decision,
    *,
    fired: bool = True,
) -> None:
    """Count a plan that is carried out against the reactor's limits; not `fired`: the points alone."""
    keys = [window_of(event, reactor, limit) for limit in reactor.limits]
    windows = [situation.windows.setdefault(key, Window()) for key in keys]
    points = sum(max(points_of(outcome), 0) for outcome in plan if outcome[-1] != ACTIVATED)
    count(reactor.limits, windows, points, event.occurred_at, fired=fired)
    decision.windows.extend(key for key in keys if key not in decision.windows)
