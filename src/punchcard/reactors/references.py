"""What reactions speak of has to be there: badges and rewards."""

from collections.abc import Sequence
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Tx
from punchcard.errors import Fault
from punchcard.reactors.reactions import ReactionDefinition

FIND = """
    select id from badges where tenant_id = $1 and id = any($2::uuid[])
    union all
    select id from rewards where tenant_id = $1 and id = any($3::uuid[]) and deleted_at is null
"""


async def require_references(tx: Tx, tenant_id: UUID, reactions: Sequence[ReactionDefinition]) -> None:
    """Refuse reactions that speak of what is not there. Raises: Invalid, with every fault."""
    badges = {number: one.badge for number, one in enumerate(reactions) if one.badge is not None}
    rewards = {number: one.reward for number, one in enumerate(reactions) if one.reward is not None}
    if not badges and not rewards:
        return
    found = {row["id"] for row in await tx.fetch(FIND, tenant_id, list(badges.values()), list(rewards.values()))}
    faults = [
        Fault(f"/reactions/{number}/{what}", f"{what}_unknown", f"There is no such {what}.")
        for what, asked in (("badge", badges), ("reward", rewards))
        for number, one in asked.items()
        if one not in found
    ]
    if faults:
        raise wire.invalid(faults)
