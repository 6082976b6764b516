"""Codes of a pool: added one by one or many at once, listed, and deleted until a voucher has taken them."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from punchcard import wire
from punchcard.db.connection import Db, Row, Tx
from punchcard.db.listing import Filter, Listing, Page, listed, read_flag, select
from punchcard.errors import Conflict, Fault, NameTaken, NotFound
from punchcard.rewards import codes
from punchcard.rewards.code_pools import require_pool
from punchcard.rewards.codes import Vault

CODE_CHARACTERS_MAX = 5_000
BULK_MAX = 10_000

AsciiCode = Annotated[str, Field(min_length=1, max_length=CODE_CHARACTERS_MAX, pattern=r"^[\x00-\x7F]+$")]


class CodeDefinition(wire.Definition):
    """A code, as it stands on the voucher."""

    value: Annotated[str, Field(min_length=1, max_length=CODE_CHARACTERS_MAX)]


class BulkCodeDefinition(wire.Definition):
    """Codes; what cannot be taken is told for each, and the others are."""

    codes: Annotated[list[str], Field(min_length=1, max_length=BULK_MAX)]


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


READ_CODES = "select * from codes where tenant_id = $1 and pool_id = $2"
CODE_FILTERS = {"taken": Filter("(taken_at is not null) = {}", read_flag)}
NO_CODE = "A code has at least one letter or digit: write what stands on the voucher."
TOO_LONG = f"A code has {CODE_CHARACTERS_MAX} characters at most."
KNOWN = "This code stands here already, or in another pool: a code can be given once."


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
    return await listed(
        tx, listing, READ_CODES, [tenant_id, pool_id], CODE_FILTERS, lambda row: code_view(vault, row), order="ASC"
    )


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


def _unknown_code() -> NotFound:
    return NotFound("There is no such code.")
