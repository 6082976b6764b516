"""How wallets stood right before events, by the ledger."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from punchcard.db.connection import Tx, columns

# A wallet's entries are numbered in the order of their events. Of the event itself come first what the command posted,
# and what reactors gave that react before the one that asks: those of a higher priority, then the older ones.
BALANCES = """
    select asked.id, coalesce(entry.balance_after, 0) as balance, (
        select coalesce(sum(own.points - own.owed), 0) from ledger_entries as own
        left join reactor_versions as version on version.tenant_id = own.tenant_id
            and version.id = own.reactor_version_id
        where own.tenant_id = $1 and own.user_id = asked.user_id and own.event_id = asked.id and not own.is_pending
          and (version.id is null or version.reactor_id is distinct from $5::uuid
               and (version.priority > $4 or version.priority = $4
                    and ($5::uuid is null or version.reactor_id < $5::uuid)))
    )::bigint as meanwhile
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


class Turn(Struct, frozen=True):
    """When a reactor reacts, among those of its type. reactor_id: None for one that is newer than all others."""

    priority: int
    reactor_id: UUID | None


async def read_balances(tx: Tx, tenant_id: UUID, asked: Sequence[Asked], turn: Turn) -> dict[UUID, tuple[int, int]]:
    """Return the balance of each event's member before it, and when it is the reactor's turn, by the event's id."""
    rows = await tx.fetch(BALANCES, tenant_id, *columns(asked, 2), turn.priority, turn.reactor_id)
    return {row["id"]: (row["balance"], row["balance"] + row["meanwhile"]) for row in rows}


async def read_pending(tx: Tx, tenant_id: UUID, asked: Sequence[Asked]) -> dict[UUID, int]:
    """Return the pending points of each event's member before it, by the event's id."""
    return {row["id"]: row["pending"] for row in await tx.fetch(PENDING, tenant_id, *columns(asked, 2))}
