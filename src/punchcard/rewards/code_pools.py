"""Code pools: codes that were uploaded, for vouchers to take. Owns `code_pools`; a reward may have one of its own."""

from collections.abc import Collection, Sequence
from typing import Annotated
from uuid import UUID

import asyncpg
from pydantic import Field

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, page, read_flag, select
from punchcard.errors import Conflict, Fault, NameTaken, NotFound
from punchcard.rewards import codes
from punchcard.rewards.codes import Vault

CODE_CHARACTERS_MAX = 5_000
BULK_MAX = 10_000
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


AsciiCode = Annotated[str, Field(min_length=1, max_length=CODE_CHARACTERS_MAX, pattern=r"^[\x00-\x7F]+$")]


class CodeDefinition(wire.Definition):
    """A code, as it stands on the voucher."""

    value: Annotated[str, Field(min_length=1, max_length=CODE_CHARACTERS_MAX)]


class BulkCodeDefinition(wire.Definition):
    """Codes; what cannot be taken is told for each, and the others are."""

    codes: Annotated[list[str], Field(min_length=1, max_length=BULK_MAX)]


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


class CodeView(wire.View, frozen=True):
    """A code of a pool."""

    id: UUID
    value: str
    pool_id: UUID
    taken: bool
    created_at: str
    taken_at: str | None = None


class RefusedCode(wire.View, frozen=True):
    """A code that was not taken: its place in the list, from 0, and why."""

    index: int
    value: str
    code: str
    detail: str


class BulkCodesView(wire.View, frozen=True):
    """How many codes were added, and those that were not."""

    created: int
    refused: Sequence[RefusedCode]


class DeletedCodesView(wire.View, frozen=True):
    """How many codes were deleted; vouchers keep those that they took."""

    deleted: int
    kept: int


READ = "select * from code_pools where tenant_id = $1 and reward_id is null"
READ_CODES = "select * from codes where tenant_id = $1 and pool_id = $2"
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
    "active": Filter("is_active = {}", read_flag),
    "taken": Filter("(taken_at is not null) = {}", read_flag),
}
POOL_FILTERS = {name: FILTERS[name] for name in ("name", "active")}
CODE_FILTERS = {"taken": FILTERS["taken"]}
NO_CODE = "A code has at least one letter or digit: write what stands on the voucher."
TOO_LONG = f"A code has {CODE_CHARACTERS_MAX} characters at most."
KNOWN = "This code stands here already, or in another pool: a code can be given once."


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
    sql, arguments = select(listing, READ, [tenant_id], POOL_FILTERS, id_column="id", order="ASC")
    return page(listing, await db.fetch(sql, *arguments), _view)


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


async def create_code(db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, definition: CodeDefinition) -> CodeView:
    """Add one code to a pool. Raises: NotFound, NameTaken for a code that stands in a pool already, Invalid."""

    async def body(tx: Tx) -> CodeView:
        await require_pool(tx, tenant_id, pool_id)
        return await add_one(tx, vault, tenant_id, pool_id, definition.value)

    return await db.run(body)


async def create_codes(
    db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, definition: BulkCodeDefinition
) -> BulkCodesView:
    """Add up to 10,000 codes to a pool; send a million in a hundred calls. Those that cannot be taken are told."""

    async def body(tx: Tx) -> BulkCodesView:
        await require_pool(tx, tenant_id, pool_id)
        return await add_many(tx, vault, tenant_id, pool_id, definition.codes)

    return await db.run(body)


async def list_codes(db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, listing: Listing) -> Page[CodeView]:
    """List the codes of a pool, in the order in which they were added and are taken. Raises: NotFound."""
    async with db.transaction(snapshot=True) as tx:
        await require_pool(tx, tenant_id, pool_id)
        return await page_of_codes(tx, vault, tenant_id, pool_id, listing)


async def get_code(db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, id: UUID) -> CodeView:
    """Return one code of a pool."""
    async with db.transaction(snapshot=True) as tx:
        await require_pool(tx, tenant_id, pool_id)
        row = await tx.fetchrow(READ_CODES + " and id = $3", tenant_id, pool_id, id)
        if row is None:
            raise _unknown_code()
        return code_view(vault, row)


async def delete_codes(db: Db, tenant_id: UUID, pool_id: UUID, listing: Listing) -> DeletedCodesView:
    """Delete the codes that the list with the same query shows, but for those that a voucher has taken."""

    async def body(tx: Tx) -> DeletedCodesView:
        await require_pool(tx, tenant_id, pool_id)
        sql, arguments = select(
            listing, READ_CODES, [tenant_id, pool_id], CODE_FILTERS, id_column="id", order="ASC"
        )  # fmt: skip
        ids = [row["id"] for row in (await tx.fetch(sql, *arguments))[: listing.limit]]
        deleted = await codes.delete_waiting(tx, tenant_id, pool_id, ids)
        return DeletedCodesView(len(deleted), len(ids) - len(deleted))

    return await db.run(body)


async def delete_code(db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, id: UUID) -> CodeView:
    """Delete one code of a pool. Raises: NotFound, Conflict when a voucher has taken it."""

    async def body(tx: Tx) -> CodeView:
        await require_pool(tx, tenant_id, pool_id)
        return await delete_one(tx, vault, tenant_id, pool_id, id)

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


async def add_one(tx: Tx, vault: Vault, tenant_id: UUID, pool_id: UUID, text: str) -> CodeView:
    """Add a code to a pool. Raises: NameTaken, Invalid."""
    if not codes.fold(text):
        raise wire.invalid([Fault("/value", "no_code", NO_CODE)])
    (added,) = await codes.add_to_pool(tx, vault, tenant_id, pool_id, [text])
    if added is None:
        raise NameTaken(KNOWN, faults=[Fault("/value", "code_taken", KNOWN)])
    return code_view(vault, await codes.read(tx, tenant_id, added))


async def add_many(tx: Tx, vault: Vault, tenant_id: UUID, pool_id: UUID, texts: Sequence[str]) -> BulkCodesView:
    """Add codes to a pool, and tell those that cannot be added."""
    refused = {}
    for place, text in enumerate(texts):
        if len(text) > CODE_CHARACTERS_MAX or not codes.fold(text):
            detail = NO_CODE if len(text) <= CODE_CHARACTERS_MAX else TOO_LONG
            refused[place] = RefusedCode(place, text[:100], "no_code", detail)
    taken = [place for place in range(len(texts)) if place not in refused]
    ids = await codes.add_to_pool(tx, vault, tenant_id, pool_id, [texts[place] for place in taken])
    for place, added in zip(taken, ids, strict=True):
        if added is None:
            refused[place] = RefusedCode(place, texts[place][:100], "code_taken", KNOWN)
    return BulkCodesView(len(texts) - len(refused), [refused[place] for place in sorted(refused)])


async def page_of_codes(tx: Tx, vault: Vault, tenant_id: UUID, pool_id: UUID, listing: Listing) -> Page[CodeView]:
    """Return a page of the codes of a pool."""
    sql, arguments = select(listing, READ_CODES, [tenant_id, pool_id], CODE_FILTERS, id_column="id", order="ASC")
    return page(listing, await tx.fetch(sql, *arguments), lambda row: code_view(vault, row))


async def delete_one(tx: Tx, vault: Vault, tenant_id: UUID, pool_id: UUID, id: UUID) -> CodeView:
    """Delete a code that nobody has taken. Raises: NotFound, Conflict."""
    row = await tx.fetchrow(READ_CODES + " and id = $3 for update", tenant_id, pool_id, id)
    if row is None:
        raise _unknown_code()
    if row["taken_at"] is not None:
        raise Conflict("A voucher has taken this code, and keeps it.")
    await codes.delete_waiting(tx, tenant_id, pool_id, [id])
    return code_view(vault, row)


def code_view(vault: Vault, row: Row) -> CodeView:
    """Return what an administrator sees of a code."""
    return CodeView(
        row["id"], vault.open(row["tenant_id"], row["id"], row["sealed"]), row["pool_id"], row["taken_at"] is not None,
        wire.rfc3339(row["created_at"]), wire.rfc3339_or_none(row["taken_at"]),
    )  # fmt: skip


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


def _unknown_code() -> NotFound:
    return NotFound("There is no such code.")


def _view(row: Row, counted: Row | None = None) -> CodePoolView:
    shown = (None, None) if counted is None else (counted["available"], counted["taken"])
    return CodePoolView(
        row["id"], row["name"], row["description"], row["is_active"], row["version"],
        wire.rfc3339(row["created_at"]), wire.rfc3339(row["updated_at"]), row["low_mark"], *shown,
    )  # fmt: skip
