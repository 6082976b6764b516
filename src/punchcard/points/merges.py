"""Which wallets were given up for which, and what went over with them. Owns `merges`."""

from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Row, Tx

INSERT = """
    insert into merges (tenant_id, merged_user_id, user_id, merged_event_id, event_id, earned, spent, expired, adjusted,
                        merged_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


FAMILY = """
    with recursive family as (
        select $2::uuid as user_id
        union
        select merges.merged_user_id from merges join family on merges.tenant_id = $1
            and merges.user_id = family.user_id
    )
    select user_id from family
"""


async def read_family(tx: Tx, tenant_id: UUID, user_id: UUID) -> list[UUID]:
    """Return a user and those whose wallets were given up for this one's."""
    return [row["user_id"] for row in await tx.fetch(FAMILY, tenant_id, user_id)]


async def write_merge(tx: Tx, merged: Row, user_id: UUID, merged_event_id: UUID, event_id: UUID, now: datetime) -> None:
    """Write down that a wallet, as it was, was given up for another's."""
    await tx.execute(
        INSERT, merged["tenant_id"], merged["user_id"], user_id, merged_event_id, event_id, merged["earned"],
        merged["spent"], merged["expired"], merged["adjusted"], now,
    )  # fmt: skip
