"""How wallets stood right before events, by the ledger."""

from collections.abc import Sequence
from uuid import UUID

from punchcard.db.connection import Tx, columns

# A wallet's entries are numbered in the order of their events.
BALANCES = """
    select asked.id, coalesce(entry.balance_after, 0) as balance
    from unnest($2::uuid[], $3::uuid[]) as asked (user_id, id)
    left join lateral (
        select balance_after from ledger_entries as entry
        where entry.tenant_id = $1 and entry.user_id = asked.user_id and entry.event_id < asked.id
        order by event_id desc, number desc limit 1
    ) as entry on true
"""
# The wallet's pending side, by the entries that came before.
PENDING = """
    select asked.id, coalesce((
        select sum(case when is_pending then points when account = 'PENDING' then -points end)
        from ledger_entries as entry
        where entry.tenant_id = $1 and entry.user_id = asked.user_id and entry.event_id < asked.id
    ), 0)::bigint as pending
    from unnest($2::uuid[], $3::uuid[]) as asked (user_id, id)
"""

Asked = tuple[UUID, UUID]
"""A user's id, and an event's."""


async def read_balances(tx: Tx, tenant_id: UUID, asked: Sequence[Asked]) -> dict[UUID, int]:
    """Return the balance of each event's member before it, by the event's id."""
    return {row["id"]: row["balance"] for row in await tx.fetch(BALANCES, tenant_id, *columns(asked, 2))}


async def read_pending(tx: Tx, tenant_id: UUID, asked: Sequence[Asked]) -> dict[UUID, int]:
    """Return the pending points of each event's member before it, by the event's id."""
    return {row["id"]: row["pending"] for row in await tx.fetch(PENDING, tenant_id, *columns(asked, 2))}
