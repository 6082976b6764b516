"""What enhancers add to an event before the rules look at it.

    RANDOM_NUMBER      randomNumber   from 0 up to, but not 1; drawn for this event
    AUDIENCE_ENHANCER  audiences      [{id, name}], those that the member is in
    POINTS_ENHANCER    points         {balance, earned, spent, earnedInPeriod, spentInPeriod}
    TIER               tier           {id, name, priority}, or null
    REFERRAL_DETAILS   referral       {id, campaignId, referrerId, status, registeredAt}, or null

They run in this order, and see the member as the event before left him. What each one added is kept with the event,
apart from the payload as it was reported; the rules see both as one object, in which an enhancer's word wins.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

RANDOM_NUMBER, AUDIENCES, POINTS, TIER = "RANDOM_NUMBER", "AUDIENCE_ENHANCER", "POINTS_ENHANCER", "TIER"
REFERRAL = "REFERRAL_DETAILS"

REFUSED = {
    "CODE_POOL": "a code that events may name would be good for whoever names it first, and could be tried out; "
    "give the code as a reward with a pool, and let validate_voucher use it up",
    "TEST": "what it adds is described nowhere; try events out by POST /v1/events/test_reaction",
}
"""Enhancers that are refused, and why."""

Enhanced = dict[str, dict[str, Any]]
"""What was added: by the enhancer's name, then by the key in the payload."""


class History(Struct):
    """Whole points that a member has earned and spent: ever, and since the current period began."""

    earned: int
    spent: int
    earned_in_period: int
    spent_in_period: int

    def add(self, points: int) -> None:
        """Count a change of the balance."""
        if points > 0:
            self.earned += points
            self.earned_in_period += points
        else:
            self.spent -= points
            self.spent_in_period -= points


class Facts(Struct, frozen=True):
    """What enhancers speak of, the instant before an event. None: no enhancer of the event asks for it."""

    balance: int
    history: History | None = None
    random_number: Decimal | None = None
    audiences: Sequence[Mapping[str, str]] = ()
    tier: Mapping[str, Any] | None = None
    referral: Mapping[str, Any] | None = None


def _random_number(facts: Facts) -> dict[str, Any]:
    return {"randomNumber": facts.random_number}


def _points(facts: Facts) -> dict[str, Any]:
    history = facts.history
    assert history is not None, "read for every member about whom such an event is"
    return {
        "points": {
            "balance": facts.balance,
            "earned": history.earned,
            "spent": history.spent,
            "earnedInPeriod": history.earned_in_period,
            "spentInPeriod": history.spent_in_period,
        }
    }


def _audiences(facts: Facts) -> dict[str, Any]:
    return {"audiences": list(facts.audiences)}


def _tier(facts: Facts) -> dict[str, Any]:
    return {"tier": facts.tier}


def _referral(facts: Facts) -> dict[str, Any]:
    return {"referral": facts.referral}


_ENHANCERS: Mapping[str, Callable[[Facts], dict[str, Any]]] = {
    RANDOM_NUMBER: _random_number, AUDIENCES: _audiences, POINTS: _points, TIER: _tier, REFERRAL: _referral,
}  # fmt: skip
KNOWN = tuple(_ENHANCERS)


def enhance(names: Sequence[str], facts: Facts) -> Enhanced:
    """Return what the enhancers of these names add, in the order in which they run."""
    return {name: add(facts) for name, add in _ENHANCERS.items() if name in names}


def seen_by_rules(payload: Mapping[str, Any], enhanced: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return the payload with all that was added to it."""
    if not enhanced:
        return payload
    seen = dict(payload)
    for added in enhanced.values():
        seen |= added
    return seen
