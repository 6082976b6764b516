"""The job that checks a tenant's books, a slice a step; it locks nothing, and names a difference without mending it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct

from punchcard.db import queue
from punchcard.db.connection import Db, Tx
from punchcard.db.queue import Job, Progress
from punchcard.jobs.jobs import JobView, show
from punchcard.jobs.step import Workplace
from punchcard.points import integrity
from punchcard.points.integrity import Looked

KIND = "check_integrity"
NOBODY = UUID(int=0)

log = structlog.get_logger()


class Cursor(Struct, frozen=True):
    """How far a check has come: since when, what was looked at, and how many differences there are in all."""

    started_at: datetime
    total: int
    count: int
    looked: Looked


async def step(tx: Tx, job: Job, place: Workplace) -> Progress:
    """Check some of a tenant's wallets: balances, entries, lots, events and verdicts have to agree."""
    del place
    cursor = await _begin(tx, job) if job.cursor is None else msgspec.convert(job.cursor, Cursor)
    found = await integrity.check_slice(
        tx, job.tenant_id, cursor.looked.through or NOBODY, before=cursor.looked.state_hash
    )
    for one in found.differences[: integrity.KEPT_MAX]:
        log.warning(
            "the books differ", tenant=str(job.tenant_id), user=str(one.user_id), what=one.what, expected=one.expected,
            found=one.found, place=one.place,
        )  # fmt: skip
    looked, count = integrity.together(cursor.looked, found), cursor.count + len(found.differences)
    result = {"wallets": looked.wallets, "entries": looked.entries, "events": looked.events, "differences": count}
    if looked.through is not None:
        following = Cursor(cursor.started_at, cursor.total, count, looked)
        return Progress(_plain(following), looked.wallets, cursor.total, result)
    await integrity.keep(tx, job.tenant_id, cursor.started_at, looked, count)
    return Progress(None, looked.wallets, looked.wallets, result)


async def check_integrity(db: Db, tenant_id: UUID) -> JobView:
    """Have the tenant's books checked now, by a job; while one that was asked for is open, it is that one."""

    async def body(tx: Tx) -> JobView:
        return await show(tx, tenant_id, await queue.enqueue(tx, tenant_id, KIND, {}, key="asked"))

    return await db.run(body)


BEGIN = "select clock_timestamp() as now, count(*) as wallets from wallets where tenant_id = $1"


async def _begin(tx: Tx, job: Job) -> Cursor:
    row = await tx.fetchrow(BEGIN, job.tenant_id)
    assert row is not None, "a count is always there"
    return Cursor(row["now"], row["wallets"], 0, Looked(None, 0, 0, 0, []))


def _plain(cursor: Cursor) -> Any:
    return msgspec.to_builtins(cursor)
