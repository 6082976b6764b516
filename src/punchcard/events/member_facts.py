"""What is true of a member now, apart from any event: what the criteria of rewards look at."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.engine.facts import Facts, Path, asks_for_tier, of_member, of_wallet
from punchcard.engine.situation import Subject
from punchcard.events.catalogue import Following, read_zone
from punchcard.events.known import read_now
from punchcard.users.tiers import load_tiers


async def facts_of(
    tx: Tx, tenant_id: UUID, user_id: UUID, subject: Subject, paths: Collection[Path], now: datetime
) -> Facts:
    """Return the facts at `paths`, and those beside them that cost nothing more."""
    facts: dict[str, object] = {"now": now, "wallet": of_wallet(subject.balance, subject.pending)}
    if any(path[0] == "user" for path in paths):
        following = None
        if asks_for_tier(paths):
            following = Following(await load_tiers(tx, tenant_id, await read_zone(tx, tenant_id)), {})
        facts["user"] = of_member((await read_now(tx, [(tenant_id, user_id)], paths, following))[user_id], now)
    return facts
