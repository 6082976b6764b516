"""Codes by the million (POST /v1/code_pools/{id}/codes/upload): written while they come, some thousands at a time."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Tx
from punchcard.rewards.code_files import CSV, JSON, JSON_LINES, TEXT, slices
from punchcard.rewards.code_pools import require_pool
from punchcard.rewards.codes import Vault
from punchcard.rewards.pool_codes import BulkCodesView, add_many

SLICE_CODES = 2_000
TOLD_MAX = 1_000


class CodeFile(wire.Incoming, frozen=True):
    """Codes, one a line: plain, the first cells of CSV, JSON texts or `{"value"}` objects; or a JSON array of texts."""

    MEDIA_TYPES: ClassVar[tuple[str, ...]] = (CSV, TEXT, JSON_LINES, JSON)


class RefusedRow(wire.View, frozen=True):
    """A code that was not added: its row, from 1 on, and why."""

    row: int
    value: str
    code: str
    detail: str


class UploadedCodesView(wire.View, frozen=True, omit_defaults=False):
    """How many codes were added, how many were not, and the first 1,000 of those."""

    created: int
    refused: int
    refused_rows: Sequence[RefusedRow]


async def upload_codes(db: Db, tenant_id: UUID, vault: Vault, pool_id: UUID, file: CodeFile) -> UploadedCodesView:
    """Add any number of codes to a pool, from a file with one a line; those that cannot be are told by their rows.

    Codes are added while they come. Where the connection breaks, those that came are there: send the file again, and
    they are told as `code_taken`. No Idempotency-Key is needed, and none is looked at. Raises: NotFound, Malformed,
    TooLarge.
    """

    async def begin(tx: Tx) -> None:
        await require_pool(tx, tenant_id, pool_id)

    await db.run(begin)
    created, refused, told = 0, 0, list[RefusedRow]()
    async for rows in slices(file.media, file.parts, SLICE_CODES):

        async def add(tx: Tx, texts: Sequence[str] = [text for _, text in rows]) -> BulkCodesView:
            await require_pool(tx, tenant_id, pool_id)
            return await add_many(tx, vault, tenant_id, pool_id, texts)

        added = await Db.run(db, add)  # the audit log tells of the upload once, not of each slice
        created, refused = created + added.created, refused + len(added.refused)
        for one in added.refused[: TOLD_MAX - len(told)]:
            told.append(RefusedRow(rows[one.index][0], one.value, one.code, one.detail))
    return UploadedCodesView(created, refused, told)
