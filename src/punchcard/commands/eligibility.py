"""Who may buy a reward: what its criteria say, its tier and audiences, and how many of it one member may have."""

from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Row, Tx
from punchcard.engine.period import Unit, span
from punchcard.engine.situation import Subject
from punchcard.errors import NotEligible, PurchaseLimitReached
from punchcard.events.catalogue import Snapshot
from punchcard.events.offers import visible_to
from punchcard.rewards import vouchers

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
