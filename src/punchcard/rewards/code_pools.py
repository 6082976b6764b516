"""Code pools: codes that were uploaded, for vouchers to take. Owns `code_pools`; a reward may have one of its own."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import asyncpg
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, by_part_of, listed, read_flag
from punchcard.errors import Fault, NameTaken, NotFound
from punchcard.rewards import codes

COUNTED_MAX = 100_000
LEFT_COUNTED_MAX = 1_000

Pool = tuple[UUID, UUID]
"""Tenant id, pool id."""

Name = Annotated[str, Field(min_length=1, max_length=128)]
Description = Annotated[str, Field(max_length=10_000)]
LowMark = Annotated[wire.Integer, Field(ge=1, le=COUNTED_MAX)]


class CodePoolDefinition(wire.Definition):
    """A new pool. While it is not active, no reward can be bought that draws on it.

    lowMark: with fewer codes waiting than this, an alert is raised; null: nobody is told.
    """

    name: Name
    description: Description | None = None
    active: wire.Flag = True
    low_mark: LowMark | None = None


class CodePoolPatch(wire.Definition):
    """What to change of a pool; a field that is left out stays."""

    name: Name | None = None
    description: Description | None = None
    active: wire.Flag | None = None
    low_mark: LowMark | None = None


class CodePoolView(wire.View, frozen=True):
    """A pool. How many codes wait in it, and how many were taken, is told of one pool and not in lists."""

    id: UUID
    name: str
    description: str | None
    active: bool
    version: int
    created_at: str
    updated_at: str
    low_mark: int | None = None
    codes_available: int | None = None
    codes_taken: int | None = None


READ = "select * from code_pools where tenant_id = $1 and reward_id is null"
LOCK = "select from code_pools where tenant_id = $1 and id = $2 for no key update"
# Who takes codes shares a pool with others who do; who has to know how many there are has it alone.
SHARE = """
    select id, tenant_id, is_active from code_pools
    where (tenant_id, id) in (select * from unnest($1::uuid[], $2::uuid[]))
    order by tenant_id, id for key share
"""
ALONE = SHARE.replace("for key share", "for update")
READ_POOLS = SHARE.replace("for key share", "")
COUNTED = """
    select count(*) filter (where taken_at is null) as available, count(*) filter (where taken_at is not null) as taken
    from codes where tenant_id = $1 and pool_id = $2
"""
INSERT = """
    insert into code_pools (tenant_id, id, name, description, is_active, low_mark) values ($1, $2, $3, $4, $5, $6)
    returning *
"""
INSERT_OWN = """
    insert into code_pools (tenant_id, id, reward_id) values ($1, $2, $3) on conflict (tenant_id, reward_id) do nothing
"""
OWN = "select id from code_pools where tenant_id = $1 and reward_id = $2"
UPDATE = """
    update code_pools set name = $3, description = $4, is_active = $5, low_mark = $6, version = version + 1,
        updated_at = clock_timestamp()
    where tenant_id = $1 and id = $2 returning *
"""
FILTERS = {
    "name": Filter("name = {}"),
    "search": by_part_of("name"),
    "active": Filter("is_active = {}", read_flag),
}


async def create_pool(db: Db, tenant_id: UUID, definition: CodePoolDefinition) -> CodePoolView:
    """Add a pool, still empty. Raises: NameTaken."""

    async def body(tx: Tx) -> CodePoolView:
        return _view(
            await _written(
                tx,
                INSERT,
                tenant_id,
                clock.new_id(),
                definition.name,
                definition.description,
                definition.active,
                definition.low_mark,
            )
        )

    return await db.run(body)


async def list_pools(db: Db, tenant_id: UUID, listing: Listing) -> Page[CodePoolView]:
    """List the pools."""
    return await listed(db, listing, READ, [tenant_id], FILTERS, _view, order="ASC")


async def get_pool(db: Db, tenant_id: UUID, id: UUID) -> CodePoolView:
    """Return one pool, and count its codes."""
    row = await db.fetchrow(READ + " and id = $2", tenant_id, id)
    if row is None:
        raise _unknown_pool()
    counted = await db.fetchrow(COUNTED, tenant_id, id)
    return _view(row, counted)


async def patch_pool(
    db: Db, tenant_id: UUID, id: UUID, definition: CodePoolPatch, expected: wire.Expected
) -> CodePoolView:
    """Change a pool. Raises: NotFound, PreconditionFailed, NameTaken."""

    async def body(tx: Tx) -> CodePoolView:
        await tx.execute(LOCK, tenant_id, id)
        row = await tx.fetchrow(READ + " and id = $2", tenant_id, id)
        if row is None:
            raise _unknown_pool()
        wire.require_version(row["version"], expected)
        given = definition.model_dump(exclude_unset=True)
        active = row["is_active"] if given.get("active") is None else given["active"]
        description = given.get("description", row["description"])
        low_mark = given.get("low_mark", row["low_mark"])
        return _view(
            await _written(tx, UPDATE, tenant_id, id, given.get("name") or row["name"], description, active, low_mark)
        )

    return await db.run(body)


# for rewards too ---------------------------------------------------------------------------------


async def require_pool(tx: Tx, tenant_id: UUID, pool_id: UUID) -> Row:
    """Return a pool with a name. Raises: NotFound."""
    row = await tx.fetchrow(READ + " and id = $2", tenant_id, pool_id)
    if row is None:
        raise _unknown_pool()
    return row


async def share(tx: Tx, pools: Collection[Pool]) -> set[Pool]:
    """Hold pools, from which others may take codes meanwhile; return those that are active."""
    rows = await tx.fetch(SHARE, *columns(sorted(pools), 2))
    return {(row["tenant_id"], row["id"]) for row in rows if row["is_active"]}


async def left_in(tx: Tx, pools: Collection[Pool], *, lock: bool) -> dict[Pool, int]:
    """Return how many codes pools have, counted up to 1,000; with `lock` nobody else takes any until the end."""
    if not pools:
        return {}
    rows = await tx.fetch(ALONE if lock else READ_POOLS, *columns(sorted(pools), 2))
    return {
        (row["tenant_id"], row["id"]): (
            await codes.left(tx, row["tenant_id"], row["id"], LEFT_COUNTED_MAX) if row["is_active"] else 0
        )
        for row in rows
    }


WATCHED = """
    select pool.tenant_id, pool.id, pool.name, pool.low_mark, (
        select count(*) from (
            select from codes where codes.tenant_id = pool.tenant_id and codes.pool_id = pool.id and taken_at is null
            limit pool.low_mark
        ) as waiting
    ) as available
    from code_pools as pool
    where low_mark is not null and is_active and ($1::uuid is null or (tenant_id, id) > ($1, $2))
    order by tenant_id, id limit $3
"""


async def read_watched(tx: Tx, after: Pool | None, most: int) -> list[Row]:
    """Return active pools of all tenants that have a mark, and how many codes wait, counted up to it."""
    return await tx.fetch(WATCHED, *(after or (None, None)), most)


async def own_pool(tx: Tx, tenant_id: UUID, reward_id: UUID) -> UUID:
    """Return the pool of a reward's own codes; it is made where there is none."""
    await tx.execute(INSERT_OWN, tenant_id, clock.new_id(), reward_id)
    return UUID(str(await tx.fetchval(OWN, tenant_id, reward_id)))


async def _written(tx: Tx, sql: str, *arguments: object) -> Row:
    try:
        row = await tx.fetchrow(sql, *arguments)
    except asyncpg.UniqueViolationError:
        detail = "Another pool has this name."
        raise NameTaken(detail, faults=[Fault("/name", "name_taken", detail)]) from None
    assert row is not None
    return row


def _unknown_pool() -> NotFound:
    return NotFound("There is no such code pool.")


def _view(row: Row, counted: Row | None = None) -> CodePoolView:
    shown = (None, None) if counted is None else (counted["available"], counted["taken"])
    return CodePoolView(
        row["id"], row["name"], row["description"], row["is_active"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), row["low_mark"], *shown,
    )  # fmt: skip
