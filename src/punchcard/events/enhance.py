"""Enhancers at work: what they speak of is read once for all events of a commit, what they add is pinned with each.

They run once the subjects are held, one event after the other, each after what the event before has done: of two
events in one commit, the second is told of the points that the first gave.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Tx
from punchcard.engine.enhancement import (
    AUDIENCES,
    POINTS,
    RANDOM_NUMBER,
    REFERRAL,
    Enhanced,
    Facts,
    History,
    enhance,
    seen_by_rules,
)
from punchcard.engine.situation import Decision, Situation
from punchcard.events.event import Event
from punchcard.points.history import read_histories
from punchcard.referrals.referrals import read_details
from punchcard.users.audience_stays import read_names

UNLIKE_ANY_OTHER = (
    "RANDOM_NUMBER makes every event of this type unlike any other: what is reported twice is recorded twice. "
    "Send an Idempotency-Key with each report, so that a repeated request gets the first answer again."
)


class Enhancing(Struct, frozen=True):
    """What is known of the members of a commit's events, moved on by each event."""

    situation: Situation
    histories: dict[UUID, History]
    audiences: Mapping[UUID, Sequence[tuple[UUID, str]]]
    referrals: Mapping[UUID, Mapping[str, Any]]

    def enhance(self, names: tuple[str, ...], user_id: UUID, tier: Mapping[str, Any] | None) -> Enhanced | None:
        """Return what enhancers add to an event; chance is drawn here."""
        if not names:
            return None
        number = clock.random_number() if RANDOM_NUMBER in names else None
        audiences = [{"id": str(one), "name": name} for one, name in self.audiences.get(user_id, ())]
        balance = self.situation.subjects[user_id].balance
        history, referral = self.histories.get(user_id), self.referrals.get(user_id)
        return enhance(names, Facts(balance, history, number, audiences, tier, referral))

    def follow(self, user_id: UUID, decision: Decision) -> None:
        """Move on by what an event did."""
        history = self.histories.get(user_id)
        if history is not None:
            for posting in decision.postings:
                history.add(posting.points)


async def begin(
    tx: Tx, events: Collection[tuple[UUID, UUID, tuple[str, ...]]], situation: Situation, now: datetime, *, keep: bool
) -> Enhancing:
    """Read what the enhancers of these events (tenant, user, names) ask for. `keep`: their wallets are held."""
    asking = {(tenant_id, user_id) for tenant_id, user_id, names in events if POINTS in names}
    in_audiences = {(tenant_id, user_id) for tenant_id, user_id, names in events if AUDIENCES in names}
    brought = {(tenant_id, user_id) for tenant_id, user_id, names in events if REFERRAL in names}
    histories = await read_histories(tx, asking, now, keep=keep)
    names = await read_names(tx, in_audiences)
    return Enhancing(situation, histories, names, await read_details(tx, brought))


def shown_to_rules(event: Event) -> Mapping[str, Any]:
    """Return what the rules saw of a recorded event: its payload with what was added."""
    reported: Mapping[str, Any] = wire.decode(event.payload.encode())
    return reported if event.enhanced is None else seen_by_rules(reported, wire.decode(event.enhanced.encode()))


def notices(names: Iterable[str]) -> tuple[str, ...]:
    """Return what somebody who gives a type these enhancers should know."""
    return (UNLIKE_ANY_OTHER,) if RANDOM_NUMBER in names else ()
