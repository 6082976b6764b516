"""Imports of users: rows that wait to be registered, and rows that were refused.

Owns `user_imports` and `user_import_rows`. The id of an import is its job's. What waits is dropped once it is
registered or refused, or the job has ended.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from punchcard import clock, wire
from punchcard.db.connection import Db, Row, Tx, columns
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.errors import NotFound
from punchcard.users.import_file import ReadRow, RowFault

OF_DIGEST = """
    select one.id, job.state from user_imports as one
    left join jobs as job on job.tenant_id = one.tenant_id and job.id = one.id
    where one.tenant_id = $1 and one.digest = $2 for no key update of one
"""
DROP = "delete from user_imports where tenant_id = $1 and id = $2"
INSERT = "insert into user_imports (tenant_id, id, digest, created_by) values ($1, $2, $3, $4) on conflict do nothing"
INSERT_ROWS = """
    insert into user_import_rows (tenant_id, import_id, id, number, content, code, pointer, detail)
    select $1, $2, * from unnest($3::uuid[], $4::integer[], $5::json[], $6::text[], $7::text[], $8::text[])
"""
WAITING = """
    select id, number, content from user_import_rows
    where tenant_id = $1 and import_id = $2 and content is not null order by number limit $3
"""
DROP_ROWS = "delete from user_import_rows where tenant_id = $1 and id = any($2::uuid[])"
REFUSE = """
    update user_import_rows as one set content = null, code = refused.code, pointer = refused.pointer,
                                       detail = refused.detail
    from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as refused (id, code, pointer, detail)
    where one.tenant_id = $1 and one.id = refused.id
"""
READ_REFUSED = """
    select id, number, code, pointer, detail from user_import_rows
    where tenant_id = $1 and import_id = $2 and content is null
"""
FILTERS = {"code": Filter("code = {}")}
IS_THERE = "select exists (select from user_imports where tenant_id = $1 and id = $2)"
# What still waits of jobs that have ended otherwise is nobody's any more.
FORGET_ROWS = """
    delete from user_import_rows as one using jobs as job
    where one.content is not null and job.tenant_id = one.tenant_id and job.id = one.import_id
        and job.state in ('DONE', 'FAILED', 'CANCELLED')
"""
FORGET = """
    delete from user_imports as one where created_at < clock_timestamp() - make_interval(days => $1)
        and not exists (select from jobs as job where job.tenant_id = one.tenant_id and job.id = one.id
                        and job.state in ('QUEUED', 'RUNNING'))
"""


class RefusedRowView(wire.View, frozen=True):
    """A row of a file that nobody was registered for: its number, from 1 on, and why; its values are not kept."""

    id: UUID
    row: int
    code: str
    pointer: str
    detail: str


class WaitingRow(Struct, frozen=True):
    """A row that waits."""

    id: UUID
    number: int
    content: str


async def find_import(tx: Tx, tenant_id: UUID, digest: bytes) -> UUID | None:
    """Return the import of the same file, unless it came to no end; then it is dropped, to begin anew."""
    row = await tx.fetchrow(OF_DIGEST, tenant_id, digest)
    if row is not None and row["state"] in ("FAILED", "CANCELLED"):
        await tx.execute(DROP, tenant_id, row["id"])
        return None
    return None if row is None else row["id"]


async def insert_import(
    tx: Tx, tenant_id: UUID, import_id: UUID, digest: bytes, by: str, rows: Sequence[ReadRow]
) -> bool:
    """Write an import and its rows; False when the same file has just been taken by somebody else."""
    if await tx.execute(INSERT, tenant_id, import_id, digest, by) != "INSERT 0 1":
        return False
    written = [(clock.new_id(), row.number, *_parts(row.content)) for row in rows]
    if written:
        await tx.execute(INSERT_ROWS, tenant_id, import_id, *columns(written, 6))
    return True


def _parts(content: wire.Json | RowFault) -> tuple[str | None, str | None, str | None, str | None]:
    if isinstance(content, RowFault):
        return None, content.code, content.pointer, content.detail
    return wire.text(content), None, None, None


async def read_waiting(tx: Tx, tenant_id: UUID, import_id: UUID, count_max: int) -> list[WaitingRow]:
    """Return the next rows of an import that wait."""
    return [WaitingRow(**row) for row in await tx.fetch(WAITING, tenant_id, import_id, count_max)]


async def settle_rows(tx: Tx, tenant_id: UUID, done: Sequence[UUID], refused: Sequence[tuple[UUID, RowFault]]) -> None:
    """Drop rows that are done, and keep of others why they were refused."""
    if done:
        await tx.execute(DROP_ROWS, tenant_id, done)
    if refused:
        rows = [(row_id, fault.code, fault.pointer, fault.detail) for row_id, fault in refused]
        await tx.execute(REFUSE, tenant_id, *columns(rows, 4))


async def list_refused_rows(db: Db, tenant_id: UUID, id: UUID, listing: Listing) -> Page[RefusedRowView]:
    """List the rows of an import that nobody was registered for, in their order. Raises: NotFound."""
    if not await db.fetchval(IS_THERE, tenant_id, id):
        raise NotFound("There is no such import.")
    return await listed(db, listing, READ_REFUSED, [tenant_id, id], FILTERS, _view, order="ASC")


async def forget(db: Db, days: int) -> None:
    """Drop what waits of jobs that have ended, and imports that are older than so many days."""
    await db.execute(FORGET_ROWS)
    await db.execute(FORGET, days)


def _view(row: Row) -> RefusedRowView:
    return RefusedRowView(row["id"], row["number"], row["code"], row["pointer"], row["detail"])
