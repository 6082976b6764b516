"""Tranches that members have reached, each told once about whoever invited them. Owns `tranche_activations`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Row, Tx, columns


class Reached(Struct, frozen=True):
    """A tranche's reactor has fired for a member: with which event, in which version, how deep in a chain."""

    tenant_id: UUID
    user_id: UUID
    event_id: UUID
    reactor_version_id: int
    depth: int


# The reactor's version says which tranche it is.
INSERT = """
    insert into tranche_activations (tenant_id, id, tranche_id, user_id, event_id, reactor_version_id, depth)
    select reached.tenant_id, reached.id, tranche.id, reached.user_id, reached.event_id, reached.version_id,
           reached.depth
    from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::integer[])
        as reached (tenant_id, id, user_id, event_id, version_id, depth)
    join reactor_versions as version on version.tenant_id = reached.tenant_id and version.id = reached.version_id
    join tranches as tranche on tranche.tenant_id = reached.tenant_id and tranche.reactor_id = version.reactor_id
    on conflict (tenant_id, tranche_id, user_id, event_id) do nothing returning tenant_id, id
"""
READ = """
    select activation.*, tranche.name, tranche.campaign_id, type.name as event_type,
           referral.referrer_id, referral.status
    from tranche_activations as activation
    join tranches as tranche on tranche.tenant_id = activation.tenant_id and tranche.id = activation.tranche_id
    join event_types as type on type.tenant_id = tranche.tenant_id and type.id = tranche.event_type_id
    left join referrals as referral on referral.tenant_id = activation.tenant_id
        and referral.user_id = activation.user_id
    where activation.tenant_id = $1 and activation.id = $2
"""
LOCK = "select from tranche_activations where tenant_id = $1 and id = $2 for no key update"
MARK = "update tranche_activations set told_at = $3, told_event_id = $4 where tenant_id = $1 and id = $2"
COUNT = """
    select tranche_id, count(*) as times from tranche_activations
    where tenant_id = $1 and user_id = $2 and tranche_id = any($3::uuid[]) and withdrawn_at is null
    group by tranche_id
"""
WITHDRAW = """
    update tranche_activations as activation
    set withdrawn_at = $4, told_at = coalesce(told_at, $4)
    from tranches as tranche
    where activation.tenant_id = $1 and activation.user_id = $2 and activation.event_id = $3
        and withdrawn_at is null
        and tranche.tenant_id = activation.tenant_id and tranche.id = activation.tranche_id
    returning tranche.name, activation.told_event_id
"""
TOLD = "select user_id from events where tenant_id = $1 and id = $2"
CARRY_OVER = """
    update tranche_activations as reached set user_id = $3
    where tenant_id = $1 and user_id = $2 and not exists (
        select from tranche_activations as own where own.tenant_id = $1 and own.user_id = $3
            and own.tranche_id = reached.tranche_id and own.event_id = reached.event_id)
"""


OF_EVENT = """
    select tranche.name, activation.told_event_id from tranche_activations as activation
    join tranches as tranche on tranche.tenant_id = activation.tenant_id and tranche.id = activation.tranche_id
    where activation.tenant_id = $1 and activation.user_id = $2 and activation.event_id = $3
        and activation.withdrawn_at is null
    order by activation.id
"""


async def of_event(tx: Tx, tenant_id: UUID, user_id: UUID, event_id: UUID) -> list[Row]:
    """Return the tranches that a member has reached by an event still: names, and the event that told of each."""
    return await tx.fetch(OF_EVENT, tenant_id, user_id, event_id)


async def add(tx: Tx, reached: Sequence[Reached]) -> list[Row]:
    """Write down which tranches were reached by events; return the rows' tenants and ids."""
    rows = [
        (one.tenant_id, clock.new_id(), one.user_id, one.event_id, one.reactor_version_id, one.depth) for one in reached
    ]
    return await tx.fetch(INSERT, *columns(rows, 6))


async def read(tx: Tx, tenant_id: UUID, id: UUID, *, lock: bool = False) -> Row | None:
    """Return what was reached, and by whom the member was brought, as it is now."""
    if lock:
        await tx.execute(LOCK, tenant_id, id)
    return await tx.fetchrow(READ, tenant_id, id)


async def mark(tx: Tx, tenant_id: UUID, id: UUID, now: datetime, event_id: UUID | None) -> None:
    """Note that it is told, by this event; None: there is nobody to be told about any more."""
    await tx.execute(MARK, tenant_id, id, now, event_id)


async def count(tx: Tx, tenant_id: UUID, user_id: UUID, tranche_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how often a member has reached tranches."""
    rows = await tx.fetch(COUNT, tenant_id, user_id, list(tranche_ids))
    return {row["tranche_id"]: row["times"] for row in rows}


async def withdraw(tx: Tx, tenant_id: UUID, user_id: UUID, event_id: UUID, now: datetime) -> list[Row]:
    """Take back what was reached by an event: names of tranches, and the event by which each was told, if it was.

    What was not told never will be.
    """
    return await tx.fetch(WITHDRAW, tenant_id, user_id, event_id, now)


async def read_told(tx: Tx, tenant_id: UUID, event_id: UUID) -> UUID | None:
    """Return whose event this is."""
    found: UUID | None = await tx.fetchval(TOLD, tenant_id, event_id)
    return found


async def carry_over(tx: Tx, tenant_id: UUID, merged_id: UUID, user_id: UUID) -> None:
    """Let what one member has reached be another's, who goes on: who invited him is told about it still."""
    await tx.execute(CARRY_OVER, tenant_id, merged_id, user_id)
