"""Who may buy a reward: what its criteria say, its tier and audiences, and how many of it one member may have."""

from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Row, Tx
from punchcard.engine.period import Unit, span
from punchcard.engine.situation import Subject
from punchcard.engine.tier import Held
from punchcard.errors import NotEligible, PurchaseLimitReached
from punchcard.events.catalogue import Snapshot
from punchcard.events.offers import visible_to
from punchcard.rewards import vouchers
from punchcard.users.audience_stays import read_names
from punchcard.users.tier_stays import read_standings
from punchcard.users.tiers import read_tiers

EVER = "EVER"


async def require_eligible(
    tx: Tx, snapshot: Snapshot, user_id: UUID, subject: Subject, row: Row, now: datetime
) -> None:
    """Make sure that a member, whose wallet is held, may buy one more. Raises: NotEligible, PurchaseLimitReached."""
    told = {"price": row["price"], "balance": subject.balance}
    if row["criteria"] is not None and not await visible_to(tx, snapshot.tenant_id, user_id, [row], subject):
        raise NotEligible(
            "The reward is for members whom its criteria let see it, and this one is none of them.", **told
        )
    member = (snapshot.tenant_id, user_id)
    if row["tier_id"] is not None:
        standing = (await read_standings(tx, [member]))[user_id]
        priorities = {tier["id"]: tier["priority"] for tier in await read_tiers(tx, snapshot.tenant_id)}
        least = priorities.get(row["tier_id"], 0)
        reached = [held.tier_id for held in standing.held if not _is_over(held, now)]
        if row["tier_id"] not in reached and not any(priorities.get(tier_id, -1) > least for tier_id in reached):
            raise NotEligible("The reward is for members of a tier that this one has not reached.", **told)
    if row["audience_ids"]:
        audiences = {audience_id for audience_id, _ in (await read_names(tx, [member]))[user_id]}
        if audiences.isdisjoint(row["audience_ids"]):
            raise NotEligible("The reward is for audiences that this member is in none of.", **told)
    if row["limit_count"] is not None:
        since = None
        if row["limit_per"] != EVER:
            zone = next(iter(snapshot.types.values())).zone
            since = span(Unit(row["limit_per"]), now, zone).start
        count = await vouchers.count_bought(tx, snapshot.tenant_id, user_id, row["id"], since)
        if count >= row["limit_count"]:
            when = "ever" if since is None else f"in a {row['limit_per'].lower()}"
            detail = f"A member may buy {row['limit_count']} of this reward {when}, and has bought {count}."
            raise PurchaseLimitReached(detail, limit=row["limit_count"], bought=count, **told)


def _is_over(held: Held, now: datetime) -> bool:
    return held.until is not None and held.until <= now
