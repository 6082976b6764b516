"""What the points policies make of points that are given and taken: how many pass, and on which terms they are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import structs

from punchcard.engine.awaiting import key_of as name_of
from punchcard.engine.facts import Facts
from punchcard.engine.limits import Key, Window, stretch
from punchcard.engine.lots import NO_TERMS, Terms
from punchcard.engine.policy import Cap, CountedCap, Deal, Policies, Use, grant, terms
from punchcard.engine.situation import InLots, Occurrence, Posting, Situation, Subject

EXPIRED = "EXPIRED"
BALANCE = "BALANCE"


def earned_at(event: Occurrence, situation: Situation) -> datetime:
    """Return when the points of an event are earned: as it is reported, or when a backdated one happened."""
    now = situation.now
    return event.occurred_at if now is None else min(event.occurred_at, now)


def terms_for(
    policies: Policies | None, deal: Deal | None, event: Occurrence, situation: Situation, facts: Facts | None = None
) -> Terms | None:
    """Return on which terms points of an event are kept; None: for ever. Raises: NotDerivable."""
    agreed = None if policies is None else terms(policies, deal, earned_at(event, situation))
    if deal is None or deal.awaits is None:
        return agreed
    return structs.replace(agreed or NO_TERMS, awaits=name_of(deal.awaits, event.payload, facts))


def key_of(cap: CountedCap, event: Occurrence) -> Key:
    """Return under what it is counted for a cap what an event gives, or takes."""
    return event.user_id, cap.policy_id, stretch(cap.limit, event.occurred_at)


def uses_of(policies: Policies, event: Occurrence, situation: Situation) -> list[Use]:
    """Return the caps on earning, each with what counts against it already."""
    subject = situation.subjects[event.user_id]
    uses = [
        Use(counted.cap, situation.windows.get(key_of(counted, event), Window()).points)
        for counted in policies.earn_caps
    ]
    return uses + [Use(cap, subject.balance + subject.pending) for cap in policies.balance_caps]


def cut(points: int, uses: Sequence[Use]) -> tuple[int, tuple[Any, ...]]:
    """Return how many of the points pass, and the words of the cap that cuts the rest off."""
    granted = grant(points, uses)
    return granted.points, _words(granted.cut_by[0].cap) if granted.cut_by else ()


def move_on(uses: Sequence[Use], points: int) -> list[Use]:
    """Return what counts against caps after a change of points; what is taken makes room in the balance alone."""
    return [structs.replace(use, used=use.used + (points if use.cap.of_balance else max(points, 0))) for use in uses]


def count_earned(policies: Policies, event: Occurrence, situation: Situation, points: int, counted: list[Key]) -> None:
    """Count points that were given, and note where."""
    for cap in policies.earn_caps:
        key = key_of(cap, event)
        situation.windows.setdefault(key, Window()).points += points
        if key not in counted:
            counted.append(key)


def _words(cap: Cap) -> tuple[Any, ...]:
    return BALANCE if cap.of_balance else "EVER" if cap.per is None else str(cap.per), cap.points_max


def is_pending(agreed: Terms | None, situation: Situation) -> bool:
    """Tell whether points on these terms cannot be spent yet."""
    if agreed is None or (agreed.usable_at is None and agreed.awaits is None):
        return False
    return situation.now is None or agreed.is_pending(situation.now)


def is_over(agreed: Terms | None, situation: Situation) -> bool:
    """Tell whether points on these terms have run out before they are reported."""
    return (
        agreed is not None
        and agreed.expires_at is not None
        and situation.now is not None
        and agreed.expires_at <= situation.now
    )


def give(
    subject: Subject,
    points: int,
    agreed: Terms,
    at: datetime,
    *,
    pending: bool,
    version_id: int | None = None,
    reaction: int | None = None,
    account: str = "ISSUE",
) -> Posting:
    """Add points that are kept in a lot of their own, and return the posting; usable ones pay what is owed first."""
    subject.entries += 1
    owed = 0
    if pending:
        subject.pending += points
    else:
        owed = _pay(subject, points)
        subject.balance += points - owed
        subject.in_lots += points - owed
    kept = InLots(0 if pending else points - owed, agreed, at, pending)
    return Posting(version_id, reaction, points, subject.entries, subject.balance, account, kept, owed)


def move(
    subject: Subject, points: int, version_id: int | None = None, reaction: int | None = None, account: str = "ISSUE"
) -> Posting:
    """Add open-ended points, or (below zero) take points, those in lots first, and return the posting.

    What is added pays first what the member owes.
    """
    owed = _pay(subject, points) if subject.debt else 0
    subject.balance += points - owed
    subject.entries += 1
    kept = None
    if points < 0 and subject.in_lots:
        taken = min(-points, subject.in_lots)
        subject.in_lots -= taken
        kept = InLots(-taken)
    return Posting(version_id, reaction, points, subject.entries, subject.balance, account, kept, owed)


def _pay(subject: Subject, points: int) -> int:
    """Pay what a member owes with points that are added; return how many of them it takes."""
    owed = min(max(points, 0), subject.debt)
    subject.debt -= owed
    return owed
