"""How members stand after what happened: the tiers that they come into, and out of, in the event's own transaction.

Points are added to what a member has earned as each event is judged. Whoever attains a tier by that, or is found in one
that has ended, is in other tiers from then on, and TIER_REACHED and TIER_LOST are the events that follow.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.engine.period import span
from punchcard.engine.situation import Decision
from punchcard.engine.tier import (
    EVER,
    Change,
    Held,
    Lost,
    Sums,
    Tier,
    Tiers,
    after,
    attained,
    changes,
    counted,
    highest,
    keys_of,
    keys_to_read,
)
from punchcard.events.catalogue import Following
from punchcard.events.follow_ups import FollowUp
from punchcard.events.intrinsic_types import REGISTERED_ACCOUNT, TIER_LOST, TIER_REACHED
from punchcard.events.request import Draft
from punchcard.users import tier_stays
from punchcard.users.tier_stays import Standing, Wallet


class _Member(Struct):
    """A member as the events of a transaction leave one. `was` is what the tables say until `record`."""

    tiers: Tiers
    standing: Standing
    was: Sequence[Held]
    added: dict[str, int] = field(default_factory=dict)
    lost: dict[Held, Lost] = field(default_factory=dict)


class Watch(Struct, frozen=True):
    """The members of a transaction's events who may be in tiers, moved on by each event. Their wallets are held."""

    members: dict[Wallet, _Member]
    now: datetime

    def follow(self, draft: Draft, decision: Decision) -> list[FollowUp]:
        """Count what an event gave; return the events that follow from it."""
        member = self.members.get((draft.tenant_id, draft.user_id))
        if member is None:
            return []
        points = sum(counted(posting) for posting in (*draft.own, *decision.postings))
        if points:
            for key in keys_of(min(draft.occurred_at, self.now), member.tiers.zone):
                member.standing.sums[key] = member.standing.sums.get(key, 0) + points
                member.added[key] = member.added.get(key, 0) + points
        if points or draft.event_type.name == REGISTERED_ACCOUNT:
            return self.judge((draft.tenant_id, draft.user_id))
        return []

    def judge(self, wallet: Wallet, *, is_open: bool = True) -> list[FollowUp]:
        """Judge in which tiers a member is; return the events of what changes. Who is not open reaches none."""
        member = self.members[wallet]
        tiers, standing = member.tiers, member.standing
        change = changes(tiers, standing.held, standing.sums, self.now)
        if not is_open:
            change = Change(change.lost)
        if change == Change():
            return []
        member.lost |= {lost.held: lost for lost in change.lost}
        standing.held = after(standing.held, change, self.now)
        return _told(tiers, change, standing, self.now)

    def tier_of(self, wallet: Wallet) -> Tier | None:
        """Return the tier by which a member is known, as it is before the next event."""
        member = self.members.get(wallet)
        return None if member is None else highest(member.tiers, member.standing.held, self.now)

    def begun(self, wallet: Wallet, at: datetime) -> set[UUID]:
        """Return the tiers in which a member is since an instant."""
        return {held.tier_id for held in self.members[wallet].standing.held if held.reached_at == at}

    def attained(self, wallet: Wallet, less: int) -> set[UUID]:
        """Return the tiers in which a member would be who had earned so many points less by now."""
        member = self.members[wallet]
        sums = dict(member.standing.sums)
        for key in keys_of(self.now, member.tiers.zone):
            sums[key] = sums.get(key, 0) - less
        return set(attained(member.tiers, sums, self.now))

    async def record(self, tx: Tx) -> None:
        """Write down what has changed."""
        sums: dict[tuple[UUID, UUID, str], int] = {}
        ended, begun, moved = [], [], []
        for wallet, member in sorted(self.members.items(), key=_wallet):
            standing, was = member.standing, {held.tier_id: held for held in member.was}
            # Of one who is not counted yet nothing is kept, so all that is known is added.
            added = member.added if standing.is_counted else standing.sums or {EVER: 0}
            sums |= {(*wallet, key): points for key, points in added.items() if points or key == EVER}
            ended += [(*wallet, lost) for held, lost in member.lost.items() if held in member.was]
            for held in standing.held:
                known = was.get(held.tier_id)
                if known is None or known.reached_at != held.reached_at:
                    begun.append((*wallet, held))
                elif known.until != held.until:
                    moved.append((*wallet, held))
        await tier_stays.add_points(tx, sums)
        await tier_stays.change_stays(tx, ended, begun, moved)


def _wallet(item: tuple[Wallet, _Member]) -> Wallet:
    return item[0]


async def begin(tx: Tx, drafts: Iterable[Draft], now: datetime) -> Watch | None:
    """Read how the members stand about whom these drafts are; None where no tenant of theirs has tiers."""
    return await watch(tx, {(draft.tenant_id, draft.user_id): draft.event_type.following for draft in drafts}, now)


async def watch(tx: Tx, asked: Mapping[Wallet, Following | None], now: datetime) -> Watch | None:
    """Read how members stand. The caller holds their wallets, unless nothing is to be recorded."""
    tiers = {wallet: one.tiers for wallet, one in asked.items() if one is not None and one.tiers is not None}
    if not tiers:
        return None
    keys = set().union(*(keys_to_read(now, zone) for zone in {one.zone for one in tiers.values()}))
    standings = await tier_stays.read_standings(tx, sorted(tiers), keys)
    members = {}
    for wallet, one in tiers.items():
        standing = standings[wallet[1]]
        members[wallet] = _Member(one, standing, tuple(standing.held))
    return Watch(members, now)


def _told(tiers: Tiers, change: Change, standing: Standing, now: datetime) -> list[FollowUp]:
    known = {tier.id: tier for tier in (*tiers.gone, *tiers.tiers)}
    top = highest(tiers, standing.held, now)
    told = [
        FollowUp(TIER_LOST, {**_tier(known[lost.held.tier_id]), "why": lost.why, "lostAt": wire.rfc3339(lost.at)})
        for lost in change.lost
    ]
    for tier, until in change.reached:
        reached = _reached(tier, until, standing.sums, now, tiers)
        told.append(FollowUp(TIER_REACHED, reached | {"isHighest": tier is top}))
    return told


def _tier(tier: Tier) -> dict[str, Any]:
    return {"tierId": str(tier.id), "tierName": tier.name, "priority": tier.priority}


def _reached(tier: Tier, until: datetime | None, sums: Sums, now: datetime, tiers: Tiers) -> dict[str, Any]:
    key = EVER if tier.unit is None else span(tier.unit, now, tiers.zone).key
    payload = {**_tier(tier), "pointsRequirement": tier.requirement, "earnedPoints": sums.get(key, 0)}
    return payload if until is None else {**payload, "until": wire.rfc3339(until)}
