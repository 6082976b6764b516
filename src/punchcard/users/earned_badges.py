"""Badges that users have earned, and that were taken back: only added to. Owns `earned_badges`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from punchcard import clock
from punchcard.db.connection import Tx, columns

INSERT = """
    insert into earned_badges (tenant_id, user_id, id, badge_id, event_id, reactor_version_id, reaction, change,
                               earned_at)
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[], $7::smallint[],
                         $8::smallint[], $9::timestamptz[])
"""
READ = """
    select user_id, badge_id, sum(change) as count, max(earned_at) filter (where change > 0) as last_earned_at
    from earned_badges where (tenant_id, user_id) in (select * from unnest($1::uuid[], $2::uuid[]))
    group by tenant_id, user_id, badge_id having sum(change) > 0
    order by min(earned_at), badge_id
"""


class Earning(Struct, frozen=True):
    """A badge earned (`change` 1) or taken back (-1), with the event that it comes from.

    reactor_version_id, reaction: None where a command gave it.
    """

    tenant_id: UUID
    user_id: UUID
    badge_id: UUID
    event_id: UUID
    reactor_version_id: int | None = None
    reaction: int | None = None
    change: int = 1


class Held(Struct, frozen=True):
    """A badge that a user has, how often, and since when the last one."""

    badge_id: UUID
    count: int
    last_earned_at: datetime


async def earn(tx: Tx, earnings: Sequence[Earning], now: datetime) -> None:
    """Write earnings; the caller holds their users' wallets, and has written their events."""
    rows = [
        (
            one.tenant_id, one.user_id, clock.new_id(), one.badge_id, one.event_id, one.reactor_version_id,
            one.reaction, one.change, now,
        )
        for one in earnings
    ]  # fmt: skip
    if rows:
        await tx.execute(INSERT, *columns(rows, 9))


async def carry_over(tx: Tx, tenant_id: UUID, merged: tuple[UUID, UUID], survivor: tuple[UUID, UUID]) -> None:
    """Let one user's badges be another's, who goes on; each comes with the event (user id, event id) of the merge."""
    (merged_id, gone_id), (survivor_id, event_id) = merged, survivor
    held = (await read_held(tx, [(tenant_id, merged_id)]))[merged_id]
    rows = [
        (tenant_id, user_id, clock.new_id(), one.badge_id, caused_by, None, None, change, one.last_earned_at)
        for one in held
        for user_id, caused_by, change in ((merged_id, gone_id, -one.count), (survivor_id, event_id, one.count))
    ]
    if rows:
        await tx.execute(INSERT, *columns(rows, 9))


EARNED = """
    select badge_id, reactor_version_id, reaction from earned_badges
    where tenant_id = $1 and user_id = $2 and event_id = $3 and change > 0 order by id
"""


async def read_earned(tx: Tx, tenant_id: UUID, user_id: UUID, event_id: UUID) -> list[Earning]:
    """Return the badges that an event gave."""
    rows = await tx.fetch(EARNED, tenant_id, user_id, event_id)
    return [
        Earning(tenant_id, user_id, row["badge_id"], event_id, row["reactor_version_id"], row["reaction"])
        for row in rows
    ]


async def read_held(tx: Tx, users: Collection[tuple[UUID, UUID]]) -> dict[UUID, list[Held]]:
    """Return the badges that users (tenant id, user id) have, those that they had first at the head."""
    found: dict[UUID, list[Held]] = {user_id: [] for _, user_id in users}
    for row in await tx.fetch(READ, *columns(users, 2)):
        found[row["user_id"]].append(Held(row["badge_id"], row["count"], row["last_earned_at"]))
    return found
